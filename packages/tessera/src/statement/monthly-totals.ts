import type { DatabaseSync } from "node:sqlite";
import { totalsOf } from "../ledger/ledger-query.ts";
import { type Month, monthOf } from "./month.ts";

/** What all tenants together come to in a month, in pico-dollars. */
export interface MonthTotals {
  /** `2026-03`, in UTC. */
  readonly month: string;
  readonly requests: number;
  /** Requests that the gateway answered itself. */
  readonly hits: number;
  readonly original: bigint;
  readonly actual: bigint;
  readonly verifiedSavings: bigint;
}

/** Adds the ledger up month by month, the newest first; months without requests and money are left out. */
export function monthlyTotals(database: DatabaseSync): readonly MonthTotals[] {
  return monthsOf(database).flatMap(({ name, from, to }) => {
    const [sums] = totalsOf(database, { from, to });
    if (sums === undefined) return [];
    if (sums.requests === 0 && sums.original === 0n && sums.actual === 0n) return [];
    const { requests, hits, original, actual, verifiedSavings } = sums;
    return [{ month: name, requests, hits, original, actual, verifiedSavings }];
  });
}

function monthsOf(database: DatabaseSync): readonly Month[] {
  return database
    .prepare("SELECT DISTINCT strftime('%Y-%m', ts / 1000, 'unixepoch') AS month FROM ledger_rows ORDER BY 1 DESC")
    .all()
    .map((row) => monthOf(String(row["month"]), 0));
}
