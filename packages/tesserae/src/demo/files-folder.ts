import { join } from "node:path";

/** Where the files of a run of the demo lie: next to its journal. */
export function filesFolder(runsDir: string, runId: string): string {
  return join(runsDir, runId, "files");
}
