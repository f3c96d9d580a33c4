import { existsSync, mkdirSync, statSync } from "node:fs";
import { dirname } from "node:path";

/**
 * Makes a folder and those above it that are missing, for their owner only; it may exist already.
 *
 * Not the `recursive` of Node, which tries for ever where a folder that is there takes no new ones and says that it is
 * not there, as `/proc` does.
 */
export function makeFolders(path: string): void {
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    const code: unknown = error instanceof Error ? Reflect.get(error, "code") : undefined;
    const above = dirname(path);
    if (code === "ENOENT" && above !== path && !existsSync(above)) {
      makeFolders(above);
      makeFolders(path);
    } else if (code !== "EEXIST" || !statSync(path).isDirectory()) throw error;
  }
}
