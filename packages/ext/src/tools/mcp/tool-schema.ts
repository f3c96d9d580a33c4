import { isObject, type Json, type JsonObject, type ParametersSchema } from "@tesserae/core";
import type { McpTool } from "./mcp-types.ts";

/**
 * What a model is told of a tool's arguments: the server's schema whole, with its `$defs` and whatever else it says. What
 * the schema leaves open is closed as in AutoGen: no properties, none required, no others. An array that does not say
 * what it holds gets `items`, without which some providers refuse the request.
 */
export function parametersOf({ inputSchema }: McpTool): ParametersSchema {
  // The dialect is nothing to a model, and some providers refuse it.
  const { $schema: _dialect, ...schema } = inputSchema;
  const { properties, required = [], additionalProperties = false, ...rest } = withItems(schema);
  const whole: JsonObject = {
    ...rest,
    type: "object",
    properties: isObject(properties) ? properties : {},
    required,
    additionalProperties,
  };
  // A JSON Schema of an object, as the protocol demands, with what was missing.
  return whole as JsonObject & ParametersSchema;
}

/** Keywords under which a schema stands, a list of schemas, and schemas by name. */
const ONE = ["items", "additionalProperties", "not", "if", "then", "else", "contains", "propertyNames"];
const LISTS = ["anyOf", "oneOf", "allOf", "prefixItems"];
const RECORDS = ["properties", "patternProperties", "$defs", "definitions", "dependentSchemas"];

function withItems(schema: JsonObject): JsonObject {
  const entries = Object.entries(schema).map(([keyword, value]): [string, Json] => {
    if (ONE.includes(keyword)) return [keyword, isSchema(value) ? withItems(value) : value];
    if (LISTS.includes(keyword) && Array.isArray(value)) {
      return [keyword, value.map((each: Json) => (isSchema(each) ? withItems(each) : each))];
    }
    if (!RECORDS.includes(keyword) || !isSchema(value)) return [keyword, value];
    const named = Object.entries(value).map(([name, each]) => [name, isSchema(each) ? withItems(each) : each]);
    return [keyword, Object.fromEntries(named) as JsonObject];
  });
  const { type } = schema;
  const isArray = type === "array" || (Array.isArray(type) && type.includes("array"));
  const isOpen = isArray && schema["items"] === undefined && schema["prefixItems"] === undefined;
  return Object.fromEntries(isOpen ? [...entries, ["items", {}]] : entries);
}

function isSchema(value: Json | undefined): value is JsonObject {
  return isObject(value);
}
