import { opendirSync } from "node:fs";
import { CommandError } from "./command-error.ts";
import { EXIT } from "./exit-codes.ts";
import { cleanLine } from "./output/clean.ts";

/** Throws `CommandError` for a folder of logs that cannot be one: a file, or what may not be read. It may be missing. */
export function checkUsable(logDir: string): void {
  try {
    opendirSync(logDir).closeSync();
  } catch (error) {
    const code: unknown = error instanceof Error ? Reflect.get(error, "code") : undefined;
    if (code === "ENOENT") return;
    const why = code === "ENOTDIR" ? "is no folder" : `cannot be read (${String(code)})`;
    throw new CommandError(
      `The folder of logs ${cleanLine(logDir, 200)} ${why} (TESSEN_LOG_DIR or --log-dir name another).`,
      EXIT.environment,
    );
  }
}
