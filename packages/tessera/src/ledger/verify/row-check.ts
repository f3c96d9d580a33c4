import type { ModelPrice } from "@tesserae/wire/catalogue";
import type { PriceSnapshot } from "../../prices/price-snapshot.ts";
import { parseRow } from "../ledger-query.ts";
import { reckon, reckonAdjustment, type RowMoney } from "../reckon.ts";
import { damagedField } from "./damaged-field.ts";
import type { ColumnValue, StoredColumns, StoredRow } from "./ledger-copy.ts";
import { readChecks, roomForChecks } from "./row-checks.ts";
import type { CheckedRow, RowScanner } from "./row-scanner.ts";

/** What is wrong with a row. */
export interface RowFault {
  readonly field?: string | undefined;
  readonly reason: string;
  /** The id of a price snapshot that is not there. */
  readonly missingSnapshot?: string;
}

/** A row that was read, or what is wrong with it. */
export type ReadRow = { readonly row: CheckedRow } | RowFault;

const CHANGED = "was changed after it was written";

/** Reads a row: its fields must be those that were written, and the columns beside it must say the same. */
export function readRow(stored: StoredRow, chain: string, scanner: RowScanner): ReadRow {
  const row = scanner.scan(stored.text, stored.checks ?? "") ?? readSlowly(stored);
  if ("reason" in row) return row;
  if (row.v !== 1 && row.v !== 2)
    return { field: "v", reason: `is ${row.v as number}; versions 1 and 2 are known here` };
  if (row.chain !== chain) return { field: "chain", reason: `is ${row.chain}, and the row lies in ${chain}` };
  if (row.seq !== `${stored.seq}`) return { field: "seq", reason: `is ${row.seq}, and the row lies at ${stored.seq}` };
  if (!KINDS.has(row.kind)) return { field: "kind", reason: `is ${row.kind}, which no row can be` };
  if (row.parent_id === undefined && NEED_PARENT.has(row.kind)) {
    return { field: "parent_id", reason: `is absent, and a row of the kind ${row.kind} is about another row` };
  }
  const columns = stored.columns;
  if (columns === undefined) return { row };
  for (const field of COLUMNS) {
    const value = columnOf(row, field);
    if (columns[field] === value) continue;
    return { field, reason: `is ${value} in the row, and ${columns[field]} in the column beside it` };
  }
  return { row };
}

const KINDS: ReadonlySet<string> = new Set(["request", "overhead", "settlement", "adjustment", "event"]);
const NEED_PARENT: ReadonlySet<string> = new Set(["settlement", "adjustment"]);

/** Reads a row that is written in another way than most, or tells what is wrong with it. */
function readSlowly(stored: StoredRow): CheckedRow | RowFault {
  const { text } = stored;
  const field = damagedFieldOf(stored);
  if (field !== undefined) return { field, reason: CHANGED };
  try {
    return parseRow(text);
  } catch {
    return { field: "text", reason: "is no JSON any more" };
  }
}

function damagedFieldOf({ text, checks }: StoredRow): ReturnType<typeof damagedField> {
  if (checks === undefined) return undefined;
  const bytes = roomForChecks();
  return readChecks(checks, bytes) ? damagedField(text, bytes) : "checks";
}

const COLUMNS: readonly (keyof StoredColumns)[] = [
  "ts",
  "kind",
  "tenant",
  "workload",
  "run",
  "original_pusd",
  "actual_pusd",
  "verified",
];

/** What is wrong with a row whose hash is not right, though its values fit their checks. */
export function faultOfHash(stored: StoredRow): RowFault {
  const field = damagedFieldOf(stored);
  if (field !== undefined) return { field, reason: CHANGED };
  return { field: "hash", reason: "is not that of the row and of the row before it" };
}

function columnOf(row: CheckedRow, field: keyof StoredColumns): ColumnValue {
  const value = row[field];
  if (value === undefined) return null;
  if (field === "ts") return Date.parse(row.ts);
  return typeof value === "boolean" || field === "original_pusd" || field === "actual_pusd" ? Number(value) : value;
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
export function checkMoney(row: CheckedRow, snapshots: ReadonlyMap<string, PriceSnapshot>): RowFault | undefined {
  if (row.kind === "event") return undefined;
  if (row.kind === "adjustment") return checkAdjustment(row);
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
  return differenceOf(row, reckon(row, row.original_pusd !== undefined, priceOf));
}

/** Its amounts are an operator's; the rest follows from them. */
function checkAdjustment(row: CheckedRow): RowFault | undefined {
  for (const field of ["original_pusd", "actual_pusd"] as const) {
    const text = row[field] ?? "";
    if (!Number.isSafeInteger(Number(text)) || `${Number(text)}` !== text) {
      return { field, reason: `is ${row[field] ?? "absent"}, and not a whole number` };
    }
  }
  if (row.adjusts === undefined) return { field: "adjusts", reason: "is absent: it names the row that is adjusted" };
  return differenceOf(row, reckonAdjustment(Number(row.original_pusd), Number(row.actual_pusd)));
}

/** The first field that is not as it was reckoned. */
function differenceOf(row: CheckedRow, money: RowMoney): RowFault | undefined {
  for (const field of MONEY) {
    if (row[field] === money[field] || (field === "by_mechanic" && areSame(row[field], money[field]))) continue;
    const [is, follows] = [textOf(row[field]), textOf(money[field])];
    if (is !== follows) return { field, reason: `is ${is}, and ${follows} follows from usage and prices` };
  }
  return undefined;
}

/** Whether both have the same parts. */
function areSame(a: RowMoney["by_mechanic"], b: RowMoney["by_mechanic"]): boolean {
  if (a === undefined || b === undefined) return a === b;
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name]);
}

function textOf(value: RowMoney[keyof RowMoney]): string {
  if (value === undefined) return "absent";
  return typeof value === "object" ? JSON.stringify(value) : `${value}`;
}
