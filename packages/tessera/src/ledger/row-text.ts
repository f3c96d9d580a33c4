import { canonicalJson } from "../store/canonical-json.ts";
import { ROW_FIELDS, type LedgerRow, type RowUsage } from "./ledger-row.ts";

/** Each field of a row has a check of so many bytes, so that a field that was changed can be named. */
export const CHECK_BYTES = 2;

const KEYS: readonly string[] = ROW_FIELDS.map((field) => `"${field}":`);
/** What the check of a field begins with (FNV-1a, 32 bits). */
export const CHECK_START = 0x81_1c_9d_c5;
/** What each character multiplies it by. */
export const CHECK_FACTOR = 0x01_00_01_93;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const SPACE = 0x20;
const DELETE = 0x7f;

/**
 * Writes a row as canonical JSON (RFC 8785), which is what its hash covers, and the checks of its fields into `checks`
 * ({@link CHECK_BYTES} for each of {@link ROW_FIELDS}; absent fields have 0). Every request passes here.
 */
export function writeRow(row: Partial<LedgerRow>, checks: Uint8Array): string {
  let text = "";
  checks.fill(0);
  for (let index = 0; index < ROW_FIELDS.length; index += 1) {
    const field = ROW_FIELDS[index];
    const value = field === undefined ? undefined : row[field];
    if (value === undefined) continue;
    let check = typeof value === "string" ? checkOfPlain(value) : 0;
    let valueText: string;
    if (typeof value === "string" && check !== 0) valueText = `"${value}"`;
    else {
      valueText = write(value, field === "usage" ? row.usage : undefined);
      check = checkOf(valueText, 0, valueText.length);
    }
    checks[index * CHECK_BYTES] = check >>> 8;
    checks[index * CHECK_BYTES + 1] = check & 0xff;
    text += text === "" ? `{${KEYS[index]}${valueText}` : `,${KEYS[index]}${valueText}`;
  }
  return text === "" ? "{}" : `${text}}`;
}

function write(value: NonNullable<LedgerRow[keyof LedgerRow]>, usage: RowUsage | undefined): string {
  if (usage !== undefined) return usageText(usage);
  if (typeof value === "number" || typeof value === "boolean") return `${value}`;
  if (Array.isArray(value) && value.length === 0) return "[]";
  return canonicalJson(value);
}

/** The check of a part of a text: FNV-1a, folded to 16 bits, never 0. */
export function checkOf(text: string, from: number, to: number): number {
  let state = CHECK_START;
  for (let at = from; at < to; at += 1) state = Math.imul(state ^ text.charCodeAt(at), CHECK_FACTOR);
  return foldCheck(state);
}

/** The check of a string as JSON writes it, when that needs no escapes; else 0. Most strings are plain. */
function checkOfPlain(value: string): number {
  let state = Math.imul(CHECK_START ^ QUOTE, CHECK_FACTOR);
  for (let at = 0; at < value.length; at += 1) {
    const unit = value.charCodeAt(at);
    if (unit < SPACE || unit >= DELETE || unit === QUOTE || unit === BACKSLASH) return 0;
    state = Math.imul(state ^ unit, CHECK_FACTOR);
  }
  return foldCheck(Math.imul(state ^ QUOTE, CHECK_FACTOR));
}

/** Folds the 32 bits of a check to 16; never 0, which stands for a field that is absent. */
export function foldCheck(state: number): number {
  return (state >>> 16) ^ (state & 0xff_ff) || 1;
}

/** Usage without calls of other models and without rare parts, which nearly all is, in canonical order. */
function usageText(usage: RowUsage): string {
  for (const name of RARE_USAGE) if (usage[name] !== undefined) return canonicalJson(usage);
  let text = "{";
  if (usage.cache_read_tokens !== undefined) text += `"cache_read_tokens":${usage.cache_read_tokens},`;
  text += `"input_tokens":${usage.input_tokens},"output_tokens":${usage.output_tokens}`;
  if (usage.reasoning_tokens !== undefined) text += `,"reasoning_tokens":${usage.reasoning_tokens}`;
  return `${text}}`;
}

const RARE_USAGE = [
  "additional",
  "cache_read_audio_tokens",
  "cache_write_1h_tokens",
  "cache_write_tokens",
  "input_audio_tokens",
  "output_audio_tokens",
  "output_image_tokens",
  "reported_cost",
  "web_fetch_requests",
  "web_search_requests",
] as const;
