import type { RawObject } from "@tesserae/wire";
import { hasText, listOf, objectOf, textOf } from "./json-shape.ts";
import { find, type Findings } from "./tag.ts";

/** Finds what is odd about an answer of Ollama, of `/api/chat` (`message`) or `/api/generate` (`response`). */
export function findOllamaTags(answer: RawObject, findings: Findings): void {
  const reason = textOf(answer["done_reason"]);
  const message = objectOf(answer["message"]);
  const evidence = { done_reason: reason };

  const isThinking = hasText(message["thinking"]) || hasText(answer["thinking"]);
  const hasOutput =
    hasText(message["content"]) || hasText(answer["response"]) || listOf(message["tool_calls"]).length > 0;
  if (isThinking && !hasOutput && reason !== "") find(findings, "thinking_only_no_output", evidence);
  else if (reason === "stop" && !hasOutput) find(findings, "empty_content_on_stop", evidence);

  if (reason === "length") find(findings, "truncated_response", evidence);
}
