import type { RawObject } from "@tesserae/wire";
import { hasText, isJson, listOf, objectOf, textOf } from "./json-shape.ts";
import { find, type Findings } from "./tag.ts";

/**
 * Finds what is odd about a chat completion of OpenAI, of Mistral, and of all who speak their protocol. Of several
 * choices any may be odd; the evidence names the first.
 */
export function findChatTags(completion: RawObject, findings: Findings): void {
  for (const [index, item] of listOf(completion["choices"]).entries()) {
    const choice = objectOf(item);
    const reason = choice["finish_reason"];
    const message = objectOf(choice["message"]);
    const evidence = { choice: index, finish_reason: textOf(reason) };
    const calls = listOf(message["tool_calls"]);

    const content = contentKind(message["content"] ?? choice["text"]);
    const hasOther = calls.length > 0 || OTHER_OUTPUT.some((name) => isGiven(message[name]));
    if (content === "thinking" && !hasOther) find(findings, "thinking_only_no_output", evidence);
    else if (reason === "stop" && content === "blank" && !hasOther) find(findings, "empty_content_on_stop", evidence);

    if (reason === "length" || reason === "model_length") find(findings, "truncated_response", evidence);
    if (hasText(message["refusal"]) || reason === "content_filter") find(findings, "refusal", evidence);
    findBadArguments(calls, findings);
  }
}

/**
 * Finds tool calls `{id, function: {name, arguments}}` whose arguments are text that is not JSON. No arguments at all
 * are as good as an object.
 */
export function findBadArguments(calls: readonly unknown[], findings: Findings): void {
  for (const item of calls) {
    const call = objectOf(item);
    const { name, arguments: text } = objectOf(call["function"]);
    if (typeof text !== "string" || text === "" || isJson(text)) continue;
    find(findings, "invalid_tool_call_json", { tool: textOf(name), id: textOf(call["id"]), bytes: text.length });
  }
}

/** What the content, text or a list of parts, amounts to. Mistral's thinking is a part of the content. */
function contentKind(content: unknown): "blank" | "thinking" | "output" {
  if (!Array.isArray(content)) return isBlank(content) ? "blank" : "output";
  let kind: "blank" | "thinking" = "blank";
  for (const item of content) {
    const part = objectOf(item);
    if (part["type"] === "thinking") kind = "thinking";
    else if (part["type"] !== "text" || hasText(part["text"])) return "output";
  }
  return kind;
}

function isBlank(content: unknown): boolean {
  return content === undefined || content === null || (typeof content === "string" && !hasText(content));
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null && value !== "";
}

const OTHER_OUTPUT = ["function_call", "refusal", "audio"] as const;
