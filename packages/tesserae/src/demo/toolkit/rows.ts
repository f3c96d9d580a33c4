import { readFileSync } from "node:fs";
import { isRecord } from "./is-record.ts";

/** A row of a data file: the columns by name. Cells that are numbers are numbers, empty cells are `null`. */
export type Row = Readonly<Record<string, string | number | boolean | null>>;

/**
 * Reads a data file: CSV (comma, semicolon or tab; the first line has the names) or JSON (a list of objects, or an
 * object that holds one).
 * @throws {Error} naming the file and the line, when it is neither.
 */
export function readRows(file: string): Row[] {
  const text = readFileSync(file, "utf8").replace(/^\uFEFF/, "");
  return file.toLowerCase().endsWith(".json") ? jsonRows(text, file) : csvRows(text, file);
}

function jsonRows(text: string, file: string): Row[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Error(`${file} is not JSON: ${String(error)}`, { cause: error });
  }
  const lists = Array.isArray(value) ? [value] : Object.values(isRecord(value) ? value : {}).filter(Array.isArray);
  const list: readonly unknown[] = lists[0] ?? [];
  if (list.length === 0) throw new Error(`${file} holds no list of rows.`);
  return list.map((row, index) => {
    if (!isRecord(row)) throw new Error(`${file}: row ${index + 1} is no object.`);
    return Object.fromEntries(Object.entries(row).map(([name, cell]) => [name, jsonCell(cell)]));
  });
}

function jsonCell(cell: unknown): string | number | boolean | null {
  if (typeof cell === "string") return cell === "" ? null : cell;
  if (typeof cell === "number" || typeof cell === "boolean") return cell;
  return cell === null || cell === undefined ? null : JSON.stringify(cell);
}

function csvRows(text: string, file: string): Row[] {
  const [names, ...records] = csvRecords(text, separatorOf(text));
  if (names === undefined || names.cells.every((name) => name === "")) throw new Error(`${file} is empty.`);
  return records.map(({ cells, line }) => {
    if (cells.length > names.cells.length) {
      throw new Error(
        `${file}, line ${line}: ${cells.length} cells, but the first line names ${names.cells.length} columns.`,
      );
    }
    return Object.fromEntries(names.cells.map((name, index) => [name.trim(), csvCell(cells[index] ?? "")]));
  });
}

/** The separator that the first line has most of. */
function separatorOf(text: string): string {
  const first = text.slice(0, text.search(/[\r\n]|$/));
  const count = (separator: string): number => first.split(separator).length;
  return [",", ";", "\t"].reduce((best, separator) => (count(separator) > count(best) ? separator : best));
}

interface Rec {
  readonly cells: readonly string[];
  readonly line: number;
}

/** Records of CSV as in RFC 4180: quotes may hold separators, line ends and doubled quotes. Empty lines are left out. */
function csvRecords(text: string, separator: string): Rec[] {
  const records: Rec[] = [];
  let cells: string[] = [];
  let cell = "";
  let quoted = false;
  let line = 1;
  let start = 1;
  const endCell = (): void => {
    cells.push(cell);
    cell = "";
  };
  const endRecord = (): void => {
    endCell();
    if (cells.length > 1 || cells[0] !== "") records.push({ cells, line: start });
    cells = [];
    start = line;
  };
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (character === "\n") line += 1;
    if (quoted) {
      if (character !== '"') cell += character;
      else if (text[at + 1] === '"') cell += text[(at += 1)];
      else quoted = false;
    } else if (character === '"' && cell === "") quoted = true;
    else if (character === separator) endCell();
    else if (character === "\n") endRecord();
    else if (character !== "\r") cell += character;
  }
  if (cell !== "" || cells.length > 0) endRecord();
  return records;
}

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

function csvCell(cell: string): string | number | null {
  const text = cell.trim();
  if (text === "") return null;
  return NUMBER.test(text) ? Number(text) : text;
}
