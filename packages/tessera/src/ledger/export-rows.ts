import { formatDollars } from "@tesserae/wire/cost";
import { conditionOf, parseRow, type LedgerWindow } from "./ledger-query.ts";
import type { LedgerRow } from "./ledger-row.ts";
import { openDatabaseCopy, SELECT_ROWS, storedRowOf } from "./verify/database-copy.ts";
import type { LedgerCopy, StoredRow } from "./verify/ledger-copy.ts";
import { openStore } from "../store/store.ts";

/** What is exported, and how. */
export interface ExportQuery extends LedgerWindow {
  /**
   * `jsonl`: lines of JSON with a `type`; those of type `row` hold the row as it was hashed, and the others what else is
   * needed to check an export without the database. `csv`: one line a row, money in dollars.
   */
  readonly format: "csv" | "jsonl";
}

/** The columns of the CSV form. The first eleven have the names of the hosted product's export. */
const COLUMNS: readonly string[] = [
  "entry_id",
  "workload_id",
  "recorded_at",
  "provider",
  "model",
  "mechanic_stack_applied",
  "anchor_cost_usd",
  "actual_cost_usd",
  "delta_savings_usd",
  "savings_classification",
  "pricing_catalog_snapshot_id",
  "kind",
  "tenant",
  "run",
  "agent",
  "effect",
  "request_id",
  "model_served",
  "cache",
  "status",
  "input_tokens",
  "output_tokens",
  "exclude_reason",
  "caller_request_id",
  "parent_id",
  "adjusts",
];

/** Exports rows as text, line by line, from a moment's view on the database. Lines end with a line feed. */
export function* exportRows(path: string, query: ExportQuery): Generator<string, void, undefined> {
  const window = conditionOf(query);
  const copy = openDatabaseCopy(path);
  copy.close();
  const store = openStore(path, { access: "read" });
  try {
    store.database.exec("BEGIN");
    yield* query.format === "csv" ? [csvLine(COLUMNS)] : headLines(copy, query);
    const names = new Map(copy.chains.map((chain) => [chain.number, chain.name]));
    const statement = store.database.prepare(`${SELECT_ROWS} ${window.where} ORDER BY id`);
    statement.setReturnArrays(true);
    for (const values of statement.iterate(...window.values)) {
      const stored = storedRowOf(values);
      if (query.format === "csv" && stored.columns?.kind === "event") continue;
      const entryId = `${names.get(stored.chain) ?? stored.chain}:${stored.seq}`;
      yield query.format === "csv" ? csvRow(entryId, parseRow(stored.text)) : jsonRow(entryId, stored);
    }
  } finally {
    store.close();
  }
}

function headLines(copy: LedgerCopy, query: ExportQuery): readonly string[] {
  const { format: _, ...window } = query;
  const isWhole = Object.values(window).every((value) => value === undefined);
  return [
    { type: "export", version: 1, whole: isWhole, window },
    ...[...copy.snapshots].map(([id, text]) => ({ type: "snapshot", id, text })),
    ...[...copy.keys].map(([id, publicKey]) => ({ type: "key", id, public_key: publicKey })),
    ...copy.chains.map((chain) => ({ type: "chain", ...chain })),
    ...copy.checkpoints.map((checkpoint) => ({ type: "checkpoint", ...checkpoint })),
  ].map((line) => `${JSON.stringify(line)}\n`);
}

/** The row's own text comes last, as it is: its hash covers every byte of it. */
function jsonRow(entryId: string, stored: StoredRow): string {
  const { chain, seq, hash, checks, text } = stored;
  const line = {
    type: "row",
    ...parityOf(entryId, parseRow(text)),
    chain,
    seq,
    hash,
    checks: Buffer.from(checks ?? "", "hex").toString("base64"),
  };
  return `${JSON.stringify(line).slice(0, -1)},"row":${text}}\n`;
}

/** A row under the names of the hosted product's export. */
function parityOf(entryId: string, row: LedgerRow): Readonly<Record<string, string | null>> {
  return {
    entry_id: entryId,
    workload_id: row.workload ?? null,
    recorded_at: row.ts,
    provider: row.provider ?? null,
    model: row.model_requested ?? null,
    mechanic_stack_applied: row.stack === undefined || row.stack.length === 0 ? "none" : row.stack.join("+"),
    anchor_cost_usd: dollarsOf(row.original_pusd),
    actual_cost_usd: dollarsOf(row.actual_pusd),
    delta_savings_usd: dollarsOf(row.savings_pusd),
    savings_classification: row.verified === true ? "verified" : "modelled",
    pricing_catalog_snapshot_id: row.snapshot_id ?? null,
  };
}

function dollarsOf(pico: string | undefined): string | null {
  return pico === undefined ? null : formatDollars(BigInt(pico));
}

function csvRow(entryId: string, row: LedgerRow): string {
  return csvLine([
    ...Object.values(parityOf(entryId, row)).map((value) => value ?? ""),
    row.kind,
    ...[row.tenant, row.run, row.agent, row.effect, row.request_id, row.model_served, row.cache, row.status].map(
      (value) => value ?? "",
    ),
    `${row.usage?.input_tokens ?? ""}`,
    `${row.usage?.output_tokens ?? ""}`,
    row.exclude_reason ?? "",
    row.caller_request_id ?? "",
    row.parent_id ?? "",
    row.adjusts ?? "",
  ]);
}

/** A line of CSV with its line feed. */
export function csvLine(values: readonly string[]): string {
  return `${values.map(csvValue).join(",")}\n`;
}

/** Names come from outside; a spreadsheet would run those that look like a formula. Amounts may be negative. */
function csvValue(value: string): string {
  const isFormula = /^[=+@\t\r-]/.test(value) && !/^-\d+(\.\d+)?$/.test(value);
  const safe = isFormula ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
