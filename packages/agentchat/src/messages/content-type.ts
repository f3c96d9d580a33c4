import {
  ValueError,
  compileSchema,
  isObject,
  toJsonSchema,
  validateStandard,
  type JsonObject,
} from "@tesserae/core";
import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { ContentType } from "./definition.ts";

/** The name of a content type that was given none, as in Python. */
export const GENERATED_CONTENT_NAME = "GeneratedContentModel";

/**
 * Makes a content type of a Standard Schema or a JSON Schema. The name becomes part of the messages' tag, byte for
 * byte. Checks must be synchronous.
 */
export function contentType<T = unknown>(
  name: string,
  schema: StandardSchemaV1<unknown, T> | JsonObject,
  options: { readonly jsonSchema?: JsonObject | undefined } = {},
): ContentType<T> {
  if (isStandard(schema)) return standardContentType(name, schema, options.jsonSchema ?? toJsonSchema(schema));
  const compiled = compileSchema(schema);
  return {
    name,
    jsonSchema: schema,
    parse(value) {
      const outcome = compiled.validate(value);
      // The schema says what the value is; the caller says which type that means.
      if (outcome.ok) return outcome.value as T;
      throw invalid(name, outcome.issues);
    },
  };
}

/** A content type as it is, or made of a schema under the schema's title. */
export function asContentType(value: ContentType<unknown> | StandardSchemaV1): ContentType<unknown> {
  if (!isStandard(value)) return value;
  const { title } = toJsonSchema(value);
  return contentType(typeof title === "string" ? title : GENERATED_CONTENT_NAME, value);
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
      if (outcome.ok) return outcome.value;
      throw invalid(name, outcome.issues);
    },
  };
}

function invalid(name: string, issues: readonly { readonly pointer: string; readonly message: string }[]): ValueError {
  const list = issues.map(({ pointer, message }) => `${pointer || "(root)"}: ${message}`).join("; ");
  return new ValueError(`The content does not fit ${name}. ${list}`, { code: "ERR_MODEL_ANSWER" });
}

function isStandard(value: object): value is StandardSchemaV1<unknown, never> {
  return "~standard" in value;
}
