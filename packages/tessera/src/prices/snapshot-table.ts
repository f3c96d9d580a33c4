import type { DatabaseSync } from "node:sqlite";
import type { Migration } from "../store/migrate.ts";
import { readSnapshot, snapshotIdOf, type PriceSnapshot } from "./price-snapshot.ts";

/** The table of the snapshots. They are only ever added; the newest is last. */
export const PRICE_MIGRATIONS: readonly Migration[] = [
  {
    number: 1,
    name: "snapshots",
    sql: "CREATE TABLE price_snapshots (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, text TEXT NOT NULL) STRICT",
  },
];

/** Adds a snapshot; one that is there already stays as it is. */
export function insertSnapshot(database: DatabaseSync, snapshot: Pick<PriceSnapshot, "id" | "text">): void {
  database.prepare("INSERT OR IGNORE INTO price_snapshots (id, text) VALUES (?, ?)").run(snapshot.id, snapshot.text);
}

/** The snapshot that was added last; `undefined` when there is none, or when it is not what its id says any more. */
export function newestSnapshot(database: DatabaseSync): PriceSnapshot | undefined {
  const row = database.prepare("SELECT id, text FROM price_snapshots ORDER BY number DESC LIMIT 1").get();
  const text = String(row?.["text"]);
  return row?.["id"] === snapshotIdOf(text) ? readSnapshot(text) : undefined;
}

/** The text of every snapshot by its id, as they lie in the database: whether they are what they say is for the reader. */
export function allSnapshots(database: DatabaseSync): ReadonlyMap<string, string> {
  const rows = database.prepare("SELECT id, text FROM price_snapshots ORDER BY number").all();
  return new Map(rows.map((row) => [String(row["id"]), String(row["text"])]));
}
