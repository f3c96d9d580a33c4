import { Accumulator } from "../../analyze/accumulator.ts";
import type { Report } from "../../analyze/report.ts";
import { sumLog } from "../../analyze/sum-log.ts";
import { eventTest } from "../../events/filter-events.ts";
import type { ReadStats } from "../../events/read-options.ts";
import type { TessenEvent } from "../../events/tessen-event.ts";
import { checkAgent, eventsOfInput, STANDARD_INPUT } from "../agent-events.ts";
import { isFound, parseFailOn } from "../analyze/fail-on.ts";
import { GROUP_TITLES, GROUPS, groupSection, type Group } from "../analyze/group-section.ts";
import { sectionsAsMarkdown, sectionsAsText } from "../analyze/print-sections.ts";
import { reportSections } from "../analyze/report-sections.ts";
import type { Section } from "../analyze/section.ts";
import { COMMON_HELP, type Given } from "../arguments/given.ts";
import { CommandError } from "../command-error.ts";
import { EXIT } from "../exit-codes.ts";
import { noEvents } from "../no-events.ts";
import { jsonHead } from "../output/json-head.ts";
import { perform } from "../perform.ts";
import type { Terminal } from "../terminal.ts";

const SYNTAX = {
  name: "analyze",
  help: `Usage: tessen analyze AGENT [options]

What the events of an agent come to: findings, cost, latency, retries, tools, loops, call sites,
cache, agents, runs, recommendations.

  --markdown         print Markdown
  --by GROUP         calls by model, site, agent, tool, session or day, first
  --top N            so many rows of each list (default 10)
  --session ID       the events of one session only
  --run ID           the events of one run only
  --fail-on TAG[:N]  exit code 1 when N events (default 1) have the tag; error and anomaly
                     count as tags; may be given several times
${COMMON_HELP}`,
  options: {
    markdown: { type: "boolean" },
    by: { type: "string" },
    top: { type: "string" },
    session: { type: "string" },
    run: { type: "string" },
    "fail-on": { type: "string", multiple: true },
  },
  operands: ["AGENT"],
} as const;

/** `tessen analyze`. */
export function analyzeCommand(args: readonly string[], terminal: Terminal): Promise<number> {
  return perform(args, SYNTAX, terminal, async (given, screen) => {
    const by = groupOf(given.text("by"));
    const failOn = given.texts("fail-on").map(parseFailOn);
    const top = given.count("top") ?? 10;
    const stats: ReadStats = {};
    const report = await reportOf(given, screen, stats);
    if (report.total_events === 0 && !given.quiet) screen.writeError(`tessen analyze: ${noEvents(given, stats)}\n`);
    const found = failOn.filter((wanted) => isFound(report, wanted));
    if (given.json) writeJson(report, screen);
    else if (report.total_events > 0) screen.write(textOf(report, given, by, top));
    if (report.total_events === 0) return EXIT.noData;
    return found.length > 0 ? EXIT.findings : EXIT.ok;
  });
}

async function reportOf(given: Given, terminal: Terminal, stats: ReadStats): Promise<Report> {
  const window = { since: given.since ?? null, until: given.until ?? null, now: terminal.now() };
  try {
    const sums = await sumsOf(given, terminal, stats);
    return sums.report({ ...window, corruptLines: stats.corrupt_lines ?? 0 });
  } catch (error) {
    // Whoever reads JSON gets JSON, also of nothing; the rest is told as ever.
    const isNothing = error instanceof CommandError && error.exitCode === EXIT.noData;
    if (isNothing && given.json) writeJson(new Accumulator().report({ ...window, corruptLines: 0 }), terminal);
    throw error;
  }
}

function writeJson(report: Report, terminal: Terminal): void {
  terminal.write(`${JSON.stringify({ ...jsonHead("analyze", terminal), ...report })}\n`);
}

async function sumsOf(given: Given, terminal: Terminal, stats: ReadStats): Promise<ChosenEvents> {
  const [agent = STANDARD_INPUT] = given.operands;
  const { logDir, since, until } = given;
  const begin = (): ChosenEvents => new ChosenEvents(given);
  if (agent !== STANDARD_INPUT) {
    checkAgent(agent, logDir);
    return sumLog(agent, { logDir, since, until, stats }, begin);
  }
  const sums = begin();
  for await (const event of eventsOfInput(given, terminal, stats)) sums.add(event);
  return sums;
}

/** Adds up what the options choose. */
class ChosenEvents extends Accumulator {
  readonly #isChosen: (event: TessenEvent) => boolean;

  constructor(given: Given) {
    super();
    this.#isChosen = eventTest({ sessionId: given.text("session"), runId: given.text("run") });
  }

  override add(event: TessenEvent): void {
    if (this.#isChosen(event)) super.add(event);
  }
}

function textOf(report: Report, given: Given, by: Group | undefined, top: number): string {
  const { style } = given;
  const options = { top, period: periodOf(given.sinceText), marks: style.marks };
  const sections = withGroup(reportSections(report, options), report, by, top);
  return given.flag("markdown") ? sectionsAsMarkdown(sections, style) : sectionsAsText(sections, style);
}

/** What is grouped by comes right behind the cost. */
function withGroup(sections: readonly Section[], report: Report, by: Group | undefined, top: number): Section[] {
  if (by === undefined) return [...sections];
  const title = GROUP_TITLES[by];
  const group = groupSection(report, by, top) ?? sections.find((section) => section.title === title);
  const others = sections.filter((section) => section !== group);
  return group === undefined ? others : [...others.slice(0, 2), group, ...others.slice(2)];
}

function groupOf(text: string | undefined): Group | undefined {
  if (text === undefined) return undefined;
  const group = GROUPS.find((name) => name === text);
  if (group === undefined)
    throw new CommandError(`--by is "${text}"; it must be one of ${GROUPS.join(", ")}.`, EXIT.usage);
  return group;
}

/** `7d` is `last 7 days`. */
function periodOf(since: string | undefined): string {
  if (since === undefined) return "all time";
  const groups = /^(?<count>\d+)(?<unit>[smhdw])$/i.exec(since)?.groups;
  if (groups === undefined)
    return /^[\d.smhdw]+$/i.test(since) && /[smhdw]$/i.test(since) ? `last ${since}` : `since ${since}`;
  const unit = UNITS[(groups["unit"] ?? "").toLowerCase()] ?? "";
  return `last ${groups["count"]} ${unit}${groups["count"] === "1" ? "" : "s"}`;
}

const UNITS: Readonly<Record<string, string>> = { s: "second", m: "minute", h: "hour", d: "day", w: "week" };
