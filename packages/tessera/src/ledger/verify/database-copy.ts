import { readFileSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import { PRICE_MIGRATIONS, allSnapshots } from "../../prices/snapshot-table.ts";
import { openStore, type Store } from "../../store/store.ts";
import { anchorPathOf } from "../anchor-file.ts";
import { headPathOf, readHead } from "../head-file.ts";
import { LEDGER_MIGRATIONS } from "../migrations.ts";
import { chainOfRow, seqOfRow } from "../row-id.ts";
import type { LedgerCopy, StoredChain, StoredCheckpoint, StoredRow } from "./ledger-copy.ts";

/** So many rows are read at once: few enough that what is made of them is gone before it is old. */
const GROUP = 100;
/** The event loop has a turn after so many groups. */
const GROUPS_AT_ONCE = 10;

/**
 * Takes a look at the ledger of a database as it is at this moment, on a connection of its own, so that a gateway can go
 * on writing. With the head file and the anchor file beside the database, and more anchor files.
 */
export function openDatabaseCopy(path: string, anchorPaths: readonly string[] = []): LedgerCopy {
  // The head is read first: rows may be added after it, but none may be missing.
  const head = readHead(headPathOf(path));
  const store = openStore(path, { access: "read" });
  try {
    store.migrate("prices", PRICE_MIGRATIONS);
    store.migrate("ledger", LEDGER_MIGRATIONS);
    store.database.exec("BEGIN");
    return copyOf(store, head, anchorPaths);
  } catch (error) {
    store.close();
    throw error;
  }
}

function copyOf(store: Store, head: LedgerCopy["head"], anchorPaths: readonly string[]): LedgerCopy {
  const { database } = store;
  const chains = database.prepare("SELECT * FROM ledger_chains ORDER BY number").all().map(chainOf);
  const checkpoints = database
    .prepare("SELECT chain, last_seq, text, anchored FROM ledger_checkpoints ORDER BY chain, last_seq")
    .all();
  const keys = database.prepare("SELECT key_id, public_key FROM ledger_keys").all();
  const warnings: string[] = [];
  if (head === undefined && chains.length > 0) {
    warnings.push(
      "There is no head file beside the database: rows removed at the end, with all traces, are not noticed.",
    );
  }
  const anchors: string[] = [];
  for (const path of [anchorPathOf(store.path), ...anchorPaths]) {
    const lines = linesOf(path);
    if (lines !== undefined) anchors.push(...lines);
    else if (checkpoints.length > 0)
      warnings.push(`The anchor file ${path} cannot be read: nothing was compared with it.`);
  }
  const open = checkpoints.filter((row) => row["anchored"] !== 1).length;
  if (open > 0) warnings.push(`${open} checkpoints are in no anchor file yet.`);
  return {
    isWhole: true,
    chains,
    checkpoints: checkpoints.map(checkpointOf),
    snapshots: allSnapshots(database),
    keys: new Map(keys.map((row) => [String(row["key_id"]), String(row["public_key"])])),
    head,
    anchors,
    warnings,
    rows: () => groupsOf(store),
    close: () => store.close(),
  };
}

async function* groupsOf(store: Store): AsyncGenerator<readonly StoredRow[]> {
  const statement = store.database.prepare(`${SELECT_ROWS} WHERE id > ? ORDER BY id LIMIT ${GROUP}`);
  statement.setReturnArrays(true);
  let last = 0;
  for (let count = 1; ; count += 1) {
    const rows: readonly unknown[] = statement.all(last);
    yield rows.map(storedRowOf);
    const end = rows.at(-1);
    if (rows.length < GROUP || !Array.isArray(end)) return;
    last = Number(end[0]);
    if (count % GROUPS_AT_ONCE === 0) await setImmediate();
  }
}

/** Reads rows for {@link storedRowOf}, as arrays: they are read faster than objects. */
export const SELECT_ROWS =
  "SELECT id, ts, kind, tenant, workload, run, original, actual, verified, text, hex(checks), hash FROM ledger_rows";

/** A row of the database as it is, from {@link SELECT_ROWS}. */
export function storedRowOf(values: unknown): StoredRow {
  const [id, ts, kind, tenant, workload, run, original, actual, verified, text, checks, hash]: readonly unknown[] =
    Array.isArray(values) ? values : [];
  return {
    chain: chainOfRow(Number(id)),
    seq: seqOfRow(Number(id)),
    text: String(text),
    hash: String(hash),
    checks: String(checks),
    columns: {
      ts: valueOf(ts),
      kind: valueOf(kind),
      tenant: valueOf(tenant),
      workload: valueOf(workload),
      run: valueOf(run),
      original_pusd: valueOf(original),
      actual_pusd: valueOf(actual),
      verified: valueOf(verified),
    },
  };
}

function valueOf(value: unknown): string | number | null {
  return typeof value === "string" || typeof value === "number" ? value : null;
}

function chainOf(row: Readonly<Record<string, unknown>>): StoredChain {
  return {
    number: Number(row["number"]),
    name: String(row["name"]),
    headSeq: Number(row["head_seq"]),
    headHash: String(row["head_hash"]),
    closed: row["closed"] === 1,
    keyId: typeof row["key_id"] === "string" ? row["key_id"] : null,
  };
}

function checkpointOf(row: Readonly<Record<string, unknown>>): StoredCheckpoint {
  return { chain: Number(row["chain"]), lastSeq: Number(row["last_seq"]), text: String(row["text"]) };
}

function linesOf(path: string): readonly string[] | undefined {
  try {
    return readFileSync(path, "utf8")
      .split("\n")
      .filter((line) => line !== "");
  } catch {
    return undefined;
  }
}
