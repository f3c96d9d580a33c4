import { ROW_FIELDS, type LedgerRow } from "../ledger-row.ts";
import { CHECK_FACTOR, CHECK_START, checkOf, foldCheck } from "../row-text.ts";
import { endOfValue } from "./damaged-field.ts";
import { checkAt, readChecks, roomForChecks } from "./row-checks.ts";

/** A row as far as checking needs it. */
export type CheckedRow = Pick<
  LedgerRow,
  | "actual_pusd"
  | "adjusts"
  | "by_mechanic"
  | "chain"
  | "event"
  | "exclude_reason"
  | "kind"
  | "lost_rows"
  | "original_pusd"
  | "parent_id"
  | "previous_chain"
  | "previous_hash"
  | "previous_seq"
  | "priced_as"
  | "run"
  | "savings_pusd"
  | "seq"
  | "snapshot_id"
  | "stack"
  | "status"
  | "tenant"
  | "ts"
  | "usage"
  | "usage_source"
  | "v"
  | "verified"
  | "workload"
>;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const SPACE = 0x20;

/** Values are compared by so many bytes at once. */
const WORD = 4;
/** Longer rows are read slowly. */
const LONGEST = 60_000;
const ROOM = 64 * 1024;

const KEYS: readonly string[] = ROW_FIELDS.map((field) => `"${field}":`);
/** What stands before each value, in words; the last one of a name may overlap the one before. */
const KEY_WORDS: readonly (readonly number[])[] = KEYS.map((key) => {
  const bytes = Buffer.from(key);
  const count = Math.ceil(bytes.length / WORD);
  return Array.from({ length: count }, (_, index) => bytes.readUInt32LE(Math.min(index * WORD, bytes.length - WORD)));
});
const PLACES = Object.fromEntries(ROW_FIELDS.map((field, index) => [field, index])) as Record<keyof LedgerRow, number>;
/** The fields that {@link CheckedRow} has. */
const NEEDED: ReadonlySet<keyof LedgerRow> = new Set([
  "actual_pusd",
  "adjusts",
  "by_mechanic",
  "chain",
  "event",
  "exclude_reason",
  "kind",
  "lost_rows",
  "original_pusd",
  "parent_id",
  "previous_chain",
  "previous_hash",
  "previous_seq",
  "priced_as",
  "run",
  "savings_pusd",
  "seq",
  "snapshot_id",
  "stack",
  "status",
  "tenant",
  "ts",
  "usage",
  "usage_source",
  "v",
  "verified",
  "workload",
] satisfies (keyof CheckedRow)[]);
const IS_NEEDED: readonly boolean[] = ROW_FIELDS.map((field) => NEEDED.has(field));

/**
 * Reads rows and compares their values with their checks, in one pass over the text: every row of a ledger passes here, and
 * `JSON.parse` and a pass over the values take twice as long.
 */
export class RowScanner {
  /** The values of the row that is read, by their places in {@link ROW_FIELDS}. */
  readonly #values: unknown[] = ROW_FIELDS.map(() => undefined);
  /** The text of the row: bytes are read several at once. */
  readonly #bytes = Buffer.allocUnsafeSlow(ROOM);
  readonly #view = new DataView(this.#bytes.buffer);
  readonly #checks = roomForChecks();

  /**
   * `undefined` for whatever is not written as nearly all rows are (canonical, in ASCII, without escapes) or does not fit
   * the checks: such a row is to be read in another way, which also tells what is wrong with it.
   */
  scan(text: string, checks: string): CheckedRow | undefined {
    const values = this.#values.fill(undefined);
    const bytes = this.#bytes;
    const { length } = text;
    if (length > LONGEST || !readChecks(checks, this.#checks)) return undefined;
    if (bytes.write(text, 0, "utf8") !== length || bytes[0] !== OPEN_BRACE) return undefined;
    let at = 1;
    for (let index = 0; index < KEYS.length; index += 1) {
      const check = checkAt(this.#checks, index);
      if (check === 0) continue;
      const start = this.#endOfKey(index, at);
      if (start === -1 || start >= length) return undefined;
      let end: number;
      if (bytes[start] === QUOTE) {
        end = endOfChecked(bytes, start, length, check);
        if (end === -1) return undefined;
        if (IS_NEEDED[index] === true) values[index] = text.slice(start + 1, end - 1);
      } else {
        end = endOfValue(text, start);
        if (checkOf(text, start, end) !== check) return undefined;
        if (IS_NEEDED[index] === true) {
          values[index] = valueOf(text.slice(start, end));
          if (values[index] === undefined) return undefined;
        }
      }
      if (bytes[end] !== (end === length - 1 ? CLOSE_BRACE : COMMA)) return undefined;
      at = end + 1;
    }
    return at === length ? rowOf(values) : undefined;
  }

  /** Where the value of a field begins whose name stands at a place; -1 where it does not stand there. */
  #endOfKey(index: number, at: number): number {
    const words = KEY_WORDS[index];
    const start = at + (KEYS[index]?.length ?? 0);
    if (words === undefined) return -1;
    const last = words.length - 1;
    for (let word = 0; word < last; word += 1) {
      if (this.#view.getUint32(at + word * WORD, true) !== words[word]) return -1;
    }
    return this.#view.getUint32(start - WORD, true) === words[last] ? start : -1;
  }
}

/** Always the same fields in the same order: such objects are made and read fastest. */
function rowOf(values: readonly unknown[]): CheckedRow | undefined {
  const row = {
    actual_pusd: values[PLACES.actual_pusd],
    adjusts: values[PLACES.adjusts],
    by_mechanic: values[PLACES.by_mechanic],
    chain: values[PLACES.chain],
    event: values[PLACES.event],
    exclude_reason: values[PLACES.exclude_reason],
    kind: values[PLACES.kind],
    lost_rows: values[PLACES.lost_rows],
    original_pusd: values[PLACES.original_pusd],
    parent_id: values[PLACES.parent_id],
    previous_chain: values[PLACES.previous_chain],
    previous_hash: values[PLACES.previous_hash],
    previous_seq: values[PLACES.previous_seq],
    priced_as: values[PLACES.priced_as],
    run: values[PLACES.run],
    savings_pusd: values[PLACES.savings_pusd],
    seq: values[PLACES.seq],
    snapshot_id: values[PLACES.snapshot_id],
    stack: values[PLACES.stack],
    status: values[PLACES.status],
    tenant: values[PLACES.tenant],
    ts: values[PLACES.ts],
    usage: values[PLACES.usage],
    usage_source: values[PLACES.usage_source],
    v: values[PLACES.v],
    verified: values[PLACES.verified],
    workload: values[PLACES.workload],
  };
  return isRow(row) ? row : undefined;
}

/** As far as `JSON.parse` of a row is believed: that the fields are there of which everything else depends. */
function isRow(row: Readonly<Partial<Record<keyof CheckedRow, unknown>>>): row is CheckedRow {
  return typeof row.kind === "string" && typeof row.ts === "string";
}

/** Where a string ends that has this check; -1 when it has another one, or is not plain. */
function endOfChecked(bytes: Uint8Array, start: number, length: number, check: number): number {
  let state = Math.imul(CHECK_START ^ QUOTE, CHECK_FACTOR);
  let at = start + 1;
  for (let byte = bytes[at] ?? 0; byte !== QUOTE; byte = bytes[at] ?? 0) {
    if (byte < SPACE || byte === BACKSLASH || at >= length) return -1;
    state = Math.imul(state ^ byte, CHECK_FACTOR);
    at += 1;
  }
  return foldCheck(Math.imul(state ^ QUOTE, CHECK_FACTOR)) === check ? at + 1 : -1;
}

/** A value that is no string; `undefined` when it is not canonical. */
function valueOf(text: string): unknown {
  switch (text) {
    case "true":
      return true;
    case "false":
      return false;
    case "{}":
      return NO_PARTS;
    case "[]":
      return NO_ITEMS;
    default:
  }
  const first = text.charCodeAt(0);
  if (first === OPEN_BRACE || first === OPEN_BRACKET) return parsed(text);
  const number = Number(text);
  return `${number}` === text ? number : undefined;
}

const NO_PARTS = Object.freeze({});
const NO_ITEMS: readonly unknown[] = Object.freeze([]);

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
