import { ValueError } from "../errors/kinds.ts";
import { isObject, type JsonObject } from "../json.ts";
import { jsonPointer } from "../json-pointer.ts";
import { isJson, toJson } from "../to-json.ts";
import type { ParametersSchema } from "../tools/tool.ts";
import { SchemaConversionError } from "./errors.ts";
import { inlineReferences } from "./inline-references.ts";
import type { JsonSchemaObject } from "./json-schema.ts";
import { orderKeywords } from "./order-keywords.ts";

/** Options of {@link toParametersSchema}. */
export interface ParametersSchemaOptions {
  /** Check what providers ask of strict tools: every parameter required, no others allowed. Default false. */
  readonly strict?: boolean;
}

/**
 * Makes the schema of a tool's parameters from the JSON Schema of its arguments.
 *
 * References are replaced by what they point at (recursive types stay, under `$defs`), `type` is `object`, `required`
 * is a list even when empty, `additionalProperties` is false unless the schema says otherwise. Keywords come in a fixed
 * order and properties in the author's, so that the same tool is the same bytes in every request.
 *
 * @throws ValueError beginning "Strict mode is enabled" when `strict` asks for what the schema does not give;
 * SchemaConversionError when the schema is not one of an object.
 */
export function toParametersSchema(
  schema: JsonObject | JsonSchemaObject,
  options: ParametersSchemaOptions = {},
): ParametersSchema {
  const { schema: inlined, definitions } = inlineReferences(schema);
  const object = objectSchema(inlined, definitions);
  const properties = readProperties(object);
  const required = Array.isArray(object["required"]) ? object["required"].map(String) : [];
  const additional = object["additionalProperties"] ?? false;
  if (options.strict === true) checkStrict(Object.keys(properties), required, additional);
  return {
    type: "object",
    properties,
    required,
    additionalProperties: typeof additional === "boolean" ? additional : ordered(additional, ["additionalProperties"]),
    ...(Object.keys(definitions).length > 0 ? { $defs: orderedRecord(definitions, ["$defs"]) } : {}),
  };
}

/** The object schema at the root: the root itself, what it refers to, or its `allOf` taken together. */
function objectSchema(root: unknown, definitions: Readonly<Record<string, unknown>>): Record<string, unknown> {
  if (!isObject(root)) throw notAnObject("true or false");
  const reference = root["$ref"];
  if (typeof reference === "string") {
    const name = Object.keys(definitions).find((key) => reference === `#/$defs${jsonPointer([key])}`);
    const target = name === undefined ? undefined : definitions[name];
    if (!isObject(target)) throw notAnObject(`a reference to ${JSON.stringify(reference)}`);
    return objectSchema(target, definitions);
  }
  if (Array.isArray(root["allOf"])) return mergeAll(root, root["allOf"], definitions);
  if (root["anyOf"] !== undefined || root["oneOf"] !== undefined) throw notAnObject("a union");
  const type = root["type"];
  if (type !== undefined && type !== "object") throw notAnObject(`of type ${JSON.stringify(type)}`);
  return root;
}

function mergeAll(
  root: Record<string, unknown>,
  parts: readonly unknown[],
  definitions: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const { allOf: _parts, ...own } = root;
  const objects = [...parts.map((part) => objectSchema(part, definitions)), objectSchema(own, definitions)];
  const required = objects.flatMap((object) =>
    Array.isArray(object["required"]) ? object["required"].map(String) : [],
  );
  return {
    properties: Object.assign({}, ...objects.map((object) => object["properties"])) as unknown,
    required: [...new Set(required)],
    // Each part would refuse the others' keys, which nobody means.
    additionalProperties: objects.some((object) => object["additionalProperties"] === true),
  };
}

function notAnObject(found: string): SchemaConversionError {
  return new SchemaConversionError(
    `The parameters of a tool must be described by the schema of an object, but the schema is ${found}. ` +
      'Wrap it: { type: "object", properties: { value: … } }.',
    { keyword: "type" },
  );
}

function readProperties(object: Record<string, unknown>): ParametersSchema["properties"] {
  const properties = object["properties"] ?? {};
  if (!isObject(properties)) {
    throw new SchemaConversionError('The keyword "properties" at the schema\'s root must be an object.', {
      keyword: "properties",
    });
  }
  return orderedRecord(properties, ["properties"]);
}

function orderedRecord(
  schemas: Readonly<Record<string, unknown>>,
  path: readonly string[],
): Record<string, JsonObject> {
  return Object.fromEntries(Object.entries(schemas).map(([key, schema]) => [key, ordered(schema, [...path, key])]));
}

/** One schema in the fixed order of keywords. `true` and `false`, which not all providers take, are written as objects. */
function ordered(schema: unknown, path: readonly string[]): JsonObject {
  if (schema === true) return {};
  if (schema === false) return { not: {} };
  const result = orderKeywords(schema);
  if (isObject(result) && isJson(result)) return result;
  toJson(result, `the schema at ${jsonPointer(path)}`);
  throw new SchemaConversionError(`Expected a schema at ${jsonPointer(path)}: an object, true or false.`, {
    pointer: jsonPointer(path),
  });
}

function checkStrict(names: readonly string[], required: readonly string[], additional: unknown): void {
  const optional = names.filter((name) => !required.includes(name));
  if (optional.length > 0) {
    throw new ValueError(
      `Strict mode is enabled, but these parameters are optional: ${optional.join(", ")}. ` +
        "List every parameter in required and give none a default; let one that may be left out be null instead.",
    );
  }
  const undeclared = required.filter((name) => !names.includes(name));
  if (undeclared.length > 0) {
    throw new ValueError(
      `Strict mode is enabled, but these required parameters have no schema: ${undeclared.join(", ")}.`,
    );
  }
  if (additional !== false) {
    throw new ValueError(
      "Strict mode is enabled, but the schema lets other parameters through. Set additionalProperties to false.",
    );
  }
}
