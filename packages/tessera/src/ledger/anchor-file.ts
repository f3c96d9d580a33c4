import { appendFile } from "node:fs/promises";

/** Where the checkpoints of a database's ledger are written beside it. */
export function anchorPathOf(databasePath: string): string {
  return `${databasePath}-anchors.jsonl`;
}

/** Adds checkpoints to every anchor file, a line each. Best are files that the gateway's own user can only add to. */
export async function addAnchors(paths: readonly string[], checkpoints: readonly string[]): Promise<void> {
  const text = checkpoints.map((line) => `${line}\n`).join("");
  await Promise.all(paths.map(async (path) => await appendFile(path, text, { mode: 0o600 })));
}
