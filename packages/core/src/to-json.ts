import { ValueError } from "./errors/kinds.ts";
import { findJsonFault, isPlainObject, MAX_JSON_DEPTH, type JsonFault } from "./json-fault.ts";
import type { Json } from "./json.ts";

/**
 * Returns the value itself when it is exactly JSON, so that writing and reading it again loses nothing.
 *
 * Not JSON are: undefined inside, NaN and infinities, bigint, functions, symbols as keys, class instances
 * (dates, maps, anything with a prototype of its own), holes in arrays, cycles, more than 1000 levels.
 * Minus zero passes although JSON writes it as zero, and so do strings with half of a surrogate pair, which JSON escapes.
 *
 * @param what names the value in the error, for example `the result of the tool "search"`.
 * @throws ValueError `ERR_EFFECT_NOT_JSON` with the pointer to the first part that is not JSON.
 */
export function toJson(value: unknown, what = "the value"): Json {
  assertJson(value, what);
  return value;
}

/** Like {@link toJson}, as an assertion. */
export function assertJson(value: unknown, what = "the value"): asserts value is Json {
  if (isJson(value)) return;
  throw notJsonError(findJsonFault(value, { loneSurrogates: "allow" }), what);
}

/** True when the value is exactly JSON; see {@link toJson}. */
export function isJson(value: unknown): value is Json {
  return walk(value, 0);
}

/** The error for a value that is not JSON. A fault of undefined means that the value changed while it was read. */
export function notJsonError(fault: JsonFault | undefined, what: string): ValueError {
  const where = fault === undefined || fault.pointer === "" ? "" : ` at ${fault.pointer}`;
  const reason = fault === undefined ? "a value that changes while it is read" : fault.reason;
  return new ValueError(
    `Expected ${what} to be JSON, but found ${reason}${where}. ` +
      "Use null, booleans, finite numbers, strings, arrays and plain objects; leave out keys that have no value.",
    { code: "ERR_EFFECT_NOT_JSON" },
  );
}

function walk(value: unknown, depth: number): boolean {
  switch (typeof value) {
    case "string":
    case "boolean":
      return true;
    case "number":
      return Number.isFinite(value);
    case "object":
      break;
    default:
      return false;
  }
  if (value === null) return true;
  if (depth >= MAX_JSON_DEPTH) return false;
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index += 1) {
      if (!walk(value[index], depth + 1)) return false;
    }
    return true;
  }
  if (!isPlainObject(value) || Object.getOwnPropertySymbols(value).length > 0) return false;
  for (const key in value) {
    if (Object.hasOwn(value, key) && !walk(value[key], depth + 1)) return false;
  }
  return true;
}
