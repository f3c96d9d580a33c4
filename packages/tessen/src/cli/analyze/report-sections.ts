import { remedyOf } from "../../analyze/remedies.ts";
import type { Distribution, Report } from "../../analyze/report.ts";
import { cleanLine } from "../output/clean.ts";
import { formatCount, formatDollars, formatDuration, formatShare } from "../output/format.ts";
import type { Marks } from "../output/style.ts";
import { line, type ReportLine, type Section } from "./section.ts";

/** How a report is shown. */
export interface SectionOptions {
  /** So many rows of each list at most. */
  readonly top: number;
  /** What the report is about, such as `last 7 days`. */
  readonly period: string;
  readonly marks: Marks;
}

/** A report in parts. Parts about which there is nothing to say are left out, but for findings, cost and latency. */
export function reportSections(report: Report, options: SectionOptions): Section[] {
  return [
    findings(report, options),
    cost(report, options),
    latency(report),
    ...retries(report),
    ...tools(report, options),
    ...loops(report, options),
    ...callSites(report, options),
    ...cache(report),
    ...agents(report, options),
    ...runs(report, options),
    ...recommendations(report, options),
  ];
}

function findings(report: Report, { top, marks }: SectionOptions): Section {
  const lines: ReportLine[] = [];
  if (report.error_events > 0) {
    const items = report.errors.map(({ type, status_code: status, count }) => {
      return `${formatCount(count)}${marks.times} ${cleanLine(type, 80)}${status === null ? "" : ` (${status})`}`;
    });
    lines.push(line(`${formatCount(report.error_events)} ERROR event(s)`, topOf(items, top), "alarm"));
  }
  if (report.anomaly_events > 0) {
    const items = Object.entries(report.anomaly_counts).map(
      ([tag, count]) => `${formatCount(count)}${marks.times} ${cleanLine(tag, 80)}`,
    );
    lines.push(
      line(`${formatCount(report.anomaly_events)} event(s) flagged with anomalies:`, topOf(items, top), "warning"),
    );
  }
  if (report.corrupt_lines > 0) {
    lines.push(line(`${formatCount(report.corrupt_lines)} line(s) of the log cannot be read`, [], "warning"));
  }
  if (lines.length === 0) lines.push(line("no findings", [], "good"));
  return { title: "findings", lines };
}

function cost(report: Report, { top, period }: SectionOptions): Section {
  const unpriced =
    report.unpriced_events === 0 ? "" : `      (unpriced: ${formatCount(report.unpriced_events)} events)`;
  const models = Object.entries(report.cost_by_model).map(
    ([model, dollars]) => `${cleanLine(model, 60)}: ${formatDollars(dollars)}`,
  );
  const { input, output, cache_read: read, reasoning } = report.tokens;
  const more = [
    ...(read === 0 ? [] : [`${formatCount(read)} from cache`]),
    ...(reasoning === 0 ? [] : [`${formatCount(reasoning)} of reasoning`]),
  ];
  const tokens = `tokens: ${formatCount(input)} in, ${formatCount(output)} out${more.length === 0 ? "" : ` (${more.join(", ")})`}`;
  return {
    title: "cost",
    lines: [
      line(`total: ${formatDollars(report.total_cost_usd)} ${period}${unpriced}`, topOf(models, top)),
      line(tokens),
    ],
  };
}

function latency(report: Report): Section {
  const net = report.latency_net_ms;
  const first = report.ttft_ms;
  return {
    title: `latency (ms): ${percentiles(report.latency_ms)}`,
    lines: [
      ...(net === null ? [] : [line(`without waits between attempts (ms): ${percentiles(net)}`)]),
      ...(first.count === 0 ? [] : [line(`to the first token (ms): ${percentiles(first)}`)]),
    ],
  };
}

function percentiles({ p50, p95, p99 }: Distribution): string {
  const shown = (value: number | null): string => (value === null ? "-" : String(Math.round(value)));
  return `p50=${shown(p50)} p95=${shown(p95)} p99=${shown(p99)}`;
}

function retries({ retries: { calls, attempts, wasted_ms: wasted } }: Report): Section[] {
  if (calls === 0) return [];
  const text = `${formatCount(calls)} call(s) retried, ${formatCount(attempts)} attempts, ${formatDuration(wasted)} wasted`;
  return [{ title: "retries", lines: [line(text)] }];
}

function tools(report: Report, { top }: SectionOptions): Section[] {
  if (report.tools.length === 0) return [];
  const rows = report.tools
    .slice(0, top)
    .map(({ name, requested, calls, errors, error_rate: rate, mean_ms: mean }) => [
      cleanLine(name, 40),
      formatCount(requested),
      formatCount(calls),
      rate === null ? "" : `${formatCount(errors)} (${formatShare(rate)})`,
      mean === null ? "" : formatDuration(mean),
      formatCount(report.loops.filter(({ tool }) => tool === name).length),
    ]);
  return [table("tools", ["tool", "asked for", "ran", "errors", "mean", "loops"], rows, [1, 2, 3, 4, 5])];
}

function loops(report: Report, { top }: SectionOptions): Section[] {
  if (report.loops.length === 0) return [];
  const rows = report.loops
    .slice(0, top)
    .map(({ run_id: run, session_id: session, tool, args_hash: hash, count, cost_usd: dollars }) => [
      formatCount(count),
      formatDollars(dollars),
      cleanLine(tool, 40),
      cleanLine(hash, 16),
      cleanLine(run ?? session, 40),
    ]);
  return [table("loops", ["times", "cost", "tool", "arguments", "run or session"], rows, [0, 1])];
}

function callSites(report: Report, { top }: SectionOptions): Section[] {
  const sites = Object.entries(report.by_call_site);
  if (sites.length === 0) return [];
  // Those that cost most, then those that fail most and cost little.
  const dear = sites.slice(0, top);
  const failing = sites.slice(top).filter(([, { errors }]) => errors > 0);
  const rows = [...dear, ...failing.sort(([, a], [, b]) => b.errors - a.errors).slice(0, top)].map(
    ([site, { events, errors, cost_usd: dollars }]) => [
      cleanLine(site, 60),
      formatCount(events),
      formatCount(errors),
      formatDollars(dollars),
    ],
  );
  return [table("call sites", ["call site", "calls", "errors", "cost"], rows, [1, 2, 3])];
}

function cache({ tokens, anomaly_counts: tags }: Report): Section[] {
  const { input, cache_read: read, cache_write: write } = tokens;
  const missed = tags["cache_control_set_but_no_cache_activity"] ?? 0;
  if (read + write + missed === 0) return [];
  const share = input === 0 ? 0 : read / input;
  const text = `${formatShare(share)} of all input came from a cache: ${formatCount(read)} tokens read, ${formatCount(write)} written`;
  return [
    {
      title: "cache",
      lines: [line(text), ...(missed === 0 ? [] : [line(`${formatCount(missed)} marked call(s) without effect`)])],
    },
  ];
}

function agents(report: Report, { top }: SectionOptions): Section[] {
  const paths = Object.entries(report.by_agent_path);
  if (paths.length === 0) return [];
  const rows = paths
    .slice(0, top)
    .map(([path, { turns, calls, tokens_per_turn: tokens, ms_per_turn: ms, cost_usd: dollars }]) => [
      cleanLine(path, 60),
      formatCount(turns),
      formatCount(calls),
      tokens === null ? "" : formatCount(tokens),
      ms === null ? "" : formatDuration(ms),
      formatDollars(dollars),
    ]);
  return [table("agents", ["agent", "turns", "calls", "tokens/turn", "time/turn", "cost"], rows, [1, 2, 3, 4, 5])];
}

function runs(report: Report, { top }: SectionOptions): Section[] {
  if (report.runs.length === 0) return [];
  const newest = report.runs.toReversed().slice(0, top);
  const rows = newest.map((run) => [
    cleanLine(run.run_id, 40),
    run.outcome ?? "no end",
    formatCount(run.turns),
    formatCount(run.tokens),
    formatDuration(run.duration_ms),
    formatDollars(run.cost_usd),
    cleanLine(run.stop_reason, 60),
  ]);
  return [table("runs", ["run", "outcome", "turns", "tokens", "time", "cost", "stopped because"], rows, [2, 3, 4, 5])];
}

function recommendations(report: Report, { top }: SectionOptions): Section[] {
  const lines = Object.keys(report.anomaly_counts).flatMap((tag) => {
    const remedy = remedyOf(tag);
    return remedy === undefined ? [] : [line(`${tag}: ${remedy}`)];
  });
  return lines.length === 0 ? [] : [{ title: "recommendations", lines: lines.slice(0, top) }];
}

function table(
  title: string,
  head: readonly string[],
  rows: readonly (readonly string[])[],
  right: readonly number[],
): Section {
  return { title, lines: [], table: { rows: [head, ...rows], right } };
}

function topOf(items: readonly string[], top: number): readonly string[] {
  return items.length <= top ? items : [...items.slice(0, top), `… ${items.length - top} more`];
}
