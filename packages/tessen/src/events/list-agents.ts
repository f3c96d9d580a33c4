import { readdirSync } from "node:fs";
import { join } from "node:path";
import { defaultLogDir } from "./log-dir.ts";
import { dayFilesOf, logFiles } from "./log-files.ts";

/** Options of {@link listAgents}. */
export interface ListAgentsOptions {
  /** Agents, too, that have a folder and no events in it. Default: false. */
  readonly includeEmpty?: boolean | undefined;
  readonly include_empty?: boolean | undefined;
  /** Default: `TESSEN_LOG_DIR`, else `~/.tessen/logs`. */
  readonly logDir?: string | undefined;
  readonly log_dir?: string | undefined;
}

/** The names of the agents that have a log, sorted. */
export function listAgents(options: ListAgentsOptions = {}): string[] {
  const logDir = options.logDir ?? options.log_dir ?? defaultLogDir();
  const includeEmpty = options.includeEmpty ?? options.include_empty ?? false;
  return foldersOf(logDir)
    .filter((name) => includeEmpty || hasEvents(logDir, name))
    .sort();
}

function hasEvents(logDir: string, agent: string): boolean {
  return dayFilesOf(join(logDir, agent)).length > 0 && logFiles(agent, { logDir }).some(({ size }) => size > 0);
}

function foldersOf(path: string): string[] {
  try {
    return readdirSync(path, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
  } catch {
    return [];
  }
}
