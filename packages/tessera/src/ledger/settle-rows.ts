import { createHmac } from "node:crypto";
import type { ModelPrice } from "@tesserae/wire/catalogue";
import { addCosts } from "@tesserae/wire/cost";
import type { Usage } from "@tesserae/wire/usage";
import type { Exchange } from "../exchange.ts";
import type { Outcome, Settled } from "../ports.ts";
import { providerOf, type FoundPrice, type PriceList } from "../prices/price-list.ts";
import type { DraftRow, RowUsage, UnplacedRow } from "./ledger-row.ts";
import { reckon, type RowFacts } from "./reckon.ts";
import { rowUsageOf } from "./row-usage.ts";

/** What a request leaves in the ledger. */
export interface SettledRows {
  readonly rows: readonly DraftRow[];
  readonly settled: Settled;
}

/** What rows are made with. */
export interface RowMaker {
  readonly prices: PriceList;
  /** Keys the hash of the customers' tags, so that who does not have it cannot try out names. */
  readonly tagSecret: string;
}

const LONGEST_NAME = 256;
const LONGEST_PLACE = 1024;
const TAG_HASH_DIGITS = 32;

/** Makes the rows of a finished request: one for each failed attempt that was billed, and its own last. */
export function settleRows(exchange: Exchange, outcome: Outcome, at: number, maker: RowMaker): SettledRows {
  const common = commonOf(exchange, maker);
  const rows: UnplacedRow[] = [];
  for (const attempt of outcome.failedAttempts) {
    if (attempt.usage === null) continue;
    const pricing = priced(exchange, [exchange.model], attempt.usage, at, maker.prices);
    const facts = { kind: "overhead", overhead: "failed_attempt", usage_source: "provider" } as const;
    rows.push({
      ...common,
      ...facts,
      ...pricing.facts,
      parent_id: exchange.id,
      http_status: attempt.status ?? undefined,
      ...reckon({ ...facts, ...pricing.facts }, false, pricing.priceOf),
    });
  }
  const answered = rowOfAnswer(exchange, outcome, at, common, maker);
  rows.push(answered);
  return {
    rows: rows.map((row) => ({ at, row })),
    settled: { original: numberOf(answered.original_pusd), actual: total(rows), row: answered },
  };
}

function rowOfAnswer(
  exchange: Exchange,
  outcome: Outcome,
  at: number,
  common: Partial<UnplacedRow>,
  maker: RowMaker,
): UnplacedRow {
  const { usage, servedModel, stack } = outcome;
  // What was relayed is billed by the model that served. What was not sent would have gone to the model asked for.
  const models = stack.length === 0 ? [servedModel, exchange.model] : [exchange.model, servedModel];
  const pricing = usage === null ? NOTHING_PRICED : priced(exchange, models, usage, at, maker.prices);
  const facts: RowFacts = {
    kind: "request",
    stack,
    status: outcome.status,
    usage_source: usage === null ? undefined : outcome.usageSource,
    ...pricing.facts,
  };
  return {
    ...common,
    kind: "request",
    request_id: exchange.id,
    caller_request_id: exchange.callerId,
    model_served: bounded(servedModel, LONGEST_NAME),
    stack,
    cache: outcome.cache,
    status: outcome.status,
    http_status: outcome.httpStatus,
    finish: outcome.finish === null ? undefined : bounded(outcome.finish, LONGEST_NAME),
    usage_source: facts.usage_source,
    usage: pricing.facts.usage,
    snapshot_id: pricing.facts.snapshot_id,
    priced_as: pricing.facts.priced_as,
    latency_ms: rounded(outcome.latencyMs),
    overhead_ms: rounded(outcome.overheadMs),
    ...reckon(facts, isFree(exchange, outcome), pricing.priceOf),
  };
}

function commonOf(exchange: Exchange, maker: RowMaker): Partial<UnplacedRow> {
  const { workload, key, place, customerTag } = exchange;
  return {
    tenant: workload.tenant,
    key_id: key.id,
    workload: workload.name,
    feature_tag: bounded(exchange.featureTag, LONGEST_NAME),
    customer_tag_hash: customerTag === undefined ? undefined : tagHash(customerTag, maker.tagSecret),
    run: bounded(place.run, LONGEST_NAME),
    agent: bounded(place.agent, LONGEST_NAME),
    effect: bounded(place.effect, LONGEST_PLACE),
    provider: providerOf(exchange.upstream),
    upstream: exchange.upstream.id,
    endpoint: exchange.endpoint,
    model_requested: bounded(exchange.model, LONGEST_NAME),
    stream: exchange.stream,
    lane: "standard",
  };
}

interface Pricing {
  readonly facts: { readonly usage?: RowUsage; readonly priced_as?: string; readonly snapshot_id?: string };
  readonly priceOf: (name: string) => ModelPrice | undefined;
}

const NOTHING_PRICED: Pricing = { facts: {}, priceOf: () => undefined };

/** Finds the price of the first of `models` that has one, and those of other models inside the call, and pins them. */
function priced(exchange: Exchange, models: readonly string[], usage: Usage, at: number, prices: PriceList): Pricing {
  const found: FoundPrice[] = [];
  const nameOf = (model: string): string | undefined => {
    const price = prices.find(model, exchange.upstream, at);
    if (price !== undefined) found.push(price);
    return price?.name;
  };
  let pricedAs: string | undefined;
  for (const model of models) pricedAs ??= nameOf(model);
  const rowUsage = rowUsageOf(usage, nameOf);
  if (pricedAs === undefined) return { facts: { usage: rowUsage }, priceOf: () => undefined };
  let snapshot = prices.snapshotId;
  for (const price of found) snapshot = prices.pin(price);
  return {
    facts: { usage: rowUsage, priced_as: pricedAs, snapshot_id: snapshot },
    priceOf: (name) => found.find((price) => price.name === name)?.price,
  };
}

/** True when nothing is to be paid though nobody says what was used. */
function isFree(exchange: Exchange, outcome: Outcome): boolean {
  return (
    outcome.status === "refused" ||
    outcome.status === "error" ||
    exchange.endpoint === "messages.count_tokens" ||
    exchange.method !== "POST"
  );
}

function total(rows: readonly UnplacedRow[]): number | undefined {
  let sum = 0;
  for (const row of rows) {
    const cost = numberOf(row.actual_pusd);
    if (cost === undefined) return undefined;
    sum = addCosts(sum, cost);
  }
  return sum;
}

function numberOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text);
}

/** Names come from outside: they are cut to a length. */
function bounded(text: string | undefined, length: number): string | undefined {
  return text === undefined || text === "" ? undefined : text.slice(0, length);
}

function tagHash(tag: string, secret: string): string {
  return createHmac("sha256", secret).update(tag).digest("hex").slice(0, TAG_HASH_DIGITS);
}

function rounded(milliseconds: number): number {
  return Number.isFinite(milliseconds) ? Math.round(milliseconds * 1000) / 1000 : 0;
}
