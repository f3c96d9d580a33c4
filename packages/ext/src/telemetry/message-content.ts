import type { ModelCallResponse } from "@tesserae/wire/channels";

/** A message in the form of OpenTelemetry's conventions for the content of generative AI. */
interface ContentMessage {
  readonly role: "system" | "user" | "assistant" | "tool";
  readonly parts: readonly { readonly type: string; readonly [key: string]: unknown }[];
}

/** What a model is asked, from the JSON of the messages (see `llmMessageToJson` of core). */
export function inputMessages(messages: readonly unknown[]): readonly ContentMessage[] {
  return messages.map((message) => {
    const content = member(message, "content");
    switch (member(message, "type")) {
      case "SystemMessage":
        return { role: "system", parts: [text(content)] };
      case "AssistantMessage":
        return {
          role: "assistant",
          parts: [
            ...reasoning(member(message, "thought")),
            ...(Array.isArray(content) ? content.map(toolCall) : [text(content)]),
          ],
        };
      case "FunctionExecutionResultMessage":
        return { role: "tool", parts: Array.isArray(content) ? content.map(toolResponse) : [] };
      default:
        return { role: "user", parts: Array.isArray(content) ? content.map(userPart) : [text(content)] };
    }
  });
}

/** What a model answered. */
export function outputMessages(
  response: ModelCallResponse,
): readonly (ContentMessage & { readonly finish_reason: string })[] {
  const parts = [
    ...reasoning(response.thinking),
    ...(response.text === "" ? [] : [text(response.text)]),
    ...response.toolCalls.map(toolCall),
  ];
  return [{ role: "assistant", parts, finish_reason: response.rawFinishReason ?? response.finishReason }];
}

function text(content: unknown): { readonly type: "text"; readonly content: unknown } {
  return { type: "text", content };
}

function reasoning(thought: unknown): readonly ContentMessage["parts"][number][] {
  return typeof thought === "string" && thought !== "" ? [{ type: "reasoning", content: thought }] : [];
}

function toolCall(call: unknown): ContentMessage["parts"][number] {
  return {
    type: "tool_call",
    id: member(call, "id"),
    name: member(call, "name"),
    arguments: parsed(member(call, "arguments")),
  };
}

function toolResponse(result: unknown): ContentMessage["parts"][number] {
  return { type: "tool_call_response", id: member(result, "call_id"), response: member(result, "content") };
}

/** An image is told of, not written: it would be larger than everything else. */
function userPart(part: unknown): ContentMessage["parts"][number] {
  return typeof part === "string" ? text(part) : { type: "blob", modality: "image" };
}

function parsed(args: unknown): unknown {
  if (typeof args !== "string") return args;
  try {
    return JSON.parse(args);
  } catch {
    return args;
  }
}

function member(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined;
}
