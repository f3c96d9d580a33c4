import { cleanLine } from "../output/clean.ts";
import { formatAge, formatBytes, formatCount, formatDollars, formatDuration } from "../output/format.ts";
import type { Style } from "../output/style.ts";
import { textTable } from "../output/text-table.ts";
import type { AgentStatus } from "./agent-status.ts";

/** What the table tells beside its rows. */
export interface StatusContext {
  readonly logDir: string;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** What the counts are of: `TODAY`, or the text behind `--since`. */
  readonly window: string;
}

const RIGHT = [1, 3, 4, 5, 7, 8];

/** The table of `tessen status`, and what is to be known of the log. */
export function statusText(agents: readonly AgentStatus[], style: Style, context: StatusContext): string {
  const head = ["AGENT", "LAST", "STATE", `EVENTS ${context.window}`, "ERRORS", "ANOMALOUS", "TOP TAG", "COST", "P95"];
  const rows = agents.map((agent) => [
    cleanLine(agent.agent_name, 40),
    agent.last_ts === null ? "never" : formatAge(context.now - agent.last_ts * 1000),
    agent.state === "active" ? style.green("active") : style.dim("idle"),
    formatCount(agent.events),
    agent.errors === 0 ? "0" : style.red(formatCount(agent.errors)),
    agent.anomalies === 0 ? "0" : style.yellow(formatCount(agent.anomalies)),
    cleanLine(agent.top_tag ?? "", 40),
    formatDollars(agent.cost_usd),
    agent.p95_ms === null ? "" : formatDuration(agent.p95_ms),
  ]);
  const [header = "", ...lines] = textTable([head, ...rows], RIGHT);
  return [style.bold(header), ...lines, footer(agents, style, context), ""].join("\n");
}

function footer(agents: readonly AgentStatus[], style: Style, { logDir }: StatusContext): string {
  const sum = (read: (agent: AgentStatus) => number): number => agents.reduce((total, agent) => total + read(agent), 0);
  const corrupt = sum((agent) => agent.corrupt_lines);
  const outages = sum((agent) => agent.outages);
  const lost = sum((agent) => agent.lost_events);
  return [
    style.dim(`${cleanLine(logDir)}: ${formatBytes(sum((agent) => agent.log_bytes))}`),
    corrupt === 0 ? "no corrupt lines" : style.yellow(`${style.marks.warning} ${formatCount(corrupt)} corrupt line(s)`),
    outages === 0
      ? "no degraded writers"
      : style.yellow(
          `${style.marks.warning} a writer could not write ${outages} time(s), ${formatCount(lost)} event(s) lost`,
        ),
  ].join(", ");
}
