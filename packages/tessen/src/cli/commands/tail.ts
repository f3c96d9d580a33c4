import { statSync } from "node:fs";
import { dirname, join } from "node:path";
import type { ReadStats } from "../../events/read-options.ts";
import type { TessenEvent } from "../../events/tessen-event.ts";
import { checkAgent, eventsOfAgent, STANDARD_INPUT } from "../agent-events.ts";
import { CHOICE_OPTIONS, eventChoice } from "../arguments/event-choice.ts";
import { COMMON_HELP, type Given } from "../arguments/given.ts";
import { CommandError } from "../command-error.ts";
import { EXIT } from "../exit-codes.ts";
import { lastEvents } from "../last-events.ts";
import { noEvents } from "../no-events.ts";
import { jsonHead } from "../output/json-head.ts";
import { perform } from "../perform.ts";
import { eventLine } from "../tail/event-line.ts";
import { FolderChanges } from "../tail/folder-changes.ts";
import { LogFollower } from "../tail/log-follower.ts";
import type { Terminal } from "../terminal.ts";
import { eventBlock } from "../viewer/event-block.ts";

const SYNTAX = {
  name: "tail",
  help: `Usage: tessen tail AGENT [options]

Follows an agent, one line an event, until Ctrl-C; new files of its log, too.

  -n N               begin with the last N events (default 10; with --since: all since then)
  --signal TAG       only events with this tag
  --errors           only events that failed
  --session ID       only this session
  --run ID           only this run
  --full             requests and answers, too
${COMMON_HELP}`,
  options: CHOICE_OPTIONS,
  operands: ["AGENT"],
} as const;

/** `tessen tail`. */
export function tailCommand(args: readonly string[], terminal: Terminal): Promise<number> {
  return perform(args, SYNTAX, terminal, async (given, screen) => {
    const [agent = STANDARD_INPUT] = given.operands;
    const show = (event: TessenEvent): void => screen.write(shown(event, given, screen));
    if (agent === STANDARD_INPUT) return showInput(given, screen, show);
    checkAgent(agent, given.logDir);
    // From here on Ctrl-C ends the following, and not the process.
    const { signal } = screen;
    const follower = new LogFollower(agent, given.logDir);
    if (given.json) screen.write(`${JSON.stringify(jsonHead("tail", screen))}\n`);
    const most = given.count("n") ?? (given.since === undefined ? 10 : Number.MAX_SAFE_INTEGER);
    // What was written while the last events were read comes twice: as one of them, and as one that is new.
    const known = new Set<string>();
    const stats: ReadStats = {};
    const events = await lastEvents(agent, most, given, screen, stats);
    if (events.length === 0 && most > 0 && !given.quiet)
      screen.writeError(`tessen tail: ${noEvents(given, stats)} Waiting for events.\n`);
    for (const event of events) {
      known.add(event.event_id);
      show(event);
    }
    await follow(folderOf(agent, given.logDir), given, signal, follower, (event) => {
      if (!known.delete(event.event_id)) show(event);
    });
    return EXIT.interrupted;
  });
}

async function showInput(given: Given, terminal: Terminal, show: (event: TessenEvent) => void): Promise<number> {
  const isChosen = eventChoice(given);
  const stats: ReadStats = {};
  let shownEvents = 0;
  if (given.json) terminal.write(`${JSON.stringify(jsonHead("tail", terminal))}\n`);
  for await (const event of eventsOfAgent(STANDARD_INPUT, given, terminal, stats)) {
    if (!isChosen(event)) continue;
    shownEvents += 1;
    show(event);
  }
  if (shownEvents === 0) throw new CommandError(noEvents(given, stats), EXIT.noData);
  return EXIT.ok;
}

async function follow(
  folder: string,
  given: Given,
  signal: AbortSignal,
  follower: LogFollower,
  show: (event: TessenEvent) => void,
): Promise<void> {
  const isChosen = eventChoice(given);
  const changes = new FolderChanges(folder, signal);
  try {
    while (!signal.aborted) {
      for (const event of follower.take()) if (isChosen(event)) show(event);
      await changes.next();
    }
  } finally {
    changes.close();
  }
}

/** The folder in which the files of an agent come and go. */
function folderOf(agent: string, logDir: string): string {
  const isPath = /[/\\]/.test(agent) || agent.endsWith(".jsonl");
  if (!isPath) return join(logDir, agent);
  return statSync(agent, { throwIfNoEntry: false })?.isFile() === true ? dirname(agent) : agent;
}

function shown(event: TessenEvent, given: Given, terminal: Terminal): string {
  if (given.json) return `${JSON.stringify(event)}\n`;
  const line = eventLine(event, given.style);
  if (!given.flag("full")) return `${line}\n`;
  const block = eventBlock(event, given.style, { full: true, width: terminal.columns });
  return `${[line, ...block.map((text) => `  ${text}`)].join("\n")}\n`;
}
