import { existsSync, mkdirSync, statSync } from "node:fs";
import { dirname } from "node:path";

/**
 * Makes a folder and those above it that are missing; it may exist already. Throws what Node throws when it cannot be
 * made.
 *
 * Not the `recursive` of Node, which tries for ever where a folder that is there takes no new ones and says that it is
 * not there, as `/proc` does.
 *
 * @param mode the permissions of what is made, less the mask of the process. Default: for its owner only.
 */
export function makeFolders(path: string, mode: number = 0o700): void {
  try {
    mkdirSync(path, { mode });
  } catch (error) {
    const code: unknown = error instanceof Error ? Reflect.get(error, "code") : undefined;
    const above = dirname(path);
    if (code === "ENOENT" && above !== path && !existsSync(above)) {
      makeFolders(above, mode);
      makeFolders(path, mode);
    } else if (code !== "EEXIST" || !statSync(path).isDirectory()) throw error;
  }
}
