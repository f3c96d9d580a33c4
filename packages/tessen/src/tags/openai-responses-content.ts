import type { RawObject } from "@tesserae/wire";
import { hasText, isJson, listOf, objectOf, textOf } from "./json-shape.ts";
import { find, type Findings } from "./tag.ts";

/** Finds what is odd about a response of OpenAI's Responses API. */
export function findResponsesTags(response: RawObject, findings: Findings): void {
  const status = textOf(response["status"]);
  const output = listOf(response["output"]).map(objectOf);
  const reason = textOf(objectOf(response["incomplete_details"])["reason"]);
  const evidence = { status, ...(reason === "" ? {} : { reason }) };

  const isReasoning = output.some((item) => item["type"] === "reasoning");
  const hasOutput = output.some((item) => item["type"] !== "reasoning" && !isEmptyMessage(item));
  if (isReasoning && !hasOutput && ENDED.has(status)) find(findings, "thinking_only_no_output", evidence);
  else if (status === "completed" && !hasOutput) find(findings, "empty_content_on_stop", { items: output.length });

  if (status === "incomplete" && reason === "max_output_tokens") find(findings, "truncated_response", evidence);
  if (reason === "content_filter" || output.some(isRefusal)) find(findings, "refusal", evidence);
  for (const item of output) {
    const text = item["arguments"];
    // Custom tools take free text, as `input`.
    if (item["type"] !== "function_call" || typeof text !== "string" || text === "" || isJson(text)) continue;
    find(findings, "invalid_tool_call_json", {
      tool: textOf(item["name"]),
      id: textOf(item["call_id"]),
      bytes: text.length,
    });
  }
}

function isEmptyMessage(item: RawObject): boolean {
  if (item["type"] !== "message") return false;
  const content = item["content"];
  if (!Array.isArray(content)) return !hasText(content);
  return content.map(objectOf).every((part) => part["type"] === "output_text" && !hasText(part["text"]));
}

function isRefusal(item: RawObject): boolean {
  return item["type"] === "message" && listOf(item["content"]).some((part) => objectOf(part)["type"] === "refusal");
}

/** A response that is queued or under way has no output yet, and one that was cancelled need not have any. */
const ENDED: ReadonlySet<string> = new Set(["completed", "incomplete", "failed"]);
