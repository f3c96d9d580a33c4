import { readFileSync, statSync } from "node:fs";

const MOST_BYTES = 64 * 1024 * 1024;

/**
 * The text of a file that a variable names; `undefined` where there is none that can be read. A device or pipe is not
 * opened: to read one may never end, and the environment must not stop a program.
 */
export function readRegularFile(path: string): string | undefined {
  try {
    const facts = statSync(path);
    return facts.isFile() && facts.size <= MOST_BYTES ? readFileSync(path, "utf8") : undefined;
  } catch {
    return undefined;
  }
}
