import type { DatabaseSync } from "node:sqlite";
import { ROW_FIELDS, ROW_VERSION, type UnplacedRow } from "../src/ledger/ledger-row.ts";
import { LedgerTable } from "../src/ledger/ledger-table.ts";
import { rowHash } from "../src/ledger/row-hash.ts";
import { CHECK_BYTES, writeRow } from "../src/ledger/row-text.ts";

/**
 * Adds a row to the newest chain of a ledger that nobody has open, with its hash and its checks as they must be, whatever
 * it says. No checkpoint seals it.
 */
export function forge(database: DatabaseSync, row: UnplacedRow): void {
  const table = new LedgerTable(database);
  const chain = table.newestChain();
  if (chain === undefined) throw new Error("There is no chain.");
  const at = Number(database.prepare("SELECT max(ts) AS ts FROM ledger_rows").get()?.["ts"]);
  const seq = chain.head.seq + 1;
  const checks = new Uint8Array(ROW_FIELDS.length * CHECK_BYTES);
  const place = { v: ROW_VERSION, chain: chain.head.chain, seq: `${seq}`, ts: new Date(at).toISOString() };
  const text = writeRow({ ...row, ...place }, checks);
  const hash = rowHash(chain.head.hash, text);
  table.addRow(chain.number, seq, at, row, { text, checks, hash });
  table.setHead(chain.number, { chain: chain.head.chain, seq, hash });
  database.prepare("UPDATE ledger_chains SET closed = 0 WHERE number = ?").run(chain.number);
}
