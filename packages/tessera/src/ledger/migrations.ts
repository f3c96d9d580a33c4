import type { Migration } from "../store/migrate.ts";

/**
 * The tables of the ledger. `text` is what a row's hash covers; the columns beside it repeat parts of it for queries, and
 * `verify` compares them. `id` is the number of the chain and the place in it, see `row-id.ts`.
 */
export const LEDGER_MIGRATIONS: readonly Migration[] = [
  {
    number: 1,
    name: "ledger",
    sql: `
CREATE TABLE ledger_chains (
  number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, head_seq INTEGER NOT NULL, head_hash TEXT NOT NULL,
  closed INTEGER NOT NULL, key_id TEXT
) STRICT;
CREATE TABLE ledger_rows (
  id INTEGER PRIMARY KEY, ts INTEGER NOT NULL, kind TEXT NOT NULL, tenant TEXT, workload TEXT, run TEXT,
  original INTEGER, actual INTEGER, verified INTEGER, text TEXT NOT NULL, checks BLOB NOT NULL, hash TEXT NOT NULL
) STRICT;
CREATE INDEX ledger_rows_of_run ON ledger_rows (run) WHERE run IS NOT NULL;
CREATE INDEX ledger_rows_by_time ON ledger_rows (ts);
CREATE TABLE ledger_checkpoints (
  chain INTEGER NOT NULL, last_seq INTEGER NOT NULL, text TEXT NOT NULL, anchored INTEGER NOT NULL,
  PRIMARY KEY (chain, last_seq)
) STRICT, WITHOUT ROWID;
CREATE TABLE ledger_spill (name TEXT PRIMARY KEY, taken INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE ledger_keys (key_id TEXT PRIMARY KEY, public_key TEXT NOT NULL) STRICT, WITHOUT ROWID`,
  },
];
