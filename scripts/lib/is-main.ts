import { realpathSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** True in the file that `node FILE` started: `isMain(import.meta.url)`. (`import.meta.main` is newer than Node 22.) */
export function isMain(url: string): boolean {
  const started = process.argv[1];
  return started !== undefined && realpathSync(started) === fileURLToPath(url);
}
