import type { DatabaseSync, StatementSync } from "node:sqlite";
import { parseRow } from "../ledger/ledger-query.ts";
import { MoneySum } from "../ledger/verify/money-sum.ts";
import type { Migration } from "../store/migrate.ts";
import type { Store } from "../store/store.ts";
import { CAP_SCOPES, type CapScope } from "./cap.ts";
import type { SpentSum } from "./caps.ts";

/** What was spent on each day, by the subjects of each scope, and up to which row of the ledger. */
export const SPEND_MIGRATIONS: readonly Migration[] = [
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
  readonly #statements = new Map<string, StatementSync>();
  /** Made when the tables of the ledger are there. */
  #next: StatementSync | undefined;

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
    this.#next ??= nextRows(this.#database);
    const rows: readonly unknown[] = this.#next.all(mark, GROUP);
    const last = rows.at(-1);
    if (!Array.isArray(last)) return false;
    const sums = new Map<string, RowSum>();
    for (const row of rows) addRow(sums, row);
    this.#write(daySums(sums.values()));
    this.#statement("UPDATE spend_mark SET row = ?").run(Number(last[0]));
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
    const row = this.#statement(sql).get(...values)?.["row"];
    return typeof row === "number" ? row : undefined;
  }

  /** Every statement is made once. */
  #statement(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#database.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  #write(sums: Iterable<DaySum>): void {
    const read = this.#statement(
      "SELECT spent, tokens FROM spend_days WHERE scope = ? AND day = ? AND tenant = ? AND subject = ?",
    );
    const write = this.#statement("INSERT OR REPLACE INTO spend_days VALUES (?, ?, ?, ?, ?, ?)");
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

/** What rows with the same subjects come to on a day. */
interface RowSum {
  readonly day: number;
  readonly tenant: string;
  readonly subjects: Readonly<Record<CapScope, string | undefined>>;
  readonly spent: MoneySum;
  tokens: number;
}

function nextRows(database: DatabaseSync): StatementSync {
  const statement = database.prepare(
    "SELECT id, ts, kind, tenant, workload, actual, text FROM ledger_rows WHERE id > ? ORDER BY id LIMIT ?",
  );
  statement.setReturnArrays(true);
  return statement;
}

/** Every row passes here once: what is needed of its text is looked for, since reading all of it takes three times as long. */
function addRow(sums: Map<string, RowSum>, values: unknown): void {
  const [, ts, kind, tenant, workload, actual, text]: readonly unknown[] = Array.isArray(values) ? values : [];
  if (kind === "event" || typeof text !== "string") return;
  const day = Math.floor(Number(ts) / DAY_MS);
  const key = textIn(text, '"key_id":"');
  const tag = textIn(text, '"customer_tag_hash":"');
  const name = nameOf(day, [textOf(tenant), textOf(workload), key, tag]);
  let sum = sums.get(name);
  if (sum === undefined) {
    const subjects = {
      workload: textOf(workload),
      key,
      tenant: textOf(tenant),
      customer_tag: tag,
      global: "",
    };
    sum = { day, tenant: textOf(tenant) ?? "", subjects, spent: new MoneySum(), tokens: 0 };
    sums.set(name, sum);
  }
  if (typeof actual === "number") sum.spent.add(actual);
  sum.tokens += tokensIn(text);
}

/** One text for a day and those for whom was spent: the lengths tell where one name ends. */
function nameOf(day: number, subjects: readonly (string | undefined)[]): string {
  let name = `${day}`;
  for (const subject of subjects) name += subject === undefined ? " -" : ` ${subject.length} ${subject}`;
  return name;
}

/** Answers of the gateway's own used no tokens. */
function tokensIn(text: string): number {
  const cache = textIn(text, '"cache":"');
  if (cache === "hit" || cache === "coalesced") return 0;
  if (text.includes('"additional":')) {
    const { usage } = parseRow(text);
    return (usage?.input_tokens ?? 0) + (usage?.output_tokens ?? 0);
  }
  return numberIn(text, '"input_tokens":') + numberIn(text, '"output_tokens":');
}

/** A member of a row whose value is plain text. Inside of other texts quotes are escaped, so none of them is taken for it. */
function textIn(text: string, before: string): string | undefined {
  const at = text.indexOf(before);
  if (at === -1) return undefined;
  const start = at + before.length;
  return text.slice(start, text.indexOf('"', start));
}

function numberIn(text: string, before: string): number {
  const at = text.indexOf(before);
  return at === -1 ? 0 : Number.parseInt(text.slice(at + before.length, at + before.length + LONGEST_NUMBER), 10);
}

const LONGEST_NUMBER = 16;

interface DaySum {
  readonly scope: CapScope;
  readonly day: number;
  readonly tenant: string;
  readonly subject: string;
  spent: bigint;
  tokens: bigint;
}

function daySums(rows: Iterable<RowSum>): Iterable<DaySum> {
  const sums = new Map<string, DaySum>();
  for (const row of rows) {
    for (const scope of CAP_SCOPES) {
      const subject = row.subjects[scope];
      if (subject === undefined) continue;
      // Keys, tenants and the whole are not of one tenant.
      const tenant = scope === "workload" || scope === "customer_tag" ? row.tenant : "";
      const name = JSON.stringify([scope, row.day, tenant, subject]);
      const sum = sums.get(name) ?? { scope, day: row.day, tenant, subject, spent: 0n, tokens: 0n };
      sum.spent += row.spent.total;
      sum.tokens += BigInt(row.tokens);
      sums.set(name, sum);
    }
  }
  return sums.values();
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function bigOf(value: unknown): bigint {
  return typeof value === "string" ? BigInt(value) : 0n;
}
