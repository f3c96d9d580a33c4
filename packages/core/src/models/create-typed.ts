import type { StandardSchemaV1 } from "@standard-schema/spec";
import { ValueError } from "../errors/kinds.ts";
import type { JsonObject } from "../json.ts";
import { formatIssues, toJsonSchema, validateStandard } from "../schema/index.ts";
import type { ChatCompletionClient, CreateOptions } from "./chat-completion-client.ts";
import type { CreateResult, LLMMessage } from "./messages.ts";

/** Options of {@link createTyped}. */
export interface CreateTypedOptions extends Omit<CreateOptions, "jsonOutput"> {
  /** The name under which the provider gets the schema. Default: the schema's title, else `answer`. */
  readonly name?: string | undefined;
  /** The JSON Schema, for a schema library that cannot tell it. */
  readonly jsonSchema?: JsonObject | undefined;
}

/**
 * Calls a model for a structured answer and gives it parsed, with the type of the schema.
 *
 * @throws ValueError `ERR_MODEL_ANSWER` when the answer is not text, not JSON, or does not fit the schema.
 */
export async function createTyped<Output>(
  client: ChatCompletionClient,
  messages: readonly LLMMessage[],
  schema: StandardSchemaV1<unknown, Output>,
  options: CreateTypedOptions = {},
): Promise<{ readonly value: Output; readonly result: CreateResult }> {
  const { name, jsonSchema = toJsonSchema(schema), ...call } = options;
  const { title } = jsonSchema;
  const jsonOutput = { name: name ?? (typeof title === "string" ? title : "answer"), schema: jsonSchema };
  const result = await client.create(messages, { ...call, jsonOutput });
  const outcome = await validateStandard(schema, parsed(result));
  if (!outcome.ok) throw invalid(`it does not fit the schema. ${formatIssues(outcome.issues)}`);
  return { value: outcome.value, result };
}

function parsed({ content }: CreateResult): unknown {
  if (typeof content !== "string") throw invalid("it is a list of tool calls.");
  try {
    return JSON.parse(content);
  } catch (error) {
    throw invalid(`it is no JSON: ${content.slice(0, 200)}`, error);
  }
}

function invalid(problem: string, cause?: unknown): ValueError {
  const options = { code: "ERR_MODEL_ANSWER", cause } as const;
  return new ValueError(`A structured answer was asked of the model, but ${problem}`, options);
}
