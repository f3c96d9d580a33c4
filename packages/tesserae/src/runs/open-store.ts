import { homedir } from "node:os";
import { join, resolve } from "node:path";
import type { JournalStore } from "@tesserae/core";

/** The folder of the recorded runs: the option, else `TESSERAE_RUNS_DIR`, else `~/.tesserae/runs`. */
export function runsFolder(option: string | undefined): string {
  return resolve(option ?? (process.env["TESSERAE_RUNS_DIR"] || join(homedir(), ".tesserae", "runs")));
}

/** Opens the store of the recorded runs. Nothing is made before a run is recorded. */
export async function openStore(option: string | undefined): Promise<JournalStore> {
  const { FileJournalStore } = await import("@tesserae/core/journal/file");
  return new FileJournalStore({ directory: runsFolder(option) });
}
