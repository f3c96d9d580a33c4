import { Accumulator } from "../../analyze/accumulator.ts";
import { numberOf } from "../../analyze/call-facts.ts";
import { sumLog } from "../../analyze/sum-log.ts";
import { logFiles } from "../../events/log-files.ts";
import type { ReadStats } from "../../events/read-options.ts";
import { recent } from "../../events/recent.ts";
import type { TessenEvent } from "../../events/tessen-event.ts";
import { objectOf } from "../../tags/json-shape.ts";

/** What `tessen status` tells of an agent. Counts and costs are those of the window. */
export interface AgentStatus {
  readonly agent_name: string;
  /** Unix seconds; null without any event. */
  readonly last_ts: number | null;
  /** `active`: the last event is less than five minutes old, nor more ahead of this clock. */
  readonly state: "active" | "idle";
  readonly events: number;
  readonly errors: number;
  readonly anomalies: number;
  readonly top_tag: string | null;
  readonly cost_usd: number;
  readonly p95_ms: number | null;
  readonly log_bytes: number;
  readonly corrupt_lines: number;
  /** How often a writer could not write for a while, and the events that this cost. */
  readonly outages: number;
  readonly lost_events: number;
}

/** Where to look. Times in Unix seconds, `now` in milliseconds since 1970. */
export interface StatusWindow {
  readonly logDir: string;
  readonly since: number;
  readonly until: number | undefined;
  readonly now: number;
}

const ACTIVE_MS = 5 * 60_000;

/** Reads what an agent did. */
export function agentStatus(agent: string, window: StatusWindow): AgentStatus {
  const { logDir, since, until, now } = window;
  const stats: ReadStats = {};
  const sums = sumLog(agent, { logDir, since, until, stats }, () => new StatusSums());
  const report = sums.report();
  const lastTs = recent(agent, { n: 1, logDir })[0]?.ts ?? null;
  return {
    agent_name: agent,
    last_ts: lastTs,
    state: lastTs !== null && Math.abs(now - lastTs * 1000) < ACTIVE_MS ? "active" : "idle",
    events: report.total_events,
    errors: report.error_events,
    anomalies: report.anomaly_events,
    top_tag: Object.keys(report.anomaly_counts)[0] ?? null,
    cost_usd: report.total_cost_usd,
    p95_ms: report.latency_ms.p95,
    log_bytes: logFiles(agent, { logDir }).reduce((sum, { size }) => sum + size, 0),
    corrupt_lines: stats.corrupt_lines ?? 0,
    outages: sums.outages,
    lost_events: sums.lostEvents,
  };
}

/** Adds up the events, and what the log itself tells of times in which it could not be written. */
class StatusSums extends Accumulator {
  outages = 0;
  lostEvents = 0;

  override add(event: TessenEvent): void {
    super.add(event);
    const lost = event.call_type === "note" ? objectOf(objectOf(event["note"])["data"])["lost_events"] : undefined;
    if (typeof lost !== "number") return;
    this.outages += 1;
    this.lostEvents += numberOf(lost);
  }
}
