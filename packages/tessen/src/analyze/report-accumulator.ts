import type { TessenEvent } from "../events/tessen-event.ts";
import { VERSION } from "../recorder/version.ts";
import { AgentAccumulator } from "./agent-accumulator.ts";
import { Dollars } from "./dollars.ts";
import { Groups } from "./groups.ts";
import type { ErrorCount, Report, ToolTotals } from "./report.ts";
import { RunAccumulator } from "./run-accumulator.ts";
import { Series } from "./series.ts";

/** What a report says of where its events come from. */
export interface ReportSource {
  readonly agentName?: string | undefined;
  /** Unix seconds. */
  readonly since?: number | undefined;
  readonly until?: number | undefined;
  readonly corruptLines?: number | undefined;
  /** Milliseconds since 1970. Default: now. */
  readonly now?: number | undefined;
}

/**
 * Makes a report of events that come one by one. It keeps totals, names, and a number for each time that is measured; no
 * event and none of its bodies.
 */
export class ReportAccumulator {
  #total = 0;
  #errors = 0;
  #anomalies = 0;
  #unpriced = 0;
  #first: number | undefined;
  #last: number | undefined;
  readonly #errorCounts = new Map<string, { type: string; status: number | null; count: number }>();
  readonly #anomalyCounts = new Map<string, number>();
  readonly #cost = new Dollars();
  readonly #tokens = { input: 0, cache_read: 0, cache_write: 0, output: 0, reasoning: 0 };
  readonly #latency = new Series();
  readonly #net = new Series();
  readonly #ttft = new Series();
  readonly #providers = new Groups();
  readonly #models = new Groups();
  readonly #surfaces = new Groups();
  readonly #sites = new Groups();
  readonly #sessions = new Groups();
  readonly #days = new Groups();
  readonly #agents = new AgentAccumulator();
  readonly #runs = new RunAccumulator();
  readonly #tools = new Map<string, { calls: number; errors: number }>();
  readonly #retries = { calls: 0, attempts: 0, wasted_ms: 0 };

  add(event: TessenEvent): void {
    this.#total += 1;
    if (typeof event.ts === "number") {
      this.#first = Math.min(this.#first ?? event.ts, event.ts);
      this.#last = Math.max(this.#last ?? event.ts, event.ts);
    }
    if (event.status === "error") this.#addError(event);
    if (event.quality_signals.length > 0) {
      this.#anomalies += 1;
      for (const tag of event.quality_signals) this.#anomalyCounts.set(tag, (this.#anomalyCounts.get(tag) ?? 0) + 1);
    }
    this.#runs.add(event);
    this.#agents.add(event);
    if (event.call_type === "request") this.#addCall(event);
    else if (event.call_type === "tool") this.#addTool(event);
  }

  report(source: ReportSource = {}): Report {
    const models = this.#models.totals();
    const days = this.#days.totals();
    return {
      schema_version: 1,
      tessen_version: VERSION,
      generated_at: new Date(source.now ?? Date.now()).toISOString(),
      agent_name: source.agentName ?? null,
      window: {
        since: source.since ?? null,
        until: source.until ?? null,
        first_ts: this.#first ?? null,
        last_ts: this.#last ?? null,
      },
      total_events: this.#total,
      ok_events: this.#total - this.#errors,
      error_events: this.#errors,
      errors: this.#errorTotals(),
      anomaly_events: this.#anomalies,
      anomaly_counts: Object.fromEntries(Array.from(this.#anomalyCounts).toSorted(([, a], [, b]) => b - a)),
      total_cost_usd: this.#cost.value,
      cost_by_model: costs(models),
      cost_by_day: costs(days),
      unpriced_events: this.#unpriced,
      tokens: { ...this.#tokens },
      latency_ms: this.#latency.summary(),
      latency_net_ms: this.#net.summary(),
      ttft_ms: this.#ttft.summary(),
      by_provider: this.#providers.totals(),
      by_model: models,
      by_surface: this.#surfaces.totals(),
      by_call_site: this.#sites.totals(),
      by_session: this.#sessions.totals(),
      by_day: days,
      by_agent_path: this.#agents.totals(),
      sessions: this.#sessions.size,
      runs: this.#runs.totals(),
      retries: { ...this.#retries, wasted_ms: Math.round(this.#retries.wasted_ms) },
      tools: this.#toolTotals(),
      corrupt_lines: source.corruptLines ?? 0,
    };
  }

  #addError({ error, http_status: status, quality_signals: tags }: TessenEvent): void {
    this.#errors += 1;
    const type = error?.type ?? tags[0] ?? "error";
    const code = status ?? error?.status_code ?? null;
    const key = `${type} ${code}`;
    const counted = this.#errorCounts.get(key);
    if (counted === undefined) this.#errorCounts.set(key, { type, status: code, count: 1 });
    else counted.count += 1;
  }

  #addCall(event: TessenEvent): void {
    const { usage, cost_usd: cost, duration_ms: duration, ttft_ms: ttft, wait_ms: wait = 0, attempts = [] } = event;
    if (typeof cost === "number") this.#cost.add(cost);
    else if (cost === null && event.status === "ok") this.#unpriced += 1;
    this.#tokens.input += usage?.input_tokens ?? 0;
    this.#tokens.cache_read += usage?.cache_read_tokens ?? 0;
    this.#tokens.cache_write += (usage?.cache_write_tokens ?? 0) + (usage?.cache_write_1h_tokens ?? 0);
    this.#tokens.output += usage?.output_tokens ?? 0;
    this.#tokens.reasoning += usage?.reasoning_tokens ?? 0;
    if (event.status === "ok" && duration !== undefined) {
      this.#latency.add(duration);
      this.#net.add(Math.max(0, duration - wait));
    }
    if (ttft !== undefined) this.#ttft.add(ttft);
    if (attempts.length > 1) {
      this.#retries.calls += 1;
      this.#retries.attempts += attempts.length - 1;
      this.#retries.wasted_ms += wait + attempts.slice(0, -1).reduce((sum, attempt) => sum + attempt.duration_ms, 0);
    }
    this.#providers.add(event.provider, event);
    this.#models.add(event.response_model ?? event.model ?? "unknown", event);
    this.#surfaces.add(event.surface, event);
    this.#sessions.add(event.session_id, event);
    this.#days.add(new Date(event.ts * 1000).toISOString().slice(0, 10), event);
    const site = event.call_site;
    if (site !== undefined && site !== null) this.#sites.add(`${site.file}:${site.line}`, event);
  }

  #addTool({ tool, status }: TessenEvent): void {
    if (tool === undefined) return;
    const counted = this.#tools.get(tool.name) ?? { calls: 0, errors: 0 };
    counted.calls += 1;
    if (status === "error" || tool.is_error === true) counted.errors += 1;
    this.#tools.set(tool.name, counted);
  }

  #errorTotals(): readonly ErrorCount[] {
    return Array.from(this.#errorCounts.values(), ({ type, status, count }) => ({
      type,
      status_code: status,
      count,
    })).toSorted((a, b) => b.count - a.count);
  }

  #toolTotals(): readonly ToolTotals[] {
    return Array.from(this.#tools, ([name, counts]) => ({ name, ...counts })).toSorted((a, b) => b.calls - a.calls);
  }
}

function costs(groups: Report["by_model"]): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(groups).map(([name, { cost_usd: cost }]) => [name, cost]));
}
