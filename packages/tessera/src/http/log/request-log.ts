import type { Exchange } from "../../exchange.ts";
import type { Outcome, Settled } from "../../ports.ts";
import { redacted } from "./redact.ts";

/**
 * Makes what writes one line of JSON for each request that is over: the fields of its ledger row, without hashes and without
 * the place in the chain, which the row gets later; `ts` is when the request came. Beside them, how many attempts failed
 * before.
 */
export function requestLog(
  write: (line: string) => void,
): (exchange: Exchange, outcome: Outcome, settled: Settled) => void {
  return (exchange, outcome, settled) => write(redacted(JSON.stringify(lineOf(exchange, outcome, settled))));
}

function lineOf(exchange: Exchange, outcome: Outcome, settled: Settled): Readonly<Record<string, unknown>> {
  const { customer_tag_hash: _, ...row } = settled.row ?? withoutRow(exchange, outcome);
  return {
    ts: new Date(exchange.receivedAt).toISOString(),
    ...row,
    failed_attempts: outcome.failedAttempts.length,
  };
}

/** What is said of a request for which the ledger could make no row. */
function withoutRow(exchange: Exchange, outcome: Outcome): NonNullable<Settled["row"]> {
  return {
    kind: "request",
    request_id: exchange.id,
    caller_request_id: exchange.callerId,
    tenant: exchange.key.tenant,
    key_id: exchange.key.id,
    workload: exchange.workload.name,
    upstream: exchange.upstream.id,
    endpoint: exchange.endpoint,
    model_requested: exchange.model,
    stack: outcome.stack,
    cache: outcome.cache,
    status: outcome.status,
    http_status: outcome.httpStatus,
  };
}
