import { writeFileSync } from "node:fs";
import { isRecord } from "./is-record.ts";

/** A column of a table. */
export interface Column {
  readonly name: string;
  /** Such as `kWh/m³`; empty or absent for none. */
  readonly unit?: string;
}

/** What an analysis found, as a table. */
export interface Table {
  readonly title: string;
  readonly columns: readonly Column[];
  /** A cell for each column, in their order. `null` for "does not apply". */
  readonly rows: readonly (readonly (string | number | null)[])[];
}

/**
 * Writes a table as `table.json` into the current folder.
 * @throws {Error} when it has no rows, or one with another number of cells than there are columns.
 */
export function writeTable(table: Table): void {
  const checked = checkTable(table);
  writeFileSync("table.json", `${JSON.stringify(checked, undefined, 2)}\n`, { mode: 0o600 });
}

/** The table, if it is one. */
export function checkTable(value: unknown): Table {
  if (!isRecord(value)) throw new Error("A table is an object with title, columns and rows.");
  const { title, columns, rows } = value;
  if (typeof title !== "string" || title.trim() === "") throw new Error("The table needs a title.");
  if (!Array.isArray(columns) || columns.length === 0 || !columns.every(isColumn)) {
    throw new Error("The table's columns are a list of objects with a name and, where it has one, a unit.");
  }
  if (!Array.isArray(rows) || rows.length === 0) throw new Error("The table has no rows.");
  return { title, columns, rows: rows.map((row, index) => checkRow(row, index, columns.length)) };
}

function checkRow(row: unknown, index: number, width: number): readonly (string | number | null)[] {
  if (!Array.isArray(row) || row.length !== width) {
    throw new Error(`Row ${index + 1} of the table must be a list of ${width} cells, one for each column.`);
  }
  return row.map((cell: unknown) => {
    if (typeof cell === "number") return Number.isFinite(cell) ? cell : null;
    if (cell === null || cell === undefined) return null;
    return typeof cell === "string" ? cell : (JSON.stringify(cell) ?? null);
  });
}

function isColumn(value: unknown): value is Column {
  return isRecord(value) && typeof value["name"] === "string" && ["string", "undefined"].includes(typeof value["unit"]);
}
