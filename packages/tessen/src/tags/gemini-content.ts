import type { RawObject } from "@tesserae/wire";
import { hasText, listOf, objectOf, textOf } from "./json-shape.ts";
import { find, type Findings } from "./tag.ts";

/** Finds what is odd about a response of Gemini. Of several candidates any may be odd. */
export function findGeminiTags(response: RawObject, findings: Findings): void {
  const blocked = textOf(objectOf(response["promptFeedback"])["blockReason"]);
  if (blocked !== "") find(findings, "refusal", { block_reason: blocked });
  for (const [index, item] of listOf(response["candidates"]).entries()) {
    const candidate = objectOf(item);
    const reason = textOf(candidate["finishReason"]);
    const parts = listOf(objectOf(candidate["content"])["parts"]).map(objectOf);
    const evidence = { candidate: index, finish_reason: reason };

    const isThinking = parts.some((part) => part["thought"] === true);
    const hasOutput = parts.some(isOutput);
    // Without a reason the answer was cut: what would have followed the thoughts is not known.
    if (isThinking && !hasOutput && reason !== "") find(findings, "thinking_only_no_output", evidence);
    else if (reason === "STOP" && !hasOutput)
      find(findings, "empty_content_on_stop", { ...evidence, parts: parts.length });

    if (reason === "MAX_TOKENS") find(findings, "truncated_response", evidence);
    if (REFUSALS.has(reason.replace(/^IMAGE_/, ""))) find(findings, "refusal", evidence);
    if (reason === "MALFORMED_FUNCTION_CALL") find(findings, "invalid_tool_call_json", evidence);
  }
}

function isOutput(part: RawObject): boolean {
  if (part["thought"] === true) return false;
  return hasText(part["text"]) || OUTPUT_PARTS.some((name) => part[name] !== undefined && part[name] !== null);
}

const OUTPUT_PARTS = ["functionCall", "inlineData", "executableCode", "codeExecutionResult", "fileData"] as const;

const REFUSALS: ReadonlySet<string> = new Set([
  "SAFETY",
  "RECITATION",
  "BLOCKLIST",
  "PROHIBITED_CONTENT",
  "SPII",
  "LANGUAGE",
]);
