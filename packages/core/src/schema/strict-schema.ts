import { isObject, type JsonObject } from "../json.ts";
import { pointerToken } from "../json-pointer.ts";
import { mapSubschemas } from "./subschemas.ts";

/** What {@link strictSchema} made, or why it cannot be made. */
export type StrictSchema =
  | { readonly ok: true; readonly schema: JsonObject }
  | { readonly ok: false; readonly reason: string };

/** Keywords that no model can be held to; the list of OpenAI's own SDK. */
const NOT_TAKEN: ReadonlySet<string> = new Set([
  "$anchor",
  "$dynamicAnchor",
  "$dynamicRef",
  "$id",
  "allOf",
  "contains",
  "contentEncoding",
  "contentMediaType",
  "dependencies",
  "dependentRequired",
  "dependentSchemas",
  "else",
  "if",
  "maxContains",
  "maxProperties",
  "minContains",
  "minProperties",
  "not",
  "patternProperties",
  "prefixItems",
  "propertyNames",
  "then",
  "unevaluatedItems",
  "unevaluatedProperties",
  "uniqueItems",
]);

/** Ends the walk at the first part that has no strict form. */
class NotStrict extends Error {}

/**
 * A schema in the form to which providers hold a model ("strict" structured output and tools): every object closed,
 * every property required, `oneOf` as `anyOf`. Whatever fits the result fits the given schema too. A property that may
 * be left out is required where it may be null or has a default; any other, and whatever else would change its meaning
 * (open objects, tuples, conditions), has no strict form: `reason` says where.
 *
 * The rules are those of https://platform.openai.com/docs/guides/structured-outputs#supported-schemas.
 */
export function strictSchema(schema: JsonObject): StrictSchema {
  if (schema["type"] !== "object" || schema["anyOf"] !== undefined || schema["oneOf"] !== undefined) {
    return { ok: false, reason: "the whole must be one object, no union and no list" };
  }
  try {
    // What was JSON, and is copied, is JSON.
    return { ok: true, schema: strict(schema, "", schema) as JsonObject };
  } catch (error) {
    if (error instanceof NotStrict) return { ok: false, reason: error.message };
    throw error;
  }
}

function strict(schema: unknown, pointer: string, root: JsonObject): unknown {
  if (schema === true) return {};
  if (!isObject(schema)) throw new NotStrict(`${where(pointer)} takes nothing`);
  for (const keyword of Object.keys(schema)) {
    if (NOT_TAKEN.has(keyword)) throw new NotStrict(`${where(pointer)} has ${keyword}`);
  }
  if (Array.isArray(schema["items"])) throw new NotStrict(`${where(pointer)} is a tuple`);
  const { additionalProperties, ...rest } = schema;
  const { oneOf, ...mapped } = mapSubschemas(rest, pointer, (part, at) => strict(part, at, root));
  if (oneOf !== undefined && mapped["anyOf"] !== undefined) {
    throw new NotStrict(`${where(pointer)} has both anyOf and oneOf`);
  }
  const same = oneOf === undefined ? mapped : { ...mapped, anyOf: oneOf };
  if (!isObjectSchema(schema)) return same;
  const properties = schema["properties"];
  if (!isObject(properties)) throw new NotStrict(`${where(pointer)} is an object that does not say its properties`);
  if (additionalProperties !== undefined && additionalProperties !== false) {
    throw new NotStrict(`${where(pointer)} is an object that may have more properties`);
  }
  const required = Array.isArray(schema["required"]) ? schema["required"] : [];
  for (const [name, property] of Object.entries(properties)) {
    if (required.includes(name) || mayBeFilled(property, root)) continue;
    throw new NotStrict(`${where(`${pointer}/properties${pointerToken(name)}`)} may be left out, but not be null`);
  }
  return { ...same, additionalProperties: false, required: Object.keys(properties) };
}

function isObjectSchema({ type, properties }: Readonly<Record<string, unknown>>): boolean {
  return type === "object" || properties !== undefined || (Array.isArray(type) && type.includes("object"));
}

/** Whether a model that must write the property can always write something that means the same as to leave it out. */
function mayBeFilled(property: unknown, root: JsonObject): boolean {
  return isObject(property) && (property["default"] !== undefined || takesNull(property, root, 0));
}

/** References are followed a few steps: one that goes in a circle takes nothing. */
const MOST_STEPS = 20;

function takesNull(schema: unknown, root: JsonObject, step: number): boolean {
  if (!isObject(schema) || step > MOST_STEPS) return schema === true;
  const { type, anyOf, oneOf, $ref, const: constant } = schema;
  if (typeof $ref === "string") return takesNull(definitionOf($ref, root), root, step + 1);
  const branches = Array.isArray(anyOf) ? anyOf : oneOf;
  if (Array.isArray(branches)) return branches.some((branch) => takesNull(branch, root, step + 1));
  if (type === "null" || constant === null) return true;
  if (Array.isArray(type)) return type.includes("null");
  const values = schema["enum"];
  return type === undefined && (Array.isArray(values) ? values.includes(null) : constant === undefined);
}

function definitionOf(reference: string, root: JsonObject): unknown {
  const [, keyword = "", name = ""] = /^#\/(\$defs|definitions)\/([^/]+)$/.exec(reference) ?? [];
  const definitions = root[keyword];
  return isObject(definitions) ? definitions[name.replaceAll("~1", "/").replaceAll("~0", "~")] : undefined;
}

function where(pointer: string): string {
  return pointer === "" ? "the whole" : pointer;
}
