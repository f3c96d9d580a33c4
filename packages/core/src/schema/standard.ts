import type { StandardSchemaV1 } from "@standard-schema/spec";
import { isObject } from "../json.ts";
import { jsonPointer } from "../json-pointer.ts";
import { SchemaConversionError } from "./errors.ts";
import type { SchemaIssue, ValidationResult } from "./issue.ts";

/** The type of what a schema accepts. Reads one property type, so it costs the compiler next to nothing. */
export type InferInput<Schema extends StandardSchemaV1> = NonNullable<Schema["~standard"]["types"]>["input"];

/** The type of what a schema gives back. */
export type InferOutput<Schema extends StandardSchemaV1> = NonNullable<Schema["~standard"]["types"]>["output"];

/** True for a schema of any library that keeps to Standard Schema (zod 3.24 and later, valibot 1, arktype 2, …). */
export function isStandardSchema(value: unknown): value is StandardSchemaV1 {
  // arktype's schemas are functions.
  if ((typeof value !== "object" && typeof value !== "function") || value === null || !("~standard" in value))
    return false;
  const standard = value["~standard"];
  return isObject(standard) && standard["version"] === 1 && typeof standard["validate"] === "function";
}

/**
 * Validates a value with a schema of any library and gives the verdict in our form, with pointers.
 *
 * A promise comes back only where the library gives one, that is, for schemas with asynchronous checks.
 *
 * @throws SchemaConversionError when `schema` is no Standard Schema. What a check of the user's throws is passed on.
 */
export function validateStandard<Output>(
  schema: StandardSchemaV1<unknown, Output>,
  value: unknown,
): ValidationResult<Output> | Promise<ValidationResult<Output>> {
  if (!isStandardSchema(schema)) {
    throw new SchemaConversionError(
      "Expected a Standard Schema: an object with the property ~standard, as zod 3.24, valibot 1 and arktype 2 make them.",
    );
  }
  const result = schema["~standard"].validate(value);
  return isPromise(result) ? result.then(toResult) : toResult(result);
}

function isPromise<T>(value: T | Promise<T>): value is Promise<T> {
  return value instanceof Promise || (isObject(value) && typeof value["then"] === "function");
}

function toResult<Output>(result: StandardSchemaV1.Result<Output>): ValidationResult<Output> {
  if (result.issues === undefined) return { ok: true, value: result.value };
  return { ok: false, issues: result.issues.map(toIssue) };
}

function toIssue({ message, path = [] }: StandardSchemaV1.Issue): SchemaIssue {
  const segments = path.map((segment) => {
    const key = typeof segment === "object" ? segment.key : segment;
    return typeof key === "symbol" ? String(key) : key;
  });
  return { pointer: jsonPointer(segments), keyword: "schema", message, schemaPointer: "" };
}
