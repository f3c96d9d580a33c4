import type { StandardJSONSchemaV1, StandardSchemaV1 } from "@standard-schema/spec";
import { isObject, type JsonObject } from "../json.ts";
import { findJsonFault } from "../json-fault.ts";
import { isJson } from "../to-json.ts";
import { SchemaConversionError } from "./errors.ts";
import type { JsonSchemaObject } from "./json-schema.ts";
import { isStandardSchema } from "./standard.ts";

/** Options of {@link toJsonSchema}. */
export interface ToJsonSchemaOptions<Schema> {
  /** Describe what the schema accepts (`input`, the default: what a model must write) or what it gives back. */
  readonly io?: "input" | "output";
  /** Makes the JSON Schema, for a library that does not do it itself, such as `zod3ToJsonSchema` or valibot's `toJsonSchema`. */
  readonly adapter?: ((schema: Schema) => object) | undefined;
  /** The JSON Schema itself, written by hand. */
  readonly jsonSchema?: JsonObject | JsonSchemaObject | undefined;
}

/**
 * The JSON Schema (draft 2020-12) of a schema of any library.
 *
 * What the caller gives goes first, `jsonSchema` before `adapter`; otherwise the library's own `~standard.jsonSchema`
 * is asked (zod 4.2 and arktype 2.1.28 have it). `$schema` is left out, so that providers take the result as it is.
 *
 * @throws SchemaConversionError `ERR_SCHEMA_NO_JSON` when there is none of the three or when it fails.
 */
export function toJsonSchema<Schema extends StandardSchemaV1>(
  schema: Schema,
  options: ToJsonSchemaOptions<Schema> = {},
): JsonObject {
  if (options.jsonSchema !== undefined) return clean(options.jsonSchema, "the option jsonSchema");
  if (!isStandardSchema(schema)) {
    throw new SchemaConversionError(
      "Expected a Standard Schema: an object with the property ~standard, as zod 3.24, valibot 1 and arktype 2 make them.",
    );
  }
  const { adapter } = options;
  const { vendor } = schema["~standard"];
  if (adapter !== undefined)
    return clean(
      attempt(vendor, () => adapter(schema)),
      "the adapter's result",
    );
  const convert = converterOf(schema);
  if (convert === undefined) {
    throw noJson(`The schema library "${vendor}" does not say what the JSON Schema of this schema is. ${WAYS}`);
  }
  const json = attempt(vendor, () => convert[options.io ?? "input"]({ target: "draft-2020-12" }));
  return clean(json, `the JSON Schema made by "${vendor}"`);
}

const WAYS =
  "Use a library that offers `~standard.jsonSchema` (zod 4.2, arktype 2.1.28), or pass its `jsonSchema`, " +
  "such as `zod3ToJsonSchema(schema)` or `valibotToJsonSchema(schema)` of @tesserae/core/schema/zod3 or /valibot.";

function noJson(message: string, cause?: unknown): SchemaConversionError {
  return new SchemaConversionError(
    message,
    cause === undefined ? { code: "ERR_SCHEMA_NO_JSON" } : { code: "ERR_SCHEMA_NO_JSON", cause },
  );
}

function converterOf(schema: StandardSchemaV1): StandardJSONSchemaV1.Converter | undefined {
  const standard: StandardSchemaV1["~standard"] & { readonly jsonSchema?: unknown } = schema["~standard"];
  return isConverter(standard.jsonSchema) ? standard.jsonSchema : undefined;
}

function isConverter(value: unknown): value is StandardJSONSchemaV1.Converter {
  return isObject(value) && typeof value["input"] === "function" && typeof value["output"] === "function";
}

function attempt(vendor: string, convert: () => object): object {
  try {
    return convert();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw noJson(`The schema of "${vendor}" has no JSON Schema: ${reason.replace(/\.?$/, ".")} ${WAYS}`, cause);
  }
}

function clean(json: unknown, what: string): JsonObject {
  if (!isObject(json)) throw noJson(`Expected ${what} to be an object of JSON Schema keywords.`);
  // Libraries hang helpers on the result that are no part of it (zod: a ~standard that cannot be enumerated).
  const { $schema: _dialect, ...keywords } = json;
  if (isJson(keywords) && isObject(keywords)) return keywords;
  const fault = findJsonFault(keywords, { loneSurrogates: "allow" });
  throw noJson(
    `Expected ${what} to be JSON, but found ${fault?.reason ?? "something else"} at ${fault?.pointer ?? "its root"}.`,
  );
}
