import type { RawObject } from "@tesserae/wire";
import { hasText, listOf, objectOf, textOf } from "./json-shape.ts";
import { findBadArguments } from "./openai-chat-content.ts";
import { find, type Findings } from "./tag.ts";

/** Finds what is odd about an answer of Cohere, of its second API (`message`) or its first (`text`). */
export function findCohereTags(answer: RawObject, findings: Findings): void {
  const reason = textOf(answer["finish_reason"]);
  const message = objectOf(answer["message"]);
  const content = message["content"] ?? answer["text"];
  const parts = listOf(content).map(objectOf);
  const calls = [...listOf(message["tool_calls"]), ...listOf(answer["tool_calls"])];
  const evidence = { finish_reason: reason };

  const isThinking = parts.some((part) => part["type"] === "thinking");
  const hasOutput = calls.length > 0 || hasText(content) || parts.some((part) => !isThinkingOrBlank(part));
  if (isThinking && !hasOutput && reason !== "") find(findings, "thinking_only_no_output", evidence);
  else if (reason === "COMPLETE" && !hasOutput) find(findings, "empty_content_on_stop", evidence);

  if (reason === "MAX_TOKENS") find(findings, "truncated_response", evidence);
  if (reason === "ERROR_TOXIC") find(findings, "refusal", evidence);
  findBadArguments(calls, findings);
}

function isThinkingOrBlank(part: RawObject): boolean {
  return part["type"] === "thinking" || (part["type"] === "text" && !hasText(part["text"]));
}
