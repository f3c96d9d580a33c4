import { type CreateOptions, isObject, type Json, type JsonObject, strictSchema, ValueError } from "@tesserae/core";
import { warnOnce } from "../shared/warn.ts";

/** The `response_format` of a request; `strict` is true when the call asks for structured output that is strict. */
export interface OutputFormat {
  readonly format: Json | undefined;
  readonly strict: boolean;
}

/**
 * The format that a call asks for by `jsonOutput`, else the one among its parameters.
 *
 * A schema of which nobody says whether it is strict is sent in its strict form, and without one as not strict.
 * A schema among the parameters, without the API's wrapping, is an older spelling of `jsonOutput`: it works and warns.
 *
 * @throws ValueError when both are schemas, or `jsonOutput` is something else than a flag or a schema.
 */
export function outputFormat(
  model: string,
  jsonOutput: CreateOptions["jsonOutput"],
  parameter: Json | undefined,
): OutputFormat {
  const legacy = isSchema(parameter) ? parameter : undefined;
  if (legacy !== undefined) {
    const text = "A schema as response_format is deprecated: pass it as jsonOutput of create and createStream.";
    warnOnce("TESSERAE_DEPRECATED_OPTION", text);
  }
  if (jsonOutput === undefined || jsonOutput === null) {
    return legacy === undefined ? { format: parameter, strict: false } : schemaFormat(legacy);
  }
  if (typeof jsonOutput === "boolean") {
    return { format: { type: jsonOutput ? "json_object" : "text" }, strict: false };
  }
  if (!isSchema(jsonOutput)) {
    throw new ValueError(
      "jsonOutput must be true, false, or a schema { name, schema }. Make one of a schema library with toJsonSchema.",
    );
  }
  if (legacy !== undefined) {
    throw new ValueError("response_format and jsonOutput are both schemas: drop response_format.");
  }
  if (parameter !== undefined) {
    const text = `response_format is dropped for ${model}: the call asks for structured output by jsonOutput.`;
    warnOnce("TESSERAE_RESPONSE_FORMAT_DROPPED", text);
  }
  return schemaFormat(jsonOutput);
}

interface Schema {
  readonly name: string;
  readonly schema: JsonObject;
  readonly description?: unknown;
  readonly strict?: unknown;
}

function schemaFormat({ name, schema, description, strict: wanted }: Schema): OutputFormat {
  // The provider refuses a schema that is called strict and is not. The caller's word is passed on as it is.
  const made = wanted === undefined ? strictSchema(schema) : undefined;
  const strict = made?.ok ?? wanted === true;
  const json = {
    name,
    schema: made?.ok === true ? made.schema : schema,
    strict,
    ...(typeof description === "string" ? { description } : {}),
  };
  return { format: { type: "json_schema", json_schema: json }, strict };
}

/** A schema with its name, not wrapped as the API wants it. */
function isSchema(value: unknown): value is Schema {
  return isObject(value) && typeof value["name"] === "string" && isObject(value["schema"]);
}

/** The type of a `response_format`; `undefined` when it has none. */
export function formatType(format: Json | undefined): string | undefined {
  return isObject(format) && typeof format["type"] === "string" ? format["type"] : undefined;
}
