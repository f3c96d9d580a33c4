import type { DatabaseSync } from "node:sqlite";
import { checkpointHash, readCheckpoint } from "../ledger/checkpoint.ts";
import { feeOf, type FeeTerms } from "./fee.ts";
import type { Month } from "./month.ts";

/** What a tenant is told of a month. Money is in pico-dollars. */
export interface Statement {
  readonly tenant: string;
  readonly month: Month;
  readonly requests: bigint;
  /** Requests of unknown cost; they are in no sum. */
  readonly unpriced: bigint;
  /** Input of all requests, those among them that the gateway answered itself. */
  readonly submittedTokens: bigint;
  /** List price and what was paid. */
  readonly original: bigint;
  readonly actual: bigint;
  /**
   * What the fee is of: savings of verified rows less what attempts that failed did cost. A row that costs more than its
   * list price counts, verified or not.
   */
  readonly savings: bigint;
  /** Its parts, by mechanic; `overhead`: attempts that failed; `adjustment`: corrections that make them smaller. */
  readonly byMechanic: Readonly<Record<string, bigint>>;
  /** Savings that are only modelled, and in no fee. */
  readonly modelled: bigint;
  readonly terms: FeeTerms;
  /** `undefined`: to be agreed upon. */
  readonly fee: bigint | undefined;
  /** Taken off the fee. */
  readonly credits: bigint;
  /** The rows that it was made of. */
  readonly rows: readonly RowRange[];
  /** The checkpoints over them. */
  readonly checkpoints: readonly {
    readonly chain: string;
    readonly from: string;
    readonly to: string;
    readonly id: string;
  }[];
  /** The price snapshots that they were reckoned with. */
  readonly snapshots: readonly string[];
}

/** Rows of one chain, from the first to the last that is the tenant's; others may lie between. */
export interface RowRange {
  readonly chain: string;
  readonly from: string;
  readonly to: string;
  readonly count: bigint;
}

/** Sums in two halves: in one, millions of dollars in pico-dollars would not fit into 64 bits. */
const HALF = 1_000_000n;
const COUNTED = "(verified OR actual > original)";
const MECHANIC = "CASE WHEN kind IN ('overhead', 'adjustment') THEN kind ELSE coalesce(text ->> '$.stack[0]', '') END";
const WINDOW = "FROM ledger_rows WHERE ts >= ? AND ts < ? AND tenant = ? AND kind <> 'event'";

/** Makes the statement of a tenant for a month from the rows of the ledger. */
export function statementOf(database: DatabaseSync, tenant: string, month: Month, terms: FeeTerms): Statement {
  const values = [month.from, month.to, tenant] as const;
  const ask = (sql: string): readonly Readonly<Record<string, unknown>>[] => {
    const statement = database.prepare(sql);
    statement.setReadBigInts(true);
    return statement.all(...values);
  };
  const [totals = {}] = ask(`SELECT
    coalesce(sum(kind = 'request'), 0) AS requests, coalesce(sum(actual IS NULL), 0) AS unpriced,
    coalesce(sum(CASE WHEN kind IN ('request', 'settlement') THEN text ->> '$.usage.input_tokens' END), 0) AS tokens,
    ${halves("original", "original")}, ${halves("actual", "actual")},
    ${halves(`CASE WHEN NOT ${COUNTED} THEN original - actual END`, "modelled")} ${WINDOW}`);
  const parts =
    ask(`SELECT ${MECHANIC} AS mechanic, ${halves(`CASE WHEN ${COUNTED} THEN original - actual END`, "saved")}
    ${WINDOW} GROUP BY 1 ORDER BY 1`);
  const byMechanic = Object.fromEntries(
    parts.map((row) => [String(row["mechanic"]), sumOf(row, "saved")] as const).filter(([, saved]) => saved !== 0n),
  );
  const savings = Object.values(byMechanic).reduce((sum, saved) => sum + saved, 0n);
  const tokens = whole(totals["tokens"]);
  const rows = ask(`SELECT text ->> '$.chain' AS chain, min(id) AS first, max(id) AS last, count(*) AS rows,
    min(CAST(text ->> '$.seq' AS INTEGER)) AS low, max(CAST(text ->> '$.seq' AS INTEGER)) AS high ${WINDOW}
    GROUP BY 1 ORDER BY 2`).map((row) => ({
    chain: String(row["chain"]),
    from: String(row["low"]),
    to: String(row["high"]),
    count: whole(row["rows"]),
  }));
  const snapshots = ask(`SELECT DISTINCT text ->> '$.snapshot_id' AS id ${WINDOW} ORDER BY 1`);
  return {
    tenant,
    month,
    requests: whole(totals["requests"]),
    unpriced: whole(totals["unpriced"]),
    submittedTokens: tokens,
    original: sumOf(totals, "original"),
    actual: sumOf(totals, "actual"),
    savings,
    byMechanic,
    modelled: sumOf(totals, "modelled"),
    terms,
    fee: feeOf(terms, savings, tokens),
    credits: 0n,
    rows,
    checkpoints: rows.flatMap((range) => checkpointsOver(database, range)),
    snapshots: snapshots.flatMap(({ id }) => (typeof id === "string" ? [id] : [])),
  };
}

/** The tenants that have rows in a month. */
export function tenantsIn(database: DatabaseSync, month: Month): readonly string[] {
  return database
    .prepare("SELECT DISTINCT tenant FROM ledger_rows WHERE ts >= ? AND ts < ? AND tenant IS NOT NULL ORDER BY 1")
    .all(month.from, month.to)
    .map((row) => String(row["tenant"]));
}

function checkpointsOver(database: DatabaseSync, { chain, from, to }: RowRange): Statement["checkpoints"] {
  return database
    .prepare(
      `SELECT text FROM ledger_checkpoints JOIN ledger_chains ON chain = number
        WHERE name = ? AND last_seq >= ? ORDER BY last_seq`,
    )
    .all(chain, Number(from))
    .flatMap((row) => {
      const text = String(row["text"]);
      const checkpoint = readCheckpoint(text);
      if (checkpoint === undefined || Number(checkpoint.from) > Number(to)) return [];
      return [{ chain, from: checkpoint.from, to: checkpoint.to, id: checkpointHash(text) }];
    });
}

function halves(expression: string, name: string): string {
  return (
    `coalesce(sum((${expression}) / ${HALF}), 0) AS ${name}_high, ` +
    `coalesce(sum((${expression}) % ${HALF}), 0) AS ${name}_low`
  );
}

function sumOf(row: Readonly<Record<string, unknown>>, name: string): bigint {
  return whole(row[`${name}_high`]) * HALF + whole(row[`${name}_low`]);
}

function whole(value: unknown): bigint {
  return typeof value === "bigint" ? value : 0n;
}
