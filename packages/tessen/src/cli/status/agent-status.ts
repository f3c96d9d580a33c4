import { Accumulator } from "../../analyze/accumulator.ts";
import { numberOf } from "../../analyze/call-facts.ts";
import { logFiles } from "../../events/log-files.ts";
import type { ReadStats } from "../../events/read-options.ts";
import { read } from "../../events/read.ts";
import { recent } from "../../events/recent.ts";
import { objectOf } from "../../tags/json-shape.ts";

/** What `tessen status` tells of an agent. Counts and costs are those of the window. */
export interface AgentStatus {
  readonly agent_name: string;
  /** Unix seconds; null without any event. */
  readonly last_ts: number | null;
  /** `active`: the last event is less than five minutes old. */
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
  const accumulator = new Accumulator();
  const stats: ReadStats = {};
  let outages = 0;
  let lostEvents = 0;
  for (const event of read(agent, { logDir, since, until, stats })) {
    accumulator.add(event);
    const lost = event.call_type === "note" ? objectOf(objectOf(event["note"])["data"])["lost_events"] : undefined;
    if (typeof lost !== "number") continue;
    outages += 1;
    lostEvents += numberOf(lost);
  }
  const report = accumulator.report();
  const lastTs = recent(agent, { n: 1, logDir })[0]?.ts ?? null;
  return {
    agent_name: agent,
    last_ts: lastTs,
    state: lastTs !== null && now - lastTs * 1000 < ACTIVE_MS ? "active" : "idle",
    events: report.total_events,
    errors: report.error_events,
    anomalies: report.anomaly_events,
    top_tag: Object.keys(report.anomaly_counts)[0] ?? null,
    cost_usd: report.total_cost_usd,
    p95_ms: report.latency_ms.p95,
    log_bytes: logFiles(agent, { logDir }).reduce((sum, { size }) => sum + size, 0),
    corrupt_lines: stats.corrupt_lines ?? 0,
    outages,
    lost_events: lostEvents,
  };
}
