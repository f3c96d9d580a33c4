import { accessSync, constants } from "node:fs";
import { join, resolve } from "node:path";
import { makeFolders } from "@tesserae/core/journal/file";
import { CommandError } from "../cli/command-error.ts";
import { messageOf } from "../cli/report-error.ts";

/** Where the files of a run of the demo lie: next to its journal. */
export function filesFolder(runsDir: string, runId: string): string {
  return join(runsDir, runId, "files");
}

/**
 * Makes the folder that the result is to be copied to, before anything is paid for.
 * @throws CommandError when it cannot be written to.
 */
export function prepareOut(out: string | undefined): void {
  if (out === undefined) return;
  const folder = resolve(out);
  try {
    makeFolders(folder, 0o777);
    accessSync(folder, constants.W_OK);
  } catch (error) {
    throw new CommandError(`--out ${out}: nothing can be written to ${folder}: ${messageOf(error)}`, { cause: error });
  }
}
