import type { JsonTypeName } from "./json-schema.ts";

/** Digits with single underscores between them, as Python writes numbers. */
const INTEGER = /^[+-]?\d+(?:_\d+)*(?:\.0+)?$/;
const NUMBER = /^[+-]?(?:\d+(?:_\d+)*\.?(?:\d+(?:_\d+)*)?|\.\d+(?:_\d+)*)(?:e[+-]?\d+)?$/i;
const TRUE: ReadonlySet<string> = new Set(["1", "true", "t", "yes", "y", "on"]);
const FALSE: ReadonlySet<string> = new Set(["0", "false", "f", "no", "n", "off"]);

/**
 * Turns a value into one of the types where pydantic's lax mode would, else gives it back as it is.
 *
 * That is: a text that is a number for a number or an integer, true and false for 1 and 0, 1 and 0 and the usual words
 * for true and false. Never to a string, to null, to an array or to an object. An integer beyond 2^53 stays a text: it
 * would lose digits. The first type that fits wins.
 *
 * Source: https://docs.pydantic.dev/latest/concepts/conversion_table/, checked against pydantic 2.
 */
export function coerce(value: unknown, types: readonly JsonTypeName[]): unknown {
  for (const type of types) {
    const coerced = coerceTo(value, type);
    if (coerced !== undefined) return coerced;
  }
  return value;
}

function coerceTo(value: unknown, type: JsonTypeName): number | boolean | undefined {
  switch (type) {
    case "integer":
      return toInteger(value);
    case "number":
      return toNumber(value);
    case "boolean":
      return toBoolean(value);
    default:
      return undefined;
  }
}

function toInteger(value: unknown): number | undefined {
  if (typeof value === "boolean") return value ? 1 : 0;
  if (typeof value !== "string") return undefined;
  const text = value.trim();
  if (!INTEGER.test(text)) return undefined;
  const number = Number(text.replaceAll("_", ""));
  // Adding zero turns minus zero, which is no integer of Python's, into zero.
  return Number.isSafeInteger(number) ? number + 0 : undefined;
}

function toNumber(value: unknown): number | undefined {
  if (typeof value === "boolean") return value ? 1 : 0;
  if (typeof value !== "string") return undefined;
  const text = value.trim();
  if (!NUMBER.test(text)) return undefined;
  const number = Number(text.replaceAll("_", ""));
  return Number.isFinite(number) ? number : undefined;
}

function toBoolean(value: unknown): boolean | undefined {
  if (value === 1) return true;
  if (value === 0) return false;
  if (typeof value !== "string" || value.length > 5) return undefined;
  const text = value.toLowerCase();
  if (TRUE.has(text)) return true;
  return FALSE.has(text) ? false : undefined;
}
