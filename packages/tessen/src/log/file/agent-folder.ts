import { join } from "node:path";
import type { FileFacts, LogFileSystem } from "./file-system.ts";
import { LogRefusedError } from "./trouble.ts";

const OWNER_ONLY = 0o700;

/**
 * The folder of an agent's log, made where it is missing. A folder that is a symbolic link, or another user's, is
 * refused: prompts would go to wherever they point. A folder of logs that was there keeps its mode, since it may be
 * meant for more; the agent's folder is ours, and for its owner alone.
 */
export function openAgentFolder(fileSystem: LogFileSystem, logDir: string, agentName: string): string {
  const folder = join(logDir, agentName);
  ownFolder(fileSystem, logDir);
  if (ownFolder(fileSystem, folder).mode !== OWNER_ONLY) fileSystem.setMode(folder, OWNER_ONLY);
  return folder;
}

/** Refuses what belongs to another user. */
export function checkOwner(facts: FileFacts, path: string): void {
  const user = process.geteuid?.();
  // Windows has no owners of this kind.
  if (user !== undefined && facts.owner !== user) {
    throw new LogRefusedError(`${path} belongs to user ${facts.owner}, not to ${user}, who would write the log.`);
  }
}

function ownFolder(fileSystem: LogFileSystem, path: string): FileFacts {
  let facts = fileSystem.factsAt(path);
  if (facts === undefined) {
    fileSystem.makeFolder(path);
    facts = fileSystem.factsAt(path);
  }
  if (facts?.isFolder !== true) throw new LogRefusedError(`${path} is no folder; symbolic links are not followed.`);
  checkOwner(facts, path);
  return facts;
}
