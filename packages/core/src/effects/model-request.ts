import type { Json, JsonObject } from "../json.ts";
import type { RequestPacker } from "../journal/request-packer.ts";
import type { ChatCompletionClient, CreateOptions } from "../models/chat-completion-client.ts";
import { llmMessageToJson } from "../models/message-json.ts";
import type { LLMMessage } from "../models/messages.ts";
import type { Tool, ToolSchema } from "../tools/tool.ts";

/** Who answers, for a payload: what the client says, else `custom`. */
export function providerOf(client: ChatCompletionClient): string {
  return client.provider ?? "custom";
}

/**
 * What is asked of a model, as it is hashed and written: model, messages, tools, output schema, parameters.
 * Not in it: keys, headers, base URL, timeouts, signal.
 */
export function modelRequest(
  client: ChatCompletionClient,
  options: CreateOptions,
  messages: Json,
): { readonly [key: string]: Json } {
  const request: { [key: string]: Json } = { model: client.model, messages };
  const { tools, toolChoice, jsonOutput } = options;
  if (tools !== undefined && tools.length > 0) {
    request["tools"] = tools.map(toolToJson);
    if (toolChoice !== undefined) request["tool_choice"] = toolChoiceToJson(toolChoice);
  }
  if (jsonOutput !== undefined && jsonOutput !== false) request["json_output"] = outputToJson(jsonOutput);
  const parameters = modelParameters(client, options);
  if (Object.keys(parameters).length > 0) request["parameters"] = parameters;
  return request;
}

/** The request with the whole messages, for a payload. */
export function shownModelRequest(
  client: ChatCompletionClient,
  messages: readonly LLMMessage[],
  options: CreateOptions,
): Json {
  return modelRequest(client, options, messages.map(llmMessageToJson));
}

/** The request with references, for a journal: messages, tools and an output schema are parts of their own. */
export function packModelRequest(
  packer: RequestPacker,
  client: ChatCompletionClient,
  messages: readonly LLMMessage[],
  options: CreateOptions,
): Json {
  const { json_output: output, ...rest } = modelRequest(client, { ...options, tools: undefined }, null);
  const packed: { [key: string]: Json } = { ...(packer.value(rest) as JsonObject) };
  const { tools: list = [], toolChoice, jsonOutput } = options;
  if (list.length > 0) {
    packed["tools"] = packer.list(list.map((tool) => packer.part(schemaOf(tool), () => toolToJson(tool))));
    if (toolChoice !== undefined) packed["tool_choice"] = toolChoiceToJson(toolChoice);
  }
  if (output !== undefined) {
    packed["json_output"] = typeof jsonOutput === "object" ? packer.part(jsonOutput, () => output) : output;
  }
  packed["messages"] = packer.list(messages.map((message) => packer.part(message, () => llmMessageToJson(message))));
  return packed;
}

/** The parameters a call is sent with: the client's own, where it says them, under those of the call. */
export function modelParameters(client: ChatCompletionClient, options: CreateOptions): JsonObject {
  const { reasoningEffort: effort, extraCreateArgs } = options;
  return { ...client.requestDefaults, ...extraCreateArgs, ...(effort && { reasoning_effort: effort }) };
}

/** A tool's schema as a request has it. */
export function toolToJson(tool: Tool | ToolSchema): Json {
  const { name, description, parameters, strict, provider } = schemaOf(tool);
  return {
    name,
    ...(description === undefined ? {} : { description }),
    // The cast is harmless: a schema of parameters is JSON, but its type has optional members.
    ...(parameters === undefined ? {} : { parameters: parameters as unknown as JsonObject }),
    ...(strict === undefined ? {} : { strict }),
    ...(provider && { provider }),
  };
}

function schemaOf(tool: Tool | ToolSchema): ToolSchema {
  return "schema" in tool ? tool.schema : tool;
}

function toolChoiceToJson(choice: NonNullable<CreateOptions["toolChoice"]>): Json {
  return typeof choice === "string" ? choice : { name: choice.name };
}

function outputToJson(output: NonNullable<CreateOptions["jsonOutput"]>): Json {
  if (typeof output === "boolean") return output;
  const { name, schema, description, strict } = output;
  return {
    name,
    schema,
    ...(description === undefined ? {} : { description }),
    ...(strict === undefined ? {} : { strict }),
  };
}
