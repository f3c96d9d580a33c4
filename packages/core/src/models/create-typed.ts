import type { StandardSchemaV1 } from "@standard-schema/spec";
import { TesseraeError } from "../errors/tesserae-error.ts";
import { isObject, type JsonObject } from "../json.ts";
import { formatIssues } from "../schema/issue.ts";
import { validateStandard, type InferOutput } from "../schema/standard.ts";
import { mapSubschemas } from "../schema/subschemas.ts";
import { toJsonSchema, type ToJsonSchemaOptions } from "../schema/to-json-schema.ts";
import type { ChatCompletionClient, CreateOptions } from "./chat-completion-client.ts";
import type { CreateResult, LLMMessage } from "./messages.ts";

/** Options of {@link createTyped}: those of `create` without tools and output format, and how to read the schema. */
export interface TypedOptions<Schema> extends Omit<CreateOptions, "tools" | "toolChoice" | "jsonOutput"> {
  /** The name under which the provider gets the schema. Default `answer`. */
  readonly name?: string | undefined;
  /** Whether the provider holds the model to the schema; it then wants every property to be required. Default true. */
  readonly strict?: boolean | undefined;
  /** Makes the JSON Schema, for libraries that do not. */
  readonly adapter?: ToJsonSchemaOptions<Schema>["adapter"];
  /** The JSON Schema, written by hand. */
  readonly jsonSchema?: ToJsonSchemaOptions<Schema>["jsonSchema"];
}

/** An answer with its value. */
export interface TypedResult<T> {
  readonly value: T;
  /** The whole answer; its content is the JSON text. */
  readonly result: CreateResult;
}

/**
 * Asks a model for structured output and gives the parsed and checked value beside the answer.
 *
 * @throws TesseraeError `ERR_MODEL_ANSWER` when the answer is no JSON or does not fit the schema; the rest as `create`.
 * @example
 * const { value } = await createTyped(client, messages, z.object({ city: z.string(), population: z.number() }));
 */
export async function createTyped<Schema extends StandardSchemaV1>(
  client: ChatCompletionClient,
  messages: readonly LLMMessage[],
  schema: Schema,
  options: TypedOptions<Schema> = {},
): Promise<TypedResult<InferOutput<Schema>>> {
  const { name = "answer", strict = true, adapter, jsonSchema, ...others } = options;
  const json = toJsonSchema(schema, { adapter, jsonSchema });
  const jsonOutput = { name, schema: strict ? closed(json) : json, strict };
  const result = await client.create(messages, { ...others, jsonOutput });
  const value = parsed(client.model, result);
  const verdict = await validateStandard<InferOutput<Schema>>(schema, value);
  if (verdict.ok) return { value: verdict.value, result };
  throw badAnswer(client.model, result, `does not fit the schema: ${formatIssues(verdict.issues)}`);
}

/** Providers that hold a model to a schema want every object to say that it has no other members. */
function closed(schema: unknown): JsonObject {
  if (!isObject(schema)) return {};
  const mapped = mapSubschemas(schema, "", (part) => (isObject(part) ? closed(part) : part)) as JsonObject;
  const isOpen = isObject(mapped["properties"]) && mapped["additionalProperties"] === undefined;
  return isOpen ? { ...mapped, additionalProperties: false } : mapped;
}

function parsed(model: string, result: CreateResult): unknown {
  const { content } = result;
  if (typeof content !== "string") throw badAnswer(model, result, "is a call of a function");
  try {
    return JSON.parse(content);
  } catch (cause) {
    throw badAnswer(model, result, "is no JSON", cause);
  }
}

function badAnswer(
  model: string,
  { content, finishReason }: CreateResult,
  what: string,
  cause?: unknown,
): TesseraeError {
  const shown = JSON.stringify(content);
  const text = `The answer of ${model} ${what} (finish reason ${finishReason}): ${shown.length > 300 ? `${shown.slice(0, 300)}…` : shown}`;
  return new TesseraeError("ERR_MODEL_ANSWER", text, cause === undefined ? {} : { cause });
}
