import { chmodSync, lstatSync } from "node:fs";
import { join } from "node:path";
import { listAgents } from "../../events/list-agents.ts";

/**
 * Takes rights away that nobody else should have: to write to the folder of logs, and to look into the logs in it. Gives
 * what was done, a sentence each. Throws what the system says when it refuses.
 */
export function mendLogDir(logDir: string): string[] {
  // Windows knows no such modes.
  if (process.platform === "win32") return [];
  const done: string[] = [];
  const limit = (path: string, rights: number): void => {
    const facts = lstatSync(path, { throwIfNoEntry: false });
    if (facts?.isDirectory() !== true) return;
    const mode = facts.mode & 0o777;
    if ((mode & ~rights) === 0) return;
    chmodSync(path, mode & rights);
    done.push(`${path} had mode ${octal(mode)}, and has ${octal(mode & rights)} now.`);
  };
  limit(logDir, 0o755);
  for (const agent of listAgents({ logDir, includeEmpty: true })) limit(join(logDir, agent), 0o700);
  return done;
}

function octal(mode: number): string {
  return mode.toString(8).padStart(4, "0");
}
