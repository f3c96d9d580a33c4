import { openDatabaseCopy } from "./database-copy.ts";
import { openExportCopy } from "./export-copy.ts";
import type { LedgerCopy } from "./ledger-copy.ts";
import type { Verification } from "./verification.ts";
import { verifyCopy } from "./verify-copy.ts";

/** What a ledger is checked against, beside itself. */
export interface VerifyOptions {
  /** More anchor files than the one beside the database. */
  readonly anchors?: readonly string[];
  /**
   * Public keys in PEM by their ids, from where the gateway's own user cannot change them. Default: those in the ledger,
   * which only prove that no one without the private key, and without write access to the keys, made the signatures. With
   * such keys a checkpoint that is not signed by one of them is a fault.
   */
  readonly publicKeys?: ReadonlyMap<string, string>;
}

/** Checks the ledger in a database, which may be in use. What cannot be read gives the exit code 2; nothing is thrown. */
export async function verifyDatabase(path: string, options: VerifyOptions = {}): Promise<Verification> {
  return await verifyOpened(async () => openDatabaseCopy(path, options.anchors), path, options);
}

/** Checks a ledger that was exported as `jsonl`, without its database. */
export async function verifyExport(path: string, options: VerifyOptions = {}): Promise<Verification> {
  return await verifyOpened(async () => await openExportCopy(path), path, options);
}

async function verifyOpened(
  open: () => Promise<LedgerCopy>,
  path: string,
  options: VerifyOptions,
): Promise<Verification> {
  let copy: LedgerCopy;
  try {
    copy = await open();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { ...NOTHING, exitCode: 2, problem: { place: path, reason } };
  }
  try {
    return await verifyCopy(copy, options.publicKeys ?? new Map());
  } finally {
    copy.close();
  }
}

const NOTHING: Verification = Object.freeze({
  exitCode: 2,
  rows: 0,
  chains: 0,
  checkpoints: 0,
  signed: 0,
  signedRows: 0,
  gaps: 0,
  lostRows: 0,
  original: 0n,
  actual: 0n,
  verifiedSavings: 0n,
  warnings: [],
});
