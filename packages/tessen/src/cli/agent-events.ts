import { statSync } from "node:fs";
import { EventLines, startCounts } from "../events/event-lines.ts";
import { listAgents } from "../events/list-agents.ts";
import { logFiles } from "../events/log-files.ts";
import type { ReadStats } from "../events/read-options.ts";
import { read } from "../events/read.ts";
import type { TessenEvent } from "../events/tessen-event.ts";
import type { Given } from "./arguments/given.ts";
import { didYouMean } from "./arguments/nearest-names.ts";
import { checkUsable } from "./usable-log-dir.ts";
import { CommandError } from "./command-error.ts";
import { EXIT } from "./exit-codes.ts";
import { cleanLine } from "./output/clean.ts";
import type { Terminal } from "./terminal.ts";

/** Standard input in place of an agent. */
export const STANDARD_INPUT = "-";

/**
 * The events of what stands for `<agent>`: a name, the path of a folder or a `.jsonl` file, or `-` for standard input.
 * Throws `CommandError` when there is no such log.
 */
export function eventsOfAgent(
  agent: string,
  given: Given,
  terminal: Terminal,
  stats: ReadStats = {},
): Iterable<TessenEvent> | AsyncIterable<TessenEvent> {
  if (agent === STANDARD_INPUT) return eventsOfInput(given, terminal, stats);
  checkAgent(agent, given.logDir);
  return read(agent, { logDir: given.logDir, since: given.since, until: given.until, stats });
}

/** Throws `CommandError` when nothing was recorded under a name or path. */
export function checkAgent(agent: string, logDir: string): void {
  if (logFiles(agent, { logDir }).length > 0) return;
  const isPath = /[/\\]/.test(agent) || agent.endsWith(".jsonl");
  if (isPath) {
    throw new CommandError(`${cleanLine(agent, 200)} ${whatIsThere(agent)}`, EXIT.noData);
  }
  checkUsable(logDir);
  const agents = listAgents({ logDir, includeEmpty: true });
  if (agents.includes(agent))
    throw new CommandError(`Nothing is recorded of "${cleanLine(agent, 80)}" in ${logDir} yet.`, EXIT.noData);
  if (agents.length === 0) {
    throw new CommandError(
      `There are no logs in ${logDir} (set TESSEN_LOG_DIR or --log-dir to look elsewhere).`,
      EXIT.noData,
    );
  }
  const near = didYouMean(agent, agents);
  const all = near === "" ? ` There are: ${someOf(agents)}.` : near;
  throw new CommandError(`There is no agent "${cleanLine(agent, 80)}" in ${logDir}.${all}`, EXIT.noData);
}

function whatIsThere(path: string): string {
  if (statSync(path, { throwIfNoEntry: false }) === undefined) return "is not there.";
  const agents = listAgents({ logDir: path });
  return agents.length === 0
    ? "holds no log: there are no files named like 2026-05-14.jsonl in it."
    : `is a folder of logs. Name one of them, with --log-dir ${cleanLine(path, 200)}: ${someOf(agents)}.`;
}

function someOf(names: readonly string[]): string {
  return `${names.slice(0, 10).join(", ")}${names.length > 10 ? ", …" : ""}`;
}

/** The events that are piped into the command. */
export async function* eventsOfInput(given: Given, terminal: Terminal, stats: ReadStats): AsyncGenerator<TessenEvent> {
  const lines = new EventLines(startCounts(stats), terminal.now());
  const { since = Number.NEGATIVE_INFINITY, until = Number.POSITIVE_INFINITY } = given;
  const isWanted = ({ ts }: TessenEvent): boolean => ts >= since && ts <= until;
  for await (const bytes of terminal.input()) {
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (const event of lines.push(buffer)) if (isWanted(event)) yield event;
  }
  for (const event of lines.end({ path: STANDARD_INPUT, size: 0, modified: 0 })) if (isWanted(event)) yield event;
}
