import type { DatabaseSync, SQLInputValue } from "node:sqlite";
import type { LedgerRow } from "./ledger-row.ts";

/** Which rows are meant. All of the ledger without anything. */
export interface LedgerWindow {
  /** Milliseconds since 1970; `from` is inside, `to` is not. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  readonly tenant?: string | undefined;
  readonly workload?: string | undefined;
  readonly run?: string | undefined;
}

/** What {@link totalsOf} answers. */
export interface TotalsQuery extends LedgerWindow {
  /** A line for each of them. Default: one line for all, with the name `""`. */
  readonly by?: "workload" | "tenant" | "key" | "run" | "model" | "day" | "status" | undefined;
}

/** What a group of rows comes to. Money is in pico-dollars. */
export interface Totals {
  readonly name: string;
  readonly requests: number;
  /** Requests that the gateway answered itself. */
  readonly hits: number;
  /** Requests whose cost nobody knows; they are in no sum. */
  readonly unpriced: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** What the requests would have cost without any mechanic. */
  readonly original: bigint;
  /** What was paid, attempts that failed and adjustments included. */
  readonly actual: bigint;
  /** The difference. */
  readonly savings: bigint;
  /** The part of it that counts as verified. */
  readonly verifiedSavings: bigint;
}

const GROUPS: Readonly<Record<NonNullable<TotalsQuery["by"]>, string>> = {
  workload: "workload",
  tenant: "tenant",
  key: "text ->> '$.key_id'",
  run: "run",
  model: "text ->> '$.model_requested'",
  day: "date(ts / 1000, 'unixepoch')",
  status: "text ->> '$.status'",
};

/** Sums are made of two halves each: in one, millions of dollars in pico-dollars would not fit into 64 bits. */
const HALF = 1_000_000n;

/** Adds up rows. */
export function totalsOf(database: DatabaseSync, query: TotalsQuery): readonly Totals[] {
  const { where, values } = conditionOf(query);
  const group = query.by === undefined ? "''" : GROUPS[query.by];
  const verified = "CASE WHEN verified THEN original - actual ELSE 0 END";
  const statement = database.prepare(`
    SELECT coalesce(${group}, '') AS name,
      sum(kind = 'request') AS requests,
      sum(kind = 'request' AND text ->> '$.cache' IN ('hit', 'coalesced')) AS hits,
      sum(kind = 'request' AND actual IS NULL) AS unpriced,
      sum(CASE WHEN kind IN ('request', 'settlement') THEN coalesce(text ->> '$.usage.input_tokens', 0) ELSE 0 END) AS input,
      sum(CASE WHEN kind IN ('request', 'settlement') THEN coalesce(text ->> '$.usage.output_tokens', 0) ELSE 0 END) AS output,
      ${halves("original", "original")}, ${halves("actual", "actual")}, ${halves(verified, "verified")}
    FROM ledger_rows ${where === "" ? "WHERE" : `${where} AND`} kind <> 'event' GROUP BY 1 ORDER BY 1`);
  statement.setReadBigInts(true);
  return statement.all(...values).map((row): Totals => {
    const sum = (name: string): bigint => bigOf(row[`${name}_high`]) * HALF + bigOf(row[`${name}_low`]);
    return {
      name: String(row["name"]),
      requests: Number(row["requests"]),
      hits: Number(row["hits"]),
      unpriced: Number(row["unpriced"]),
      inputTokens: Number(row["input"]),
      outputTokens: Number(row["output"]),
      original: sum("original"),
      actual: sum("actual"),
      savings: sum("original") - sum("actual"),
      verifiedSavings: sum("verified"),
    };
  });
}

/** The rows of a run of the framework, in the order in which they were written. */
export function rowsOfRun(database: DatabaseSync, run: string): readonly LedgerRow[] {
  return database
    .prepare("SELECT text FROM ledger_rows WHERE run = ? ORDER BY id")
    .all(run)
    .map((row) => parseRow(String(row["text"])));
}

/** Reads a row that {@link writeRow} wrote. */
export function parseRow(text: string): LedgerRow {
  const row: LedgerRow = JSON.parse(text);
  return row;
}

/** The SQL condition for a window, with its values. */
export function conditionOf(window: LedgerWindow): {
  readonly where: string;
  readonly values: readonly SQLInputValue[];
} {
  const conditions: string[] = [];
  const values: SQLInputValue[] = [];
  const add = (condition: string, value: SQLInputValue | undefined): void => {
    if (value === undefined) return;
    conditions.push(condition);
    values.push(value);
  };
  add("ts >= ?", window.from);
  add("ts < ?", window.to);
  add("tenant = ?", window.tenant);
  add("workload = ?", window.workload);
  add("run = ?", window.run);
  return { where: conditions.length === 0 ? "" : `WHERE ${conditions.join(" AND ")}`, values };
}

function halves(expression: string, name: string): string {
  return (
    `coalesce(sum((${expression}) / ${HALF}), 0) AS ${name}_high, ` +
    `coalesce(sum((${expression}) % ${HALF}), 0) AS ${name}_low`
  );
}

function bigOf(value: unknown): bigint {
  return typeof value === "bigint" ? value : 0n;
}
