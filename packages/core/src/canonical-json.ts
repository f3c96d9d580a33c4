import { findJsonFault, hasLoneSurrogate, isPlainObject, MAX_JSON_DEPTH } from "./json-fault.ts";
import { notJsonError } from "./to-json.ts";

/** Options of {@link canonicalJson}. */
export interface CanonicalJsonOptions {
  /**
   * What to do with half of a surrogate pair. RFC 8785 wants it refused (the default); `escape` writes it as
   * `JSON.stringify` does, for text that a model cut in the middle of a character and that must be hashed all the same.
   */
  readonly loneSurrogates?: "refuse" | "escape";
  /** Names the value in the error. */
  readonly what?: string;
}

/**
 * Writes a value as canonical JSON (RFC 8785, JCS): equal values give the same text, whatever the order of their keys.
 * No white space, keys sorted by UTF-16 code units, numbers and strings as ECMAScript writes them.
 *
 * @throws ValueError `ERR_EFFECT_NOT_JSON` with the pointer to the first part that is not JSON; see `toJson`.
 */
export function canonicalJson(value: unknown, options: CanonicalJsonOptions = {}): string {
  const text = write(value, options.loneSurrogates !== "escape", 0);
  if (text !== undefined) return text;
  const loneSurrogates = options.loneSurrogates === "escape" ? "allow" : "refuse";
  throw notJsonError(findJsonFault(value, { loneSurrogates }), options.what ?? "the value");
}

function write(value: unknown, strict: boolean, depth: number): string | undefined {
  switch (typeof value) {
    case "string":
      return quote(value, strict);
    case "number":
      // Minus zero becomes 0, as the RFC asks.
      return Number.isFinite(value) ? `${value}` : undefined;
    case "boolean":
      return value ? "true" : "false";
    case "object":
      if (value === null) return "null";
      if (depth >= MAX_JSON_DEPTH) return undefined;
      return Array.isArray(value) ? writeArray(value, strict, depth + 1) : writeObject(value, strict, depth + 1);
    default:
      return undefined;
  }
}

function quote(text: string, strict: boolean): string | undefined {
  const quoted = JSON.stringify(text);
  // Half of a surrogate pair is always escaped, so a text that did not grow has none.
  return strict && quoted.length !== text.length + 2 && hasLoneSurrogate(text) ? undefined : quoted;
}

function writeArray(items: readonly unknown[], strict: boolean, depth: number): string | undefined {
  let text = "[";
  for (let index = 0; index < items.length; index += 1) {
    const item = write(items[index], strict, depth);
    if (item === undefined) return undefined;
    text += index === 0 ? item : `,${item}`;
  }
  return `${text}]`;
}

function writeObject(value: object, strict: boolean, depth: number): string | undefined {
  if (!isPlainObject(value) || Object.getOwnPropertySymbols(value).length > 0) return undefined;
  const keys = sorted(Object.keys(value));
  let text = "{";
  for (let index = 0; index < keys.length; index += 1) {
    const key = keys[index] ?? "";
    const name = isPlainKey(key) ? `"${key}"` : quote(key, strict);
    const item = write(value[key], strict, depth);
    if (name === undefined || item === undefined) return undefined;
    text += index === 0 ? `${name}:${item}` : `,${name}:${item}`;
  }
  return `${text}}`;
}

/** Up to so many keys are sorted by insertion: that is several times as fast as `sort` for the few that objects have. */
const FEW = 20;

/** Sorts by UTF-16 code units, as the RFC asks and as both `<` and `sort` without a comparator do. */
function sorted(keys: string[]): string[] {
  if (keys.length > FEW) return keys.sort();
  for (let index = 1; index < keys.length; index += 1) {
    const key = keys[index] ?? "";
    let at = index;
    for (; at > 0; at -= 1) {
      const before = keys[at - 1] ?? "";
      if (before < key) break;
      keys[at] = before;
    }
    keys[at] = key;
  }
  return keys;
}

/** True for a key of lower-case letters and underscores: most are, and need no escapes. */
function isPlainKey(key: string): boolean {
  for (let index = 0; index < key.length; index += 1) {
    const unit = key.charCodeAt(index);
    if (unit !== 0x5f && (unit < 0x61 || unit > 0x7a)) return false;
  }
  return true;
}
