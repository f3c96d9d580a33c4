import type { ModelPrice } from "@tesserae/wire/catalogue";
import type { PriceSnapshot } from "../../prices/price-snapshot.ts";
import type { LedgerRow } from "../ledger-row.ts";
import { parseRow } from "../ledger-query.ts";
import { reckon, type RowMoney } from "../reckon.ts";
import { damagedField } from "./damaged-field.ts";
import type { StoredRow } from "./ledger-copy.ts";

/** What is wrong with a row. */
export interface RowFault {
  readonly field?: string | undefined;
  readonly reason: string;
  /** The id of a price snapshot that is not there. */
  readonly missingSnapshot?: string;
}

/** A row that was read, or what is wrong with it. */
export type ReadRow = { readonly row: LedgerRow } | RowFault;

/** Reads a row: its fields must be those that were written, and the columns beside it must say the same. */
export function readRow(stored: StoredRow, chain: string): ReadRow {
  if (stored.checks !== undefined) {
    const field = damagedField(stored.text, stored.checks);
    if (field !== undefined) return { field, reason: "was changed after it was written" };
  }
  let row: LedgerRow;
  try {
    row = parseRow(stored.text);
  } catch {
    return { field: "text", reason: "is no JSON any more" };
  }
  if (row.v !== 1) return { field: "v", reason: `is ${row.v}; version 1 is known here` };
  if (row.chain !== chain) return { field: "chain", reason: `is ${row.chain}, and the row lies in ${chain}` };
  if (row.seq !== `${stored.seq}`) return { field: "seq", reason: `is ${row.seq}, and the row lies at ${stored.seq}` };
  for (const [field, column] of Object.entries(stored.columns ?? {})) {
    const value = columnOf(row, field);
    if (column !== value) return { field, reason: `is ${value} in the row, and ${column} in the column beside it` };
  }
  return { row };
}

function columnOf(row: LedgerRow, field: string): string | number | null {
  switch (field) {
    case "ts":
      return Date.parse(row.ts);
    case "original_pusd":
      return row.original_pusd === undefined ? null : Number(row.original_pusd);
    case "actual_pusd":
      return row.actual_pusd === undefined ? null : Number(row.actual_pusd);
    case "verified":
      return row.verified === undefined ? null : Number(row.verified);
    case "kind":
      return row.kind;
    case "tenant":
      return row.tenant ?? null;
    case "workload":
      return row.workload ?? null;
    default:
      return row.run ?? null;
  }
}

const MONEY: readonly (keyof RowMoney)[] = [
  "original_pusd",
  "actual_pusd",
  "savings_pusd",
  "by_mechanic",
  "exclude_reason",
  "verified",
];

/** Reckons a row again from its usage and its snapshot; the first field whose value does not follow from them. */
export function checkMoney(row: LedgerRow, snapshots: ReadonlyMap<string, PriceSnapshot>): RowFault | undefined {
  if (row.kind === "event") return undefined;
  let priceOf: (name: string) => ModelPrice | undefined = () => undefined;
  if (row.snapshot_id !== undefined) {
    const snapshot = snapshots.get(row.snapshot_id);
    if (snapshot === undefined) {
      const reason = `names the price snapshot ${row.snapshot_id}, which is missing`;
      return { field: "snapshot_id", reason, missingSnapshot: row.snapshot_id };
    }
    priceOf = (name) => snapshot.prices.get(name);
    if (row.priced_as !== undefined && priceOf(row.priced_as) === undefined) {
      return { field: "priced_as", reason: `is ${row.priced_as}, of which the row's price snapshot has no price` };
    }
  }
  const money = reckon({ ...row, free: row.original_pusd !== undefined }, priceOf);
  for (const field of MONEY) {
    const [is, follows] = [textOf(row[field]), textOf(money[field])];
    if (is !== follows) return { field, reason: `is ${is}, and ${follows} follows from usage and prices` };
  }
  return undefined;
}

function textOf(value: RowMoney[keyof RowMoney]): string {
  if (value === undefined) return "absent";
  return typeof value === "object" ? JSON.stringify(value) : `${value}`;
}
