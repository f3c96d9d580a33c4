import type { DatabaseSync } from "node:sqlite";
import type { Migration } from "../../store/migrate.ts";
import type { Store } from "../../store/store.ts";

/** The table of wishes: those that are there are open. */
const WISH_MIGRATIONS: readonly Migration[] = [
  {
    number: 1,
    name: "wishes",
    sql: "CREATE TABLE ledger_wishes (number INTEGER PRIMARY KEY AUTOINCREMENT) STRICT",
  },
];

/** Wishes for a checkpoint: only the gateway, which has the ledger open, can write one. */
export class CheckpointWishes {
  readonly #database: DatabaseSync;

  /** Brings the table up to date. */
  constructor(store: Store) {
    store.migrate("ledger-wishes", WISH_MIGRATIONS);
    this.#database = store.database;
  }

  /** Wishes for one; gives the wish's number. */
  add(): number {
    return Number(this.#database.prepare("INSERT INTO ledger_wishes DEFAULT VALUES").run().lastInsertRowid);
  }

  /** The newest wish that is open. */
  newest(): number | undefined {
    const found = this.#database.prepare("SELECT max(number) AS number FROM ledger_wishes").get()?.["number"];
    return typeof found === "number" ? found : undefined;
  }

  isOpen(number: number): boolean {
    return this.#database.prepare("SELECT 1 FROM ledger_wishes WHERE number = ?").get(number) !== undefined;
  }

  /** Says that this wish, and all before it, are fulfilled. */
  fulfil(number: number): void {
    this.#database.prepare("DELETE FROM ledger_wishes WHERE number <= ?").run(number);
  }
}
