import type { CreateOptions, JsonObject, LLMMessage, Tool, ToolSchema } from "@tesserae/core";
import type { AnthropicRequest } from "@tesserae/wire/anthropic";
import { checkName } from "../shared/check-name.ts";
import { namedToolChoice, toolSchemaOf } from "../shared/tool-schema.ts";
import { encodeProviderTool } from "./provider-tools.ts";

/** Writes a tool. `strict` says whether the model keeps to a schema when it is told to. */
export function encodeTool(tool: Tool | ToolSchema, strict: boolean): JsonObject {
  const { name, description, parameters, strict: wanted, provider } = toolSchemaOf(tool);
  if (provider !== undefined) return encodeProviderTool(provider);
  const schema = Object.entries(parameters ?? {}).filter(([, value]) => value !== undefined);
  return {
    name: checkName(name, "tool name"),
    description: description ?? "",
    input_schema: { type: "object", properties: {}, ...Object.fromEntries(schema) },
    ...(wanted === true && strict ? { strict: true } : {}),
  };
}

/** Writes which tools the model may call; `undefined` when there are none. @throws ValueError for an unknown tool. */
export function encodeToolChoice(
  tools: readonly (Tool | ToolSchema)[],
  toolChoice: CreateOptions["toolChoice"],
): AnthropicRequest["tool_choice"] {
  const choice = namedToolChoice({ tools, toolChoice });
  if (choice === undefined) return undefined;
  if (typeof choice === "object") return { type: "tool", name: choice.name };
  return { type: choice === "required" ? "any" : choice };
}

/**
 * The tools of the calls in a conversation, by name alone: the provider refuses results of tools that it is not told of,
 * also where nobody knows any more what the tools were.
 */
export function toolsOfHistory(messages: readonly LLMMessage[]): readonly ToolSchema[] {
  const names = new Set<string>();
  for (const message of messages) {
    if (message.type !== "AssistantMessage" || typeof message.content === "string") continue;
    for (const call of message.content) names.add(call.name);
  }
  return [...names].map((name) => ({ name }));
}
