import {
  isObject,
  ValueError,
  type CreateOptions,
  type Json,
  type JsonObject,
  type LLMMessage,
  type Tool,
  type ToolSchema,
} from "@tesserae/core";
import type { RequestBody } from "../../../models/openai/request-body.ts";
import { checkName } from "../../../models/shared/check-name.ts";
import { namedToolChoice, toolSchemaOf } from "../../../models/shared/tool-schema.ts";
import { sinceLastResponse } from "./answer-data.ts";
import { encodeInput } from "./encode-input.ts";
import { MCP_APPROVAL } from "./mcp-approvals.ts";
import { fixedParameters, schemaFormat, type RequestSettings } from "./request-settings.ts";

/** How an answer is asked for. */
export interface Asked {
  readonly stream: boolean;
  /** Whether the provider goes on from its last answer, where there is one. */
  readonly chained: boolean;
}

/** The body of a request. @throws ValueError for what the interface does not take. */
export function encodeResponsesRequest(
  settings: RequestSettings,
  messages: readonly LLMMessage[],
  options: CreateOptions,
  { stream, chained }: Asked,
): JsonObject {
  const last = chained ? sinceLastResponse(messages) : undefined;
  const { tools = [], jsonOutput } = options;
  const functions = tools.filter((tool) => toolSchemaOf(tool).name !== MCP_APPROVAL).map(encodeTool);
  const all = [...settings.builtInTools, ...functions];
  const choice = toolChoice(options, functions.length > 0);
  return {
    model: settings.model,
    input: encodeInput(last?.messages ?? messages, settings.store),
    ...fixedParameters(settings),
    ...(all.length === 0 ? {} : { tools: all }),
    ...(all.length === 0 || choice === undefined ? {} : { tool_choice: choice }),
    ...textFormat(jsonOutput),
    ...options.extraCreateArgs,
    ...(last === undefined ? {} : { previous_response_id: last.responseId }),
    ...(stream ? { stream: true } : {}),
  };
}

/** The whole conversation in the form whose tokens are bounded and counted: that of chat completions. */
export function boundedBody(
  settings: RequestSettings,
  messages: readonly LLMMessage[],
  options: Pick<CreateOptions, "tools">,
): RequestBody {
  const body = encodeResponsesRequest(settings, messages, options, { stream: false, chained: false });
  const { input, max_output_tokens: limit, tools } = body;
  return {
    model: settings.model,
    messages: encodedParts(input ?? []),
    ...(tools === undefined ? {} : { tools }),
    ...(limit === undefined ? {} : { max_tokens: limit }),
  };
}

function encodedParts(value: Json): Json {
  if (Array.isArray(value)) return value.map((entry: Json) => encodedParts(entry));
  if (!isObject(value)) return value;
  if (value["type"] === "input_image") return { image_url: {} };
  if (value["type"] === "input_file") return { type: "file", file: {} };
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, encodedParts(entry)]));
}

function encodeTool(tool: Tool | ToolSchema): JsonObject {
  const { name, description, parameters, strict, provider } = toolSchemaOf(tool);
  if (provider !== undefined) return provider;
  return {
    type: "function",
    name: checkName(name, "name of a tool"),
    description: description ?? "",
    parameters: parametersOf(parameters),
    strict: strict ?? false,
  };
}

function parametersOf(parameters: ToolSchema["parameters"]): JsonObject {
  if (parameters === undefined) return { type: "object", properties: {} };
  const { type, properties, required, additionalProperties, $defs, ...others } = parameters;
  return {
    ...others,
    type,
    properties,
    ...(required === undefined ? {} : { required }),
    ...(additionalProperties === undefined ? {} : { additionalProperties }),
    ...($defs === undefined ? {} : { $defs }),
  };
}

/** Said only where the caller says it: then also of the tools that OpenAI runs. */
function toolChoice(options: CreateOptions, hasFunctions: boolean): Json | undefined {
  if (options.toolChoice === undefined) return undefined;
  const choice = hasFunctions ? namedToolChoice(options) : options.toolChoice;
  if (typeof choice === "string" || choice === undefined) return choice;
  return { type: "function", name: choice.name };
}

function textFormat(jsonOutput: CreateOptions["jsonOutput"]): JsonObject {
  if (jsonOutput === undefined || jsonOutput === null) return {};
  if (typeof jsonOutput === "boolean") return { text: { format: { type: jsonOutput ? "json_object" : "text" } } };
  if (!isObject(jsonOutput)) throw new ValueError("jsonOutput must be true, false, or a schema { name, schema }.");
  return { text: { format: schemaFormat(jsonOutput) } };
}
