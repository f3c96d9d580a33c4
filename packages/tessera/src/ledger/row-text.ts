import { canonicalJson } from "../store/canonical-json.ts";
import { ROW_FIELDS, type LedgerRow } from "./ledger-row.ts";

/** Each field of a row has a check of so many bytes, so that a field that was changed can be named. */
export const CHECK_BYTES = 2;

/** Most names need no escapes in JSON. */
const PLAIN = /^[\w .:/+@~-]*$/;

const KEYS: readonly string[] = ROW_FIELDS.map((field) => `"${field}":`);

/**
 * Writes a row as canonical JSON (RFC 8785), which is what its hash covers, and the checks of its fields into `checks`
 * ({@link CHECK_BYTES} for each of {@link ROW_FIELDS}; absent fields have 0).
 */
export function writeRow(row: Partial<LedgerRow>, checks?: Uint8Array): string {
  let text = "{";
  for (let index = 0; index < ROW_FIELDS.length; index += 1) {
    const field = ROW_FIELDS[index];
    const value = field === undefined ? undefined : row[field];
    if (value === undefined) {
      if (checks !== undefined) setCheck(checks, index, 0);
      continue;
    }
    const valueText = write(value);
    if (checks !== undefined) setCheck(checks, index, checkOf(valueText, 0, valueText.length));
    text += text.length === 1 ? `${KEYS[index]}${valueText}` : `,${KEYS[index]}${valueText}`;
  }
  return `${text}}`;
}

/** The check of a part of a text: FNV-1a, folded to 16 bits, never 0. */
export function checkOf(text: string, from: number, to: number): number {
  let state = 0x81_1c_9d_c5;
  for (let at = from; at < to; at += 1) state = Math.imul(state ^ text.charCodeAt(at), 0x01_00_01_93);
  return (state >>> 16) ^ (state & 0xff_ff) || 1;
}

function setCheck(checks: Uint8Array, index: number, check: number): void {
  checks[index * CHECK_BYTES] = check >>> 8;
  checks[index * CHECK_BYTES + 1] = check & 0xff;
}

function write(value: NonNullable<LedgerRow[keyof LedgerRow]>): string {
  switch (typeof value) {
    case "string":
      return PLAIN.test(value) ? `"${value}"` : JSON.stringify(value);
    case "number":
    case "boolean":
      return `${value}`;
    default:
      return canonicalJson(value);
  }
}
