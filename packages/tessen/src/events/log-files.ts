import { readdirSync, statSync } from "node:fs";
import { join, sep } from "node:path";
import { safeAgentName } from "../log/file/agent-name.ts";
import { compareDayFiles, parseDayFile, utcDate, type DayFile } from "../log/file/day-file.ts";
import { defaultLogDir } from "./log-dir.ts";

/** A file of a log as it was when the reading began. What is appended later belongs to the next reading. */
export interface LogFile {
  readonly path: string;
  readonly size: number;
  /** When it was last written to, in milliseconds since 1970. */
  readonly modified: number;
}

/** Where to look, and for what. */
export interface LogFilesQuery {
  readonly logDir?: string | undefined;
  /** Files of earlier days hold nothing that is wanted. Unix seconds. */
  readonly since?: number | undefined;
}

/**
 * The files of an agent's log, oldest first. The agent is a name under the folder of logs, or the path of a folder or of
 * a `.jsonl` file. A name that no folder can have (`@scope/package`) is that of the folder that the writer makes of it.
 * One that is not there has no files.
 */
export function logFiles(agent: string, query: LogFilesQuery = {}): LogFile[] {
  if (typeof agent !== "string") throw new TypeError(`The agent is ${String(agent)}: give its name, or a path.`);
  const isPath = agent.includes("/") || agent.includes(sep) || agent.endsWith(".jsonl");
  if (isPath && factsOf(agent)?.isFile === true) return existing([agent]);
  const logDir = query.logDir ?? defaultLogDir();
  const own = isPath ? agent : join(logDir, agent);
  const folder = factsOf(own) === undefined ? join(logDir, safeAgentName(agent)) : own;
  const earliest = query.since === undefined ? "" : utcDate(Math.min(query.since * 1000, LAST_MS));
  const files = dayFilesOf(folder).filter(({ date }) => date >= earliest);
  return existing(files.sort(compareDayFiles).map(({ name }) => join(folder, name)));
}

/** The end of the year 9999, from which on dates are written in another way. */
const LAST_MS = 253_402_300_799_999;

/** The names of day files in a folder, in no order; none where there is no folder. */
export function dayFilesOf(folder: string): DayFile[] {
  try {
    return readdirSync(folder)
      .map((name) => parseDayFile(name))
      .filter((file) => file !== undefined);
  } catch {
    return [];
  }
}

function existing(paths: readonly string[]): LogFile[] {
  return paths.flatMap((path) => {
    const facts = factsOf(path);
    return facts?.isFile === true ? [{ path, size: facts.size, modified: facts.modified }] : [];
  });
}

function factsOf(path: string): { isFile: boolean; size: number; modified: number } | undefined {
  const found = statSync(path, { throwIfNoEntry: false });
  return found === undefined ? undefined : { isFile: found.isFile(), size: found.size, modified: found.mtimeMs };
}
