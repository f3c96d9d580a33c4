import { isRawObject, type RawObject } from "@tesserae/wire";
import type { ErrorDialect } from "@tesserae/wire/scripted";

/** What a tool returned. */
export interface ToolResult {
  /** The id of the call. */
  readonly id: string;
  /** The tool's name, `""` where the conversation does not have the call. */
  readonly name: string;
  readonly text: string;
}

/** What was said to the model last. */
export interface LastTurn {
  readonly lastText: string;
  readonly toolResults: readonly ToolResult[];
}

/** The last message and the results of tools since the model spoke last, in any of the protocols. */
export function lastTurnOf(protocol: ErrorDialect, body: RawObject): LastTurn {
  if (protocol === "openai-responses") return ofItems(body["input"]);
  const messages = objectsIn(body["messages"]);
  return protocol === "anthropic" ? ofBlocks(messages) : ofMessages(messages);
}

function ofMessages(messages: readonly RawObject[]): LastTurn {
  const names = new Map<unknown, unknown>();
  for (const message of messages) {
    for (const call of objectsIn(message["tool_calls"])) names.set(call["id"], objectOf(call["function"])["name"]);
  }
  const isModel = (message: RawObject): boolean => message["role"] === "assistant";
  const results = messages
    .slice(messages.findLastIndex(isModel) + 1)
    .filter((message) => message["role"] === "tool")
    .map((message) => resultOf(message["tool_call_id"], names, message["content"]));
  const last = messages.at(-1);
  return { lastText: last?.["role"] === "tool" ? "" : contentText(last?.["content"]), toolResults: results };
}

function ofBlocks(messages: readonly RawObject[]): LastTurn {
  const names = new Map<unknown, unknown>();
  for (const message of messages) {
    for (const block of objectsIn(message["content"])) if ("name" in block) names.set(block["id"], block["name"]);
  }
  const last = messages.at(-1)?.["content"];
  const results = objectsIn(last)
    .filter((block) => block["type"] === "tool_result")
    .map((block) => resultOf(block["tool_use_id"], names, block["content"]));
  return { lastText: contentText(last), toolResults: results };
}

function ofItems(input: unknown): LastTurn {
  if (typeof input === "string") return { lastText: input, toolResults: [] };
  const items = objectsIn(input);
  const names = new Map<unknown, unknown>();
  for (const item of items) if (item["type"] === "function_call") names.set(item["call_id"], item["name"]);
  const isResult = (item: RawObject): boolean => item["type"] === "function_call_output";
  const isModel = (item: RawObject): boolean =>
    item["role"] === "assistant" || (item["role"] === undefined && !isResult(item));
  const results = items
    .slice(items.findLastIndex(isModel) + 1)
    .filter(isResult)
    .map((item) => resultOf(item["call_id"], names, item["output"]));
  return { lastText: contentText(items.at(-1)?.["content"]), toolResults: results };
}

function resultOf(id: unknown, names: ReadonlyMap<unknown, unknown>, content: unknown): ToolResult {
  return { id: textOf(id), name: textOf(names.get(id)), text: contentText(content) };
}

/** The texts of a content, which is text or a list of parts; images and results of tools are left out. */
function contentText(content: unknown): string {
  if (typeof content === "string") return content;
  return objectsIn(content)
    .map((part) => textOf(part["text"]))
    .join("");
}

function objectsIn(value: unknown): readonly RawObject[] {
  return Array.isArray(value) ? value.filter(isRawObject) : [];
}

function objectOf(value: unknown): RawObject {
  return isRawObject(value) ? value : {};
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
