import { statSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import type { JournalStore } from "@tesserae/core";
import { CommandError } from "../cli/command-error.ts";

/** The folder of the recorded runs: the option, else `TESSERAE_RUNS_DIR`, else `~/.tesserae/runs`. */
export function runsFolder(option: string | undefined): string {
  return resolve(option ?? (process.env["TESSERAE_RUNS_DIR"] || join(homedir(), ".tesserae", "runs")));
}

/** Opens the store of the recorded runs. Nothing is made before a run is recorded. */
export async function openStore(option: string | undefined): Promise<JournalStore> {
  const directory = runsFolder(option);
  if (statSync(directory, { throwIfNoEntry: false })?.isDirectory() === false) {
    const from = option === undefined ? "TESSERAE_RUNS_DIR" : "--runs-dir";
    throw new CommandError(`${directory}, which ${from} names, is no folder: name one for the recorded runs.`);
  }
  const { FileJournalStore } = await import("@tesserae/core/journal/file");
  return new FileJournalStore({ directory });
}
