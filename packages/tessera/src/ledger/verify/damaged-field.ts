import { ROW_FIELDS, type LedgerRow } from "../ledger-row.ts";
import { CHECK_BYTES, CHECK_FACTOR, CHECK_START, checkOf, foldCheck } from "../row-text.ts";

const KEYS: readonly string[] = ROW_FIELDS.map((field) => `"${field}":`);
const KEY_LENGTHS = KEYS.map((key) => key.length);
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;

/**
 * Compares the text of a row with the checks of its fields: the name of the first field that is not what it was, or
 * `undefined` when all are. The text need not be JSON any more.
 */
export function damagedField(text: string, checks: Uint8Array): keyof LedgerRow | "checks" | undefined {
  let at = 1;
  for (let index = 0; index < ROW_FIELDS.length; index += 1) {
    const check = checkAt(checks, index);
    if (check === 0) continue;
    const key = KEYS[index] ?? "";
    if (!text.startsWith(key, at)) return unexpectedField(text, at, checks) ?? ROW_FIELDS[index];
    const start = at + key.length;
    const end = endOfValue(text, start);
    if (checkOf(text, start, end) !== check) return ROW_FIELDS[index];
    if (text.charCodeAt(end) !== (end === text.length - 1 ? CLOSE_BRACE : COMMA)) return ROW_FIELDS[index];
    at = end + 1;
  }
  if (at === text.length && text.startsWith("{")) return undefined;
  return unexpectedField(text, at, checks) ?? "checks";
}

/**
 * True when the values in a row's text fit its checks. The names of the fields are not looked at: those are for the hash.
 * Every row of a ledger passes here, so each value is read once.
 */
export function fitsChecks(text: string, checks: Uint8Array): boolean {
  let at = 1;
  for (let index = 0; index < KEY_LENGTHS.length; index += 1) {
    const check = checkAt(checks, index);
    if (check === 0) continue;
    const start = at + (KEY_LENGTHS[index] ?? 0);
    if (text.charCodeAt(start) !== QUOTE) {
      const end = endOfValue(text, start);
      if (checkOf(text, start, end) !== check) return false;
      at = end + 1;
      continue;
    }
    let state = Math.imul(CHECK_START ^ QUOTE, CHECK_FACTOR);
    let end = start + 1;
    for (let unit = text.charCodeAt(end); unit !== QUOTE && end < text.length; unit = text.charCodeAt(end)) {
      state = Math.imul(state ^ unit, CHECK_FACTOR);
      end += 1;
      if (unit !== BACKSLASH) continue;
      state = Math.imul(state ^ text.charCodeAt(end), CHECK_FACTOR);
      end += 1;
    }
    if (foldCheck(Math.imul(state ^ QUOTE, CHECK_FACTOR)) !== check) return false;
    at = end + 2;
  }
  return at === text.length;
}

/** The field at a place of the text that was not there when the row was written. */
function unexpectedField(text: string, at: number, checks: Uint8Array): keyof LedgerRow | undefined {
  return ROW_FIELDS.find((_, index) => checkAt(checks, index) === 0 && text.startsWith(KEYS[index] ?? "", at));
}

function checkAt(checks: Uint8Array, index: number): number {
  return ((checks[index * CHECK_BYTES] ?? 0) << 8) | (checks[index * CHECK_BYTES + 1] ?? 0);
}

function endOfValue(text: string, start: number): number {
  if (text.charCodeAt(start) === QUOTE) return endOfString(text, start);
  let depth = 0;
  for (let at = start; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit === QUOTE) at = endOfString(text, at) - 1;
    else if (unit === OPEN_BRACE || unit === OPEN_BRACKET) depth += 1;
    else if (depth === 0 && (unit === COMMA || unit === CLOSE_BRACE)) return at;
    else if (unit === CLOSE_BRACE || unit === CLOSE_BRACKET) depth -= 1;
  }
  return text.length;
}

function endOfString(text: string, start: number): number {
  let at = start + 1;
  for (;;) {
    const quote = text.indexOf('"', at);
    if (quote === -1) return text.length;
    if (text.charCodeAt(quote - 1) !== BACKSLASH) return quote + 1;
    let escapes = 0;
    while (text.charCodeAt(quote - 1 - escapes) === BACKSLASH) escapes += 1;
    if (escapes % 2 === 0) return quote + 1;
    at = quote + 1;
  }
}
