import {
  ValueError,
  imageFromDataUri,
  isObject,
  type FunctionCall,
  type FunctionExecutionResult,
  type Image,
} from "@tesserae/core";
import { MultiModalMessage, TextMessage, ToolCallExecutionEvent, ToolCallRequestEvent } from "../messages/factories.ts";

/** What a 0.2 message can become. */
export type FromV02 = TextMessage | MultiModalMessage | ToolCallRequestEvent | ToolCallExecutionEvent;

/**
 * Reads a message of AutoGen 0.2: from `chat_messages`, or from JSON of it.
 *
 * The name of the agent becomes the source; without one it is the role. Results of tools come from `tools`; one that
 * does not name its tool has an empty name, see {@link fromV02Messages}.
 * @throws ValueError for what is no such message; it says where.
 */
export function fromV02Message(message: unknown): FromV02 {
  return convert(message, "", new Map());
}

/**
 * Reads a history of AutoGen 0.2. A result that does not name its tool gets the name from the call before it.
 * @throws ValueError for what is no such message; it says which one and where.
 */
export function fromV02Messages(messages: readonly unknown[]): readonly FromV02[] {
  if (!Array.isArray(messages)) throw new ValueError("A history of AutoGen 0.2 is a list of messages.");
  const names = new Map<string, string>();
  return messages.map((message, index) => {
    const converted = convert(message, `/${index}`, names);
    if (converted.type === "ToolCallRequestEvent") {
      for (const call of converted.content) names.set(call.id, call.name);
    }
    return converted;
  });
}

function convert(message: unknown, pointer: string, names: ReadonlyMap<string, string>): FromV02 {
  if (!isObject(message)) throw wrong(pointer, "a message is an object");
  const { tool_calls: calls, tool_responses: responses, content } = message;
  const source = sourceOf(message);
  if (Array.isArray(calls)) {
    const content = calls.map((call, index) => functionCall(call, `${pointer}/tool_calls/${index}`));
    return ToolCallRequestEvent({ source, content });
  }
  if (Array.isArray(responses)) {
    const content = responses.map((item, index) => toolResult(item, `${pointer}/tool_responses/${index}`, names));
    return ToolCallExecutionEvent({ source: "tools", content });
  }
  if (typeof content === "string") return TextMessage({ source, content });
  if (Array.isArray(content)) {
    return MultiModalMessage({
      source,
      content: content.map((part, index) => contentPart(part, `${pointer}/content/${index}`)),
    });
  }
  throw wrong(pointer, "it has neither tool_calls nor tool_responses, and its content is neither text nor a list");
}

function sourceOf({ name, role }: Record<string, unknown>): string {
  if (typeof name === "string" && name !== "") return name;
  return typeof role === "string" && role !== "" ? role : "user";
}

function functionCall(call: unknown, pointer: string): FunctionCall {
  const { id, function: called } = isObject(call) ? call : {};
  // The guide's own program wrote `args`.
  const { name, arguments: text, args } = isObject(called) ? called : {};
  const given = text ?? args;
  if (typeof name !== "string") throw wrong(pointer, "a call has a function with a name");
  if (typeof given !== "string") throw wrong(pointer, "a function has arguments, as JSON text");
  return { id: typeof id === "string" ? id : "", name, arguments: given };
}

function toolResult(item: unknown, pointer: string, names: ReadonlyMap<string, string>): FunctionExecutionResult {
  const { tool_call_id: id, content, name } = isObject(item) ? item : {};
  if (typeof content !== "string") throw wrong(pointer, "a response has text as its content");
  const callId = typeof id === "string" ? id : "";
  return {
    content,
    name: typeof name === "string" && name !== "" ? name : (names.get(callId) ?? ""),
    callId,
    isError: false,
  };
}

function contentPart(part: unknown, pointer: string): string | Image {
  if (typeof part === "string") return part;
  const { type, text, image_url: image } = isObject(part) ? part : {};
  if (type === "text" && typeof text === "string") return text;
  const url = isObject(image) ? image["url"] : image;
  if (type === "image_url" && typeof url === "string") {
    if (!url.startsWith("data:")) throw wrong(pointer, "an image must be a data URI; fetch it first");
    return imageFromDataUri(url);
  }
  throw wrong(pointer, 'a part is {"type": "text", "text"} or {"type": "image_url", "image_url": {"url"}}');
}

function wrong(pointer: string, why: string): ValueError {
  return new ValueError(`This is no message of AutoGen 0.2${pointer === "" ? "" : `, at ${pointer}`}: ${why}.`);
}
