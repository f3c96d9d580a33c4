import type { DatabaseSync } from "node:sqlite";
import type { Migration } from "../store/migrate.ts";
import type { Store } from "../store/store.ts";
import { VOTED_FIELDS, type VotedField } from "./price-source.ts";
import type { AgreedPrice, StagedPrice, Vote } from "./price-vote.ts";

/** Prices that sources agree on, those on which they do not, and the operator's own. */
export const SYNC_MIGRATIONS: readonly Migration[] = [
  {
    number: 1,
    name: "synced prices",
    sql: `CREATE TABLE synced_prices (
      origin TEXT NOT NULL, provider TEXT NOT NULL, model TEXT NOT NULL, rates TEXT NOT NULL, at INTEGER NOT NULL,
      PRIMARY KEY (origin, provider, model)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE staged_prices (
      provider TEXT NOT NULL, model TEXT NOT NULL, field TEXT NOT NULL, votes TEXT NOT NULL,
      PRIMARY KEY (provider, model, field)
    ) STRICT, WITHOUT ROWID`,
  },
];

/** `vote`: what sources agreed on. `operator`: what `tessera prices override` set. */
export type PriceOrigin = "vote" | "operator";

/** The tables of prices that are not of the release. */
export class SyncedTable {
  readonly #database: DatabaseSync;

  /** Brings the tables up to date. */
  constructor(store: Store) {
    store.migrate("price-sync", SYNC_MIGRATIONS);
    this.#database = store.database;
  }

  /** The prices of an origin. */
  all(origin: PriceOrigin): readonly AgreedPrice[] {
    return this.#database
      .prepare("SELECT provider, model, rates FROM synced_prices WHERE origin = ? ORDER BY provider, model")
      .all(origin)
      .map((row) => {
        const rates: AgreedPrice["rates"] = JSON.parse(String(row["rates"]));
        return { provider: String(row["provider"]), model: String(row["model"]), rates };
      });
  }

  /** What the sources did not agree on when they were asked last. */
  staged(): readonly StagedPrice[] {
    return this.#database
      .prepare("SELECT provider, model, field, votes FROM staged_prices ORDER BY provider, model, field")
      .all()
      .flatMap((row) => {
        const field = VOTED_FIELDS.find((name): name is VotedField => name === row["field"]);
        const votes: readonly Vote[] = JSON.parse(String(row["votes"]));
        return field === undefined
          ? []
          : [{ provider: String(row["provider"]), model: String(row["model"]), field, votes }];
      });
  }

  /** Puts one price in the place of an older one. */
  set(origin: PriceOrigin, { provider, model, rates }: AgreedPrice, at: number): void {
    this.#database
      .prepare("INSERT OR REPLACE INTO synced_prices VALUES (?, ?, ?, ?, ?)")
      .run(origin, provider, model, JSON.stringify(rates), at);
  }

  /** False where there was none. */
  remove(origin: PriceOrigin, provider: string, model: string): boolean {
    const { changes } = this.#database
      .prepare("DELETE FROM synced_prices WHERE origin = ? AND provider = ? AND model = ?")
      .run(origin, provider, model);
    return changes > 0;
  }

  /** Takes up the outcome of a vote: what is agreed on is in force, the last good value of everything else stays. */
  takeVote(agreed: readonly AgreedPrice[], staged: readonly StagedPrice[], at: number): void {
    this.#database.exec("BEGIN IMMEDIATE");
    try {
      const known = new Map(this.all("vote").map((price) => [`${price.provider}/${price.model}`, price]));
      for (const price of agreed) {
        const before = known.get(`${price.provider}/${price.model}`)?.rates;
        this.set("vote", { ...price, rates: { ...before, ...price.rates } }, at);
      }
      this.#database.exec("DELETE FROM staged_prices");
      const add = this.#database.prepare("INSERT INTO staged_prices VALUES (?, ?, ?, ?)");
      for (const { provider, model, field, votes } of staged) add.run(provider, model, field, JSON.stringify(votes));
      this.#database.exec("COMMIT");
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec("ROLLBACK");
      throw error;
    }
  }
}
