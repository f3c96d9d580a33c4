import type { CallTotals, Report } from "../../analyze/report.ts";
import { cleanLine } from "../output/clean.ts";
import { formatCount, formatDollars } from "../output/format.ts";
import type { Section } from "./section.ts";

/** What `--by` can group by. Agents and tools have tables of their own in the report. */
export const GROUPS = ["model", "site", "agent", "tool", "session", "day"] as const;

/** One of `GROUPS`. */
export type Group = (typeof GROUPS)[number];

/** The names of those sections of the report that are what is grouped by; for the others a section is made. */
export const GROUP_TITLES: Readonly<Partial<Record<Group, string>>> = {
  site: "call sites",
  agent: "agents",
  tool: "tools",
};

/** The table of the model calls by model, session or day; `undefined` where the report has it already. */
export function groupSection(report: Report, by: Group, top: number): Section | undefined {
  const groups = groupsOf(report, by);
  if (groups === undefined) return undefined;
  const rows = groups
    .slice(0, top)
    .map(([key, totals]) => [
      cleanLine(key, 60),
      formatCount(totals.events),
      formatCount(totals.errors),
      formatCount(totals.anomalies),
      formatCount(totals.input_tokens),
      formatCount(totals.output_tokens),
      formatDollars(totals.cost_usd),
    ]);
  const head = [by, "calls", "errors", "anomalous", "tokens in", "tokens out", "cost"];
  return { title: `by ${by}`, lines: [], table: { rows: [head, ...rows], right: [1, 2, 3, 4, 5, 6] } };
}

function groupsOf(report: Report, by: Group): readonly (readonly [string, CallTotals])[] | undefined {
  if (by === "model") return Object.entries(report.by_model);
  if (by === "day") return Object.entries(report.by_day).toReversed();
  if (by !== "session") return undefined;
  return report.sessions
    .map((session): [string, CallTotals] => [session.session_id, session])
    .sort(([, a], [, b]) => b.cost_usd - a.cost_usd || b.events - a.events);
}
