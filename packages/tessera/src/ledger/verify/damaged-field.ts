import { ROW_FIELDS, type LedgerRow } from "../ledger-row.ts";
import { checkOf } from "../row-text.ts";
import { checkAt } from "./row-checks.ts";

const KEYS: readonly string[] = ROW_FIELDS.map((field) => `"${field}":`);
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

/** The field at a place of the text that was not there when the row was written. */
function unexpectedField(text: string, at: number, checks: Uint8Array): keyof LedgerRow | undefined {
  return ROW_FIELDS.find((_, index) => checkAt(checks, index) === 0 && text.startsWith(KEYS[index] ?? "", at));
}

/** Where a value of JSON ends that begins at a place. */
export function endOfValue(text: string, start: number): number {
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
