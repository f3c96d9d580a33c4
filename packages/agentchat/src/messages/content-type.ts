import {
  ValueError,
  compileSchema,
  formatIssues,
  isStandardSchema,
  toJsonSchema,
  validateStandard,
  type JsonObject,
} from "@tesserae/core";
import type { StandardSchemaV1 } from "@standard-schema/spec";
import { inDeclarationOrder } from "./declaration-order.ts";
import type { ContentType } from "./definition.ts";

/** The name of a content type that was given none, as in Python. */
export const GENERATED_CONTENT_NAME = "GeneratedContentModel";

/**
 * Makes a content type of a Standard Schema or a JSON Schema. The name becomes part of the messages' tag, byte for
 * byte. Checks must be synchronous.
 *
 * With a JSON Schema values are read as pydantic reads them: `"7"` is taken for 7 where a number is wanted, defaults are
 * filled in, and keys come out in the order in which the schema declares them.
 */
export function contentType<T = unknown>(
  name: string,
  schema: StandardSchemaV1<unknown, T> | JsonObject,
  options: { readonly jsonSchema?: JsonObject | undefined } = {},
): ContentType<T> {
  return isStandard(schema)
    ? standardContentType(name, schema, options.jsonSchema ?? toJsonSchema(schema))
    : jsonContentType(name, schema);
}

/** A content type as it is, or made of a schema under the schema's title. */
export function asContentType(value: ContentType<unknown> | StandardSchemaV1): ContentType<unknown> {
  if (!isStandard(value)) {
    if (typeof value.parse === "function") return value;
    throw new ValueError("An output type is a contentType(name, schema) or a Standard Schema.");
  }
  const { title } = toJsonSchema(value);
  return contentType(typeof title === "string" ? title : GENERATED_CONTENT_NAME, value);
}

function jsonContentType<T>(name: string, jsonSchema: JsonObject): ContentType<T> {
  const compiled = compileSchema(jsonSchema, { coerce: true, defaults: true });
  return {
    name,
    jsonSchema,
    parse(value) {
      const outcome = compiled.validate(value);
      if (!outcome.ok) throw invalid(name, outcome.issues);
      // The schema says what the value is; the caller says which type that means.
      return inDeclarationOrder(jsonSchema, outcome.value) as T;
    },
  };
}

function standardContentType<T>(
  name: string,
  schema: StandardSchemaV1<unknown, T>,
  jsonSchema: JsonObject,
): ContentType<T> {
  return {
    name,
    jsonSchema,
    parse(value) {
      const outcome = validateStandard(schema, value);
      if (outcome instanceof Promise) {
        throw new ValueError(`The schema of ${name} checks asynchronously, which a message's content cannot.`);
      }
      if (!outcome.ok) throw invalid(name, outcome.issues);
      return outcome.value;
    },
  };
}

function invalid(name: string, issues: Parameters<typeof formatIssues>[0]): ValueError {
  return new ValueError(`The content does not fit ${name}. ${formatIssues(issues)}`, { code: "ERR_MODEL_ANSWER" });
}

function isStandard<T>(value: StandardSchemaV1<unknown, T> | object): value is StandardSchemaV1<unknown, T> {
  return isStandardSchema(value);
}
