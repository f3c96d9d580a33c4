import type { Exchange } from "../../exchange.ts";
import type { Outcome, Settled } from "../../ports.ts";
import { redacted } from "./redact.ts";

/** Makes what writes one line for each request that is over: what the ledger holds of it, without its hashes. */
export function requestLog(
  write: (line: string) => void,
): (exchange: Exchange, outcome: Outcome, settled: Settled) => void {
  return (exchange, outcome, settled) => write(redacted(JSON.stringify(lineOf(exchange, outcome, settled))));
}

function lineOf(exchange: Exchange, outcome: Outcome, settled: Settled): Readonly<Record<string, unknown>> {
  return {
    ts: new Date(exchange.receivedAt).toISOString(),
    request_id: exchange.id,
    caller_id: exchange.callerId,
    tenant: exchange.key.tenant,
    key_id: exchange.key.id,
    workload: exchange.workload.name,
    feature_tag: exchange.featureTag,
    run: exchange.place.run,
    agent: exchange.place.agent,
    effect: exchange.place.effect,
    upstream: exchange.upstream.id,
    endpoint: exchange.endpoint,
    model_requested: exchange.model,
    model_served: outcome.servedModel,
    stack: outcome.stack,
    cache: outcome.cache,
    usage: outcome.usage,
    usage_source: outcome.usageSource,
    original_pusd: settled.original?.toString(),
    actual_pusd: settled.actual?.toString(),
    status: outcome.status,
    http_status: outcome.httpStatus,
    finish: outcome.finish,
    stream: exchange.stream,
    latency_ms: outcome.latencyMs,
    overhead_ms: outcome.overheadMs,
    failed_attempts: outcome.failedAttempts.length,
  };
}
