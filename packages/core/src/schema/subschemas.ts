import { isObject } from "../json.ts";
import { pointerToken } from "../json-pointer.ts";

/** Keywords whose value is one schema (`items` may be a list of them). */
const ONE: ReadonlySet<string> = new Set([
  "additionalItems",
  "additionalProperties",
  "contains",
  "else",
  "if",
  "items",
  "not",
  "propertyNames",
  "then",
  "unevaluatedItems",
  "unevaluatedProperties",
]);
const LIST: ReadonlySet<string> = new Set(["allOf", "anyOf", "items", "oneOf", "prefixItems"]);
const RECORD: ReadonlySet<string> = new Set([
  "$defs",
  "definitions",
  "dependencies",
  "dependentSchemas",
  "patternProperties",
  "properties",
]);

/** Copies a schema with each schema directly below it replaced. Keywords that hold data are kept, undefined ones left out. */
export function mapSubschemas(
  schema: Readonly<Record<string, unknown>>,
  pointer: string,
  replace: (part: unknown, pointer: string) => unknown,
): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const [keyword, value] of Object.entries(schema)) {
    if (value === undefined) continue;
    const at = pointer + pointerToken(keyword);
    if (LIST.has(keyword) && Array.isArray(value)) {
      result[keyword] = value.map((part: unknown, index) => replace(part, `${at}/${index}`));
    } else if (ONE.has(keyword)) {
      result[keyword] = replace(value, at);
    } else if (RECORD.has(keyword) && isObject(value)) {
      result[keyword] = Object.fromEntries(
        Object.entries(value).map(([key, part]) => [
          key,
          Array.isArray(part) ? part : replace(part, at + pointerToken(key)),
        ]),
      );
    } else {
      result[keyword] = value;
    }
  }
  return result;
}
