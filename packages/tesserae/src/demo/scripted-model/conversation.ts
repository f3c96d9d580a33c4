import { isObject } from "@tesserae/core";
import type { OpenAIChatMessage, OpenAIChatRequest } from "@tesserae/wire/openai-chat";

/** What the scripted model looks at in a request. */
export interface Conversation {
  readonly messages: readonly OpenAIChatMessage[];
  /** The names of the tools that are offered. */
  readonly tools: readonly string[];
  /** True when the answer must follow a JSON Schema. */
  readonly structured: boolean;
}

/** Reads a request; `undefined` when it is no chat completion. */
export function readConversation(request: unknown): Conversation | undefined {
  if (!isObject(request) || !Array.isArray(request["messages"])) return undefined;
  if (!request["messages"].every((message) => isObject(message) && typeof message["role"] === "string"))
    return undefined;
  // The members that are read below are checked where they are read.
  const { messages, tools = [], response_format: format } = request as unknown as OpenAIChatRequest;
  return {
    messages,
    tools: tools.map((tool) => tool.function.name),
    structured: format?.type === "json_schema",
  };
}

/** The text of a message, its images left out. */
export function textOf(message: OpenAIChatMessage | undefined): string {
  const content: unknown = message?.content;
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return "";
  return content
    .map((part: unknown) => (isObject(part) && typeof part["text"] === "string" ? part["text"] : ""))
    .join("");
}

/** The result of the last call of a tool in the conversation. */
export function resultOf({ messages }: Conversation, tool: string): string | undefined {
  const ids = new Set(
    messages.flatMap((message) =>
      message.role === "assistant"
        ? (message.tool_calls ?? []).filter((call) => call.function.name === tool).map((call) => call.id)
        : [],
    ),
  );
  return messages.findLast((message) => message.role === "tool" && ids.has(message.tool_call_id))?.content as
    | string
    | undefined;
}
