import type { TessenEvent } from "../events/tessen-event.ts";
import { VERSION } from "../recorder/version.ts";
import { objectOf, textOf } from "../tags/json-shape.ts";
import { AgentSums } from "./agent-sums.ts";
import { BoundedMap } from "./bounded-map.ts";
import { factsOf, numberOf, type CallFacts } from "./call-facts.ts";
import { CallSums } from "./call-sums.ts";
import { ErrorSums } from "./error-sums.ts";
import { LoopSums } from "./loop-sums.ts";
import type { CallTotals, Report } from "./report.ts";
import { RetrySums } from "./retry-sums.ts";
import { RunSums } from "./run-sums.ts";
import { Series } from "./series.ts";
import { SessionSums } from "./session-sums.ts";
import { ToolSums } from "./tool-sums.ts";

/** What a report tells beside the sums. */
export interface ReportOptions {
  /** What was asked for, in Unix seconds. */
  readonly since?: number | null;
  readonly until?: number | null;
  readonly corruptLines?: number;
  /** Milliseconds since 1970. Default: now. */
  readonly now?: number;
}

/**
 * Takes events one by one and adds them up. It keeps none of them: what it holds grows with the number of different
 * models, runs, sessions and the like, which is bounded, and by 24 bytes a model call for exact percentiles.
 */
export class Accumulator {
  #total = 0;
  #errorEvents = 0;
  #anomalyEvents = 0;
  #unpriced = 0;
  #firstTs = Number.POSITIVE_INFINITY;
  #lastTs = Number.NEGATIVE_INFINITY;
  #hasRetries = false;
  #day = { number: Number.NaN, name: "" };
  readonly #agents = new Set<string>();
  readonly #calls = new CallSums();
  readonly #cache = { read: 0, write: 0, reasoning: 0 };
  readonly #latency = new Series();
  readonly #netLatency = new Series();
  readonly #firstToken = new Series();
  readonly #types = counters();
  readonly #tags = counters();
  readonly #providers = callSums();
  readonly #surfaces = callSums();
  readonly #models = callSums();
  readonly #days = callSums();
  readonly #sites = callSums();
  readonly #paths = new BoundedMap(() => new AgentSums());
  readonly #sessions = new BoundedMap((id) => new SessionSums(id));
  readonly #runs = new BoundedMap((id) => new RunSums(id));
  readonly #errors = new ErrorSums();
  readonly #retries = new RetrySums();
  readonly #tools = new ToolSums();
  readonly #loops = new LoopSums();

  /** Takes an event. */
  add(event: TessenEvent): void {
    const facts = factsOf(event);
    this.#total += 1;
    if (facts.isError) this.#errorEvents += 1;
    if (facts.tags.length > 0) this.#anomalyEvents += 1;
    for (const tag of facts.tags) this.#tags.at(tag).count += 1;
    this.#types.at(textOf(event.call_type) || "request").count += 1;
    this.#firstTs = Math.min(this.#firstTs, facts.ts);
    this.#lastTs = Math.max(this.#lastTs, facts.ts);
    if (this.#agents.size < 2) this.#agents.add(textOf(event.agent_name));
    if (facts.isCall) this.#addCall(facts);
    if (facts.agentPath !== "") this.#paths.at(facts.agentPath).add(facts);
    this.#sessions.at(textOf(event.session_id)).add(facts);
    const runId = textOf(event.run_id);
    if (runId !== "") this.#runs.at(runId).add(facts);
    this.#errors.add(facts);
    this.#retries.add(facts);
    this.#tools.add(facts);
    this.#loops.add(facts);
  }

  /** The report on all events so far. */
  report(options: ReportOptions = {}): Report {
    const { events: _, ...totals } = this.#calls.totals();
    const models = totalsOf(this.#models, byCost);
    const days = totalsOf(this.#days, byKey);
    const [agent] = this.#agents;
    return {
      schema_version: 1,
      tessen_version: VERSION,
      generated_at: new Date(options.now ?? Date.now()).toISOString(),
      agent_name: this.#agents.size === 1 ? (agent ?? null) : null,
      window: {
        since: options.since ?? null,
        until: options.until ?? null,
        first_ts: this.#total === 0 ? null : this.#firstTs,
        last_ts: this.#total === 0 ? null : this.#lastTs,
      },
      total_events: this.#total,
      ok_events: this.#total - this.#errorEvents,
      error_events: this.#errorEvents,
      call_types: countsOf(this.#types),
      errors: this.#errors.totals(),
      anomaly_events: this.#anomalyEvents,
      anomaly_counts: countsOf(this.#tags),
      total_cost_usd: totals.cost_usd,
      cost_by_model: costsOf(models),
      cost_by_day: costsOf(days),
      unpriced_events: this.#unpriced,
      tokens: {
        input: totals.input_tokens,
        cache_read: this.#cache.read,
        cache_write: this.#cache.write,
        output: totals.output_tokens,
        reasoning: this.#cache.reasoning,
      },
      latency_ms: this.#latency.distribution(),
      latency_net_ms: this.#hasRetries ? this.#netLatency.distribution() : null,
      ttft_ms: this.#firstToken.distribution(),
      by_provider: Object.fromEntries(totalsOf(this.#providers, byCost)),
      by_surface: Object.fromEntries(totalsOf(this.#surfaces, byCost)),
      by_model: Object.fromEntries(models),
      by_day: Object.fromEntries(days),
      by_call_site: Object.fromEntries(totalsOf(this.#sites, byCost)),
      by_agent_path: Object.fromEntries(
        this.#paths
          .entries((sums) => sums)
          .filter(([, sums]) => sums.counts)
          .map(([path, sums]) => [path, sums.totals()] as const)
          .sort((a, b) => b[1].cost_usd - a[1].cost_usd || (a[0] < b[0] ? -1 : 1)),
      ),
      sessions: this.#sessions.entries((sums) => sums.totals()).map(([, session]) => session),
      runs: this.#runs.entries((sums) => sums.totals()).map(([, run]) => run),
      retries: this.#retries.totals(),
      tools: this.#tools.totals(),
      loops: this.#loops.totals(),
      corrupt_lines: options.corruptLines ?? 0,
    };
  }

  /** The UTC day of a time. The events of a day come one after the other, so it is computed once. */
  #dayOf(ts: number): string {
    const number = Math.floor(ts / DAY);
    if (this.#day.number !== number) this.#day = { number, name: dayOf(ts) };
    return this.#day.name;
  }

  #addCall(facts: CallFacts): void {
    const { event } = facts;
    this.#calls.add(facts);
    const usage = objectOf(event.usage);
    this.#cache.read += numberOf(usage["cache_read_tokens"]);
    this.#cache.write += numberOf(usage["cache_write_tokens"]) + numberOf(usage["cache_write_1h_tokens"]);
    this.#cache.reasoning += numberOf(usage["reasoning_tokens"]);
    // A call that failed before it used anything has no price to know.
    if (facts.costUsd === null && (!facts.isError || event.usage !== undefined)) this.#unpriced += 1;
    if (!facts.isError) {
      const waitMs = numberOf(event.wait_ms);
      this.#latency.add(event.duration_ms);
      this.#netLatency.add(facts.durationMs - waitMs);
      if (waitMs > 0 || numberOf(event.retry_count) > 0) this.#hasRetries = true;
    }
    this.#firstToken.add(event.ttft_ms);
    this.#providers.at(textOf(event.provider) || "(unknown)").add(facts);
    this.#surfaces.at(textOf(event.surface) || "(unknown)").add(facts);
    this.#models.at(facts.model).add(facts);
    this.#days.at(this.#dayOf(facts.ts)).add(facts);
    const site = siteOf(event.call_site);
    if (site !== "") this.#sites.at(site).add(facts);
  }
}

const DAY = 86_400;

/** The UTC day of a time in Unix seconds. */
function dayOf(ts: number): string {
  const date = new Date(ts * 1000);
  return Number.isNaN(date.getTime()) ? "(unknown)" : date.toISOString().slice(0, 10);
}

function siteOf(value: unknown): string {
  const site = objectOf(value);
  const file = textOf(site["file"]);
  return file === "" ? "" : `${file}:${numberOf(site["line"])} ${textOf(site["func"])}`.trim();
}

const counters = (): BoundedMap<{ count: number }> => new BoundedMap(() => ({ count: 0 }));
const callSums = (): BoundedMap<CallSums> => new BoundedMap(() => new CallSums());

type CallEntry = readonly [string, CallTotals];

function byCost([keyA, a]: CallEntry, [keyB, b]: CallEntry): number {
  return b.cost_usd - a.cost_usd || b.events - a.events || (keyA < keyB ? -1 : 1);
}

function byKey([a]: CallEntry, [b]: CallEntry): number {
  return a < b ? -1 : 1;
}

function totalsOf(sums: BoundedMap<CallSums>, compare: typeof byCost): [string, CallTotals][] {
  return sums.entries((sum) => sum.totals(), compare);
}

function costsOf(entries: readonly CallEntry[]): Record<string, number> {
  return Object.fromEntries(entries.map(([key, totals]) => [key, totals.cost_usd]));
}

function countsOf(counts: BoundedMap<{ count: number }>): Record<string, number> {
  return Object.fromEntries(
    counts.entries(
      ({ count }) => count,
      ([keyA, a], [keyB, b]) => b - a || (keyA < keyB ? -1 : 1),
    ),
  );
}
