import { isObject, ValueError, type CreateOptions, type Json, type JsonObject } from "@tesserae/core";

/** Keywords with which the provider refuses a schema; they are told to the model in the description in their place. */
const NOT_TAKEN: readonly string[] = [
  "minimum",
  "maximum",
  "exclusiveMinimum",
  "exclusiveMaximum",
  "multipleOf",
  "minLength",
  "maxLength",
  "maxItems",
  "uniqueItems",
  "minProperties",
  "maxProperties",
];

/**
 * The schema that an answer must have, in the form that the provider takes; `undefined` for a call without one.
 *
 * JSON mode (`true`) is left to the messages: the protocol has none, and a schema that lets every object through is
 * refused ("additionalProperties must be explicitly set to false").
 */
export function encodeOutputFormat(wanted: CreateOptions["jsonOutput"]): JsonObject | undefined {
  if (wanted === undefined || typeof wanted === "boolean") return undefined;
  if (!isObject(wanted) || !isObject(wanted.schema)) {
    throw new ValueError("jsonOutput must be true, false, or { name, schema } with a JSON Schema.");
  }
  return { type: "json_schema", schema: wanted.strict === false ? wanted.schema : takenSchema(wanted.schema) };
}

/** The schema with its objects closed, and without what the provider does not take. The given one is not changed. */
export function takenSchema(schema: JsonObject): JsonObject {
  const taken: Record<string, JsonObject[string]> = {};
  const told: string[] = [];
  for (const [key, value] of Object.entries(schema)) {
    if (NOT_TAKEN.includes(key) || (key === "minItems" && value !== 0 && value !== 1)) {
      told.push(`${key}: ${JSON.stringify(value)}`);
    } else if (key === "properties" || key === "$defs" || key === "definitions") {
      taken[key] = isObject(value) ? mapped(value) : value;
    } else if (Array.isArray(value) && (key === "anyOf" || key === "oneOf" || key === "allOf")) {
      taken[key === "oneOf" ? "anyOf" : key] = value.map(takenBranch);
    } else if (key === "items") {
      taken[key] = takenBranch(value);
    } else if (key !== "$schema") {
      taken[key] = value;
    }
  }
  const isObjectSchema = schema["type"] === "object" || schema["properties"] !== undefined;
  if (isObjectSchema && schema["additionalProperties"] === undefined) taken["additionalProperties"] = false;
  if (told.length > 0) {
    const before = typeof schema["description"] === "string" ? `${schema["description"]}\n\n` : "";
    taken["description"] = `${before}{${told.join(", ")}}`;
  }
  return taken;
}

function mapped(schemas: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, takenBranch(schema)]));
}

function takenBranch(schema: Json): Json {
  return isObject(schema) ? takenSchema(schema) : schema;
}
