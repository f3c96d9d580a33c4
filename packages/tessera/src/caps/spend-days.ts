import type { DatabaseSync } from "node:sqlite";
import { parseRow } from "../ledger/ledger-query.ts";
import type { LedgerRow } from "../ledger/ledger-row.ts";
import type { Migration } from "../store/migrate.ts";
import type { Store } from "../store/store.ts";
import { CAP_SCOPES, type CapScope } from "./cap.ts";
import type { SpentSum } from "./caps.ts";

/** What was spent on each day, by the subjects of each scope, and up to which row of the ledger. */
const SPEND_MIGRATIONS: readonly Migration[] = [
  {
    number: 1,
    name: "days",
    sql: `CREATE TABLE spend_days (
      day INTEGER NOT NULL, scope TEXT NOT NULL, tenant TEXT NOT NULL, subject TEXT NOT NULL,
      spent TEXT NOT NULL, tokens TEXT NOT NULL, PRIMARY KEY (scope, day, tenant, subject)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE spend_mark (one INTEGER PRIMARY KEY CHECK (one = 1), row INTEGER NOT NULL) STRICT;`,
  },
];

const DAY_MS = 86_400_000;
/** No window of a cap is longer, whatever day it is. */
const LONGEST_DAYS = 38;
/** So many rows are added up in one transaction: few, as requests wait meanwhile. */
const GROUP = 100;

/**
 * What was spent on each day (UTC), added up from the rows of the ledger as they come, so that neither a start nor a new cap
 * has to read a month of them.
 */
export class SpendDays {
  readonly #database: DatabaseSync;
  readonly #now: () => number;

  /** Brings the tables up to date; those of the ledger must be there. */
  constructor(store: Store, now: () => number = Date.now) {
    store.migrate("spend", SPEND_MIGRATIONS);
    this.#database = store.database;
    this.#now = now;
  }

  /** What was spent since the beginning of a day (milliseconds since 1970), by the subjects of a scope. */
  since(scope: CapScope, since: number): readonly SpentSum[] {
    while (this.catchUp());
    const sums = new Map<string, SpentSum>();
    const rows = this.#database
      .prepare("SELECT tenant, subject, spent, tokens FROM spend_days WHERE scope = ? AND day >= ?")
      .all(scope, Math.floor(since / DAY_MS));
    for (const row of rows) {
      const [tenant, subject] = [String(row["tenant"]), String(row["subject"])];
      const name = `${tenant.length} ${tenant}${subject}`;
      const { spent = 0n, tokens = 0n } = sums.get(name) ?? {};
      const more = { spent: spent + bigOf(row["spent"]), tokens: tokens + bigOf(row["tokens"]) };
      sums.set(name, { tenant, subject, ...more });
    }
    return [...sums.values()];
  }

  /** Adds the next rows up, a few; true when there may be more. */
  catchUp(): boolean {
    if (this.#read("SELECT row FROM spend_mark") === this.#read("SELECT max(id) AS row FROM ledger_rows")) return false;
    this.#database.exec("BEGIN IMMEDIATE");
    try {
      const isMore = this.#addNext();
      this.#database.exec("COMMIT");
      return isMore;
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec("ROLLBACK");
      throw error;
    }
  }

  #addNext(): boolean {
    const mark = this.#mark();
    const rows = this.#database
      .prepare("SELECT id, ts, kind, text FROM ledger_rows WHERE id > ? ORDER BY id LIMIT ?")
      .all(mark, GROUP);
    const last = rows.at(-1);
    if (last === undefined) return false;
    const sums = new Map<string, DaySum>();
    for (const row of rows) {
      if (row["kind"] === "event") continue;
      addRow(sums, Math.floor(Number(row["ts"]) / DAY_MS), parseRow(String(row["text"])));
    }
    this.#write(sums.values());
    this.#database.prepare("UPDATE spend_mark SET row = ?").run(Number(last["id"]));
    return rows.length === GROUP;
  }

  /** Up to where rows were added up. In a new table: up to where no window reaches back. */
  #mark(): number {
    const known = this.#read("SELECT row FROM spend_mark");
    const newest = this.#read("SELECT max(id) AS row FROM ledger_rows") ?? 0;
    // A ledger that ends before the mark is another one than that which was added up.
    if (known !== undefined && known <= newest) return known;
    const oldest = this.#now() - LONGEST_DAYS * DAY_MS;
    const first = this.#read("SELECT min(id) AS row FROM ledger_rows WHERE ts >= ?", oldest);
    const mark = first === undefined ? newest : first - 1;
    this.#database.exec("DELETE FROM spend_days");
    this.#database.prepare("INSERT OR REPLACE INTO spend_mark VALUES (1, ?)").run(mark);
    return mark;
  }

  #read(sql: string, ...values: readonly number[]): number | undefined {
    const row = this.#database.prepare(sql).get(...values)?.["row"];
    return typeof row === "number" ? row : undefined;
  }

  #write(sums: Iterable<DaySum>): void {
    const read = this.#database.prepare(
      "SELECT spent, tokens FROM spend_days WHERE scope = ? AND day = ? AND tenant = ? AND subject = ?",
    );
    const write = this.#database.prepare("INSERT OR REPLACE INTO spend_days VALUES (?, ?, ?, ?, ?, ?)");
    for (const { scope, day, tenant, subject, spent, tokens } of sums) {
      const before = read.get(scope, day, tenant, subject);
      const [all, used] = [bigOf(before?.["spent"]) + spent, bigOf(before?.["tokens"]) + tokens];
      write.run(day, scope, tenant, subject, `${all}`, `${used}`);
    }
  }

  /** Forgets days that no window reaches back to. */
  prune(): void {
    const oldest = Math.floor(this.#now() / DAY_MS) - LONGEST_DAYS;
    this.#database.prepare("DELETE FROM spend_days WHERE day < ?").run(oldest);
  }
}

interface DaySum {
  readonly scope: CapScope;
  readonly day: number;
  readonly tenant: string;
  readonly subject: string;
  spent: bigint;
  tokens: bigint;
}

/** Answers of the gateway's own used no tokens. */
function addRow(sums: Map<string, DaySum>, day: number, row: LedgerRow): void {
  const spent = BigInt(row.actual_pusd ?? 0);
  const isOwn = row.cache === "hit" || row.cache === "coalesced";
  const tokens = isOwn ? 0n : BigInt((row.usage?.input_tokens ?? 0) + (row.usage?.output_tokens ?? 0));
  for (const scope of CAP_SCOPES) {
    const subject = SUBJECTS[scope](row);
    if (subject === undefined) continue;
    // Keys, tenants and the whole are not of one tenant.
    const tenant = scope === "workload" || scope === "customer_tag" ? (row.tenant ?? "") : "";
    const name = `${scope} ${day} ${tenant.length} ${tenant}${subject}`;
    const sum = sums.get(name) ?? { scope, day, tenant, subject, spent: 0n, tokens: 0n };
    sum.spent += spent;
    sum.tokens += tokens;
    sums.set(name, sum);
  }
}

/** How rows of the ledger name the subjects of a scope. */
const SUBJECTS: Readonly<Record<CapScope, (row: LedgerRow) => string | undefined>> = {
  workload: (row) => row.workload,
  key: (row) => row.key_id,
  tenant: (row) => row.tenant,
  customer_tag: (row) => row.customer_tag_hash,
  global: () => "",
};

function bigOf(value: unknown): bigint {
  return typeof value === "string" ? BigInt(value) : 0n;
}
