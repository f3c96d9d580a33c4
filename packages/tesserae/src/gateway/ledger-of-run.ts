import { existsSync } from "node:fs";
import { join } from "node:path";
import type { LedgerRow } from "@tesserae/tessera";

/** The rows of a run in the ledger of a gateway's folder, also while the gateway runs; none where there is no ledger. */
export async function rowsOfRun(folder: string, runId: string): Promise<readonly LedgerRow[]> {
  const path = join(folder, "tessera.db");
  if (!existsSync(path)) return [];
  const { openLedgerReader } = await import("@tesserae/tessera");
  const ledger = openLedgerReader(path);
  try {
    return ledger.rowsOfRun(runId);
  } finally {
    ledger.close();
  }
}
