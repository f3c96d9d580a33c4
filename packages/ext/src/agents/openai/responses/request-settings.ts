import { MASKED_SECRET, type JsonObject, type OutputSchema } from "@tesserae/core";
import type { ResolvedModel } from "../../../models/shared/resolve-model.ts";

/** What of an agent shapes its requests. */
export interface RequestSettings {
  readonly model: string;
  readonly resolved: ResolvedModel;
  /** `undefined`: not sent. */
  readonly temperature: number | undefined;
  readonly maxOutputTokens: number | undefined;
  /** The tools that OpenAI runs, as the interface has them. */
  readonly builtInTools: readonly JsonObject[];
  readonly jsonMode: boolean;
  readonly jsonSchema: OutputSchema | undefined;
  readonly store: boolean;
  readonly truncation: string;
}

/** What is the same in every request; also what records tell of it. */
export function fixedParameters(settings: RequestSettings): JsonObject {
  const { temperature, maxOutputTokens, jsonMode, jsonSchema, store, truncation } = settings;
  const format = jsonSchema !== undefined ? schemaFormat(jsonSchema) : jsonMode ? { type: "json_object" } : undefined;
  return {
    ...(temperature === undefined ? {} : { temperature }),
    ...(maxOutputTokens === undefined ? {} : { max_output_tokens: maxOutputTokens }),
    ...(format === undefined ? {} : { text: { format } }),
    store,
    truncation,
    // What a model that reasons has thought is sealed for us where the provider keeps nothing.
    ...(!store && settings.resolved.abilities.reasoning === true ? { include: ["reasoning.encrypted_content"] } : {}),
  };
}

/** A schema as the format of an answer; strict unless it says that it is not. */
export function schemaFormat({ name, schema, description, strict = true }: OutputSchema): JsonObject {
  return { type: "json_schema", name, schema, strict, ...(description === undefined ? {} : { description }) };
}

/** A tool of OpenAI's without what opens the door of an MCP server. */
export function withoutSecrets(tool: JsonObject): JsonObject {
  const { headers, authorization } = tool;
  return {
    ...tool,
    ...(headers === undefined ? {} : { headers: masked(headers) }),
    ...(authorization === undefined ? {} : { authorization: MASKED_SECRET }),
  };
}

function masked(headers: JsonObject[string]): JsonObject {
  return Object.fromEntries(Object.keys(Object(headers)).map((name) => [name, MASKED_SECRET]));
}
