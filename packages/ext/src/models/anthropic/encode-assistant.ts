import { extractJsonFromStr, isObject, type AssistantMessage, type FunctionCall, type Json } from "@tesserae/core";
import type { AnthropicMessage, AnthropicRequestBlock } from "@tesserae/wire/anthropic";

/**
 * Writes what the model answered earlier; `undefined` for an answer that holds nothing, which the provider would refuse.
 *
 * The answer's own blocks (signed thinking, the provider's tools) go back exactly as they came, as long as they still
 * say what the message says: text or calls that somebody changed are written anew, without the blocks.
 */
export function encodeAssistant(message: AssistantMessage): AnthropicMessage | undefined {
  const kept = keptBlocks(message);
  if (kept !== undefined) return { role: "assistant", content: kept };
  const { content, thought } = message;
  if (typeof content === "string") {
    return content.trim() === "" ? undefined : { role: "assistant", content };
  }
  const blocks: AnthropicRequestBlock[] = [];
  if (thought !== undefined && thought.trim() !== "") blocks.push({ type: "text", text: thought });
  for (const call of content) {
    blocks.push({ type: "tool_use", id: call.id, name: call.name, input: inputOf(call) });
  }
  return blocks.length === 0 ? undefined : { role: "assistant", content: blocks };
}

/** The container of the provider's code execution that an answer ran in. */
export function containerOf(message: AssistantMessage): string | undefined {
  const container = anthropicData(message)?.["container"];
  return typeof container === "string" ? container : undefined;
}

function keptBlocks(message: AssistantMessage): readonly AnthropicRequestBlock[] | undefined {
  const blocks = anthropicData(message)?.["content"];
  if (!Array.isArray(blocks) || blocks.length === 0 || !blocks.every(isObject)) return undefined;
  return saysTheSame(blocks, message.content) ? (blocks as readonly AnthropicRequestBlock[]) : undefined;
}

function anthropicData({ providerData }: AssistantMessage): Record<string, unknown> | undefined {
  if (!isObject(providerData) || providerData["protocol"] !== "anthropic") return undefined;
  return isObject(providerData["data"]) ? providerData["data"] : undefined;
}

function saysTheSame(blocks: readonly Record<string, unknown>[], content: AssistantMessage["content"]): boolean {
  const calls = blocks.filter((block) => block["type"] === "tool_use");
  if (typeof content !== "string") {
    return calls.length === content.length && calls.every((block, index) => block["id"] === content[index]?.id);
  }
  if (calls.length > 0) return false;
  const text = blocks.map((block) => (block["type"] === "text" ? String(block["text"]) : "")).join("");
  // A refusal stands in the content, but in no block.
  return text.trimEnd() === content.trimEnd() || text === "";
}

/** The arguments of a call as the object that the protocol asks for. */
function inputOf({ arguments: text }: FunctionCall): Json {
  if (text.trim() === "") return {};
  try {
    const [input, ...more] = extractJsonFromStr(text);
    if (more.length === 0 && isObject(input)) return input;
  } catch {
    // The text of a model may be no JSON; it is sent as it is.
  }
  return { text };
}
