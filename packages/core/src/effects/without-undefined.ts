import { isPlainObject, MAX_JSON_DEPTH } from "../json-fault.ts";
import type { Json } from "../json.ts";
import { isJson, toJson } from "../to-json.ts";

/**
 * A value as JSON, without members that are `undefined`: messages and events are plain data, whose optional members a
 * maker may have set to nothing. Everything else that is not JSON is refused; see `toJson`.
 */
export function withoutUndefined(value: unknown): Json {
  return isJson(value) ? value : toJson(strip(value, 0), "an item of the stream");
}

function strip(value: unknown, depth: number): unknown {
  // Deeper than JSON goes, or a cycle: refused afterwards, with its place.
  if (depth > MAX_JSON_DEPTH) return value;
  if (Array.isArray(value)) return value.map((item) => strip(item, depth + 1));
  if (typeof value !== "object" || value === null || !isPlainObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, item]) => item !== undefined)
      .map(([key, item]) => [key, strip(item, depth + 1)]),
  );
}
