import type { StandardSchemaV1 } from "@standard-schema/spec";
import { TesseraeError } from "../errors/tesserae-error.ts";
import { ValueError } from "../errors/kinds.ts";
import type { JsonObject } from "../json.ts";
import { formatIssues } from "../schema/issue.ts";
import { validateStandard, type InferOutput } from "../schema/standard.ts";
import { strictSchema } from "../schema/strict-schema.ts";
import { toJsonSchema, type ToJsonSchemaOptions } from "../schema/to-json-schema.ts";
import type { ChatCompletionClient, CreateOptions } from "./chat-completion-client.ts";
import type { CreateResult, LLMMessage } from "./messages.ts";

/** Options of {@link createTyped}: those of `create` without tools and output format, and how to read the schema. */
export interface TypedOptions<Schema> extends Omit<CreateOptions, "tools" | "toolChoice" | "jsonOutput"> {
  /** The name under which the provider gets the schema. Default `answer`. */
  readonly name?: string | undefined;
  /** Whether the provider holds the model to the schema. Default: wherever it can, which the client judges. */
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
 * @throws TesseraeError `ERR_MODEL_ANSWER` when the answer is no JSON or does not fit the schema; ValueError when it
 * shall be strict and the schema has no strict form; the rest as `create`.
 * @example
 * const { value } = await createTyped(client, messages, z.object({ city: z.string(), population: z.number() }));
 */
export async function createTyped<Schema extends StandardSchemaV1>(
  client: ChatCompletionClient,
  messages: readonly LLMMessage[],
  schema: Schema,
  options: TypedOptions<Schema> = {},
): Promise<TypedResult<InferOutput<Schema>>> {
  const { name = "answer", strict, adapter, jsonSchema, ...others } = options;
  const json = toJsonSchema(schema, { adapter, jsonSchema });
  const jsonOutput =
    strict === undefined ? { name, schema: json } : { name, schema: strict ? closed(json) : json, strict };
  const result = await client.create(messages, { ...others, jsonOutput });
  const value = parsed(client.model, result);
  const verdict = await validateStandard<InferOutput<Schema>>(schema, value);
  if (verdict.ok) return { value: verdict.value, result };
  throw badAnswer(client.model, result, `does not fit the schema: ${formatIssues(verdict.issues)}`);
}

function closed(json: JsonObject): JsonObject {
  const made = strictSchema(json);
  if (made.ok) return made.schema;
  throw new ValueError(`The schema cannot be strict: ${made.reason}. Change it, or leave out the option strict.`);
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
