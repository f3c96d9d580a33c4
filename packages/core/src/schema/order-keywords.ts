import { isObject } from "../json.ts";
import { mapSubschemas } from "./subschemas.ts";

/** The order in which a schema's keywords are written: what it is, what it means, what it allows. */
const ORDER: readonly string[] = [
  "$ref",
  "type",
  "nullable",
  "title",
  "description",
  "default",
  "examples",
  "const",
  "enum",
  "format",
  "pattern",
  "minLength",
  "maxLength",
  "minimum",
  "exclusiveMinimum",
  "maximum",
  "exclusiveMaximum",
  "multipleOf",
  "prefixItems",
  "items",
  "contains",
  "minContains",
  "maxContains",
  "minItems",
  "maxItems",
  "uniqueItems",
  "properties",
  "required",
  "additionalProperties",
  "patternProperties",
  "propertyNames",
  "minProperties",
  "maxProperties",
  "dependentRequired",
  "dependentSchemas",
  "allOf",
  "anyOf",
  "oneOf",
  "discriminator",
  "not",
  "if",
  "then",
  "else",
];

/** Copies a schema with the keywords of every schema in it in a fixed order; unknown ones come last, as they stood. */
export function orderKeywords(schema: unknown): unknown {
  if (!isObject(schema)) return schema;
  const known: Record<string, unknown> = {};
  for (const keyword of ORDER) {
    if (Object.hasOwn(schema, keyword)) known[keyword] = schema[keyword];
  }
  return mapSubschemas({ ...known, ...schema }, "", orderKeywords);
}
