import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

/** How npm is started: a program, and what comes in front of npm's own arguments. */
export interface NpmCommand {
  readonly program: string;
  readonly args: readonly string[];
}

/**
 * The npm that came with a Node, else the one on `PATH`. The script is started by that Node itself: on Windows `npm` is
 * a batch file, which cannot be started without a command interpreter that reads the arguments once more.
 */
export function findNpm(node: string, find: (program: string) => string | undefined): NpmCommand | undefined {
  const folder = dirname(node);
  const scripts = [
    join(folder, "../lib/node_modules/npm/bin/npm-cli.js"),
    join(folder, "node_modules/npm/bin/npm-cli.js"),
  ];
  const script = scripts.find((path) => existsSync(path));
  if (script !== undefined) return { program: node, args: [script] };
  const program = find("npm");
  return program === undefined ? undefined : { program, args: [] };
}
