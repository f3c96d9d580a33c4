import type { RawObject } from "@tesserae/wire";
import { hasText, isJson, listOf, objectOf, textOf } from "./json-shape.ts";
import { find, type Findings } from "./tag.ts";

/** Finds what is odd about an Anthropic message. `streamed` calls may have tool input that is no whole JSON, as text. */
export function findAnthropicTags(message: RawObject, streamed: boolean, findings: Findings): void {
  const reason = message["stop_reason"];
  const content = message["content"];
  const blocks = listOf(content).map(objectOf);
  const evidence = { stop_reason: textOf(reason) };

  const isThinking = blocks.some((block) => THINKING_TYPES.has(textOf(block["type"])));
  const hasOutput = blocks.some((block) => !isThinkingOrBlank(block)) || hasText(content);
  // Without a reason the answer was cut: what would have followed the thinking is not known.
  if (isThinking && !hasOutput && reason !== null) find(findings, "thinking_only_no_output", evidence);
  else if (reason === "end_turn" && !hasOutput) find(findings, "empty_content_on_end_turn", { blocks: blocks.length });

  if (reason === "max_tokens" || reason === "model_context_window_exceeded") {
    find(findings, "truncated_response", evidence);
  }
  if (reason === "refusal" || blocks.some((block) => block["type"] === "refusal")) find(findings, "refusal", evidence);
  for (const block of blocks) {
    if (!TOOL_USE_TYPES.has(textOf(block["type"])) || isToolInput(block["input"], streamed)) continue;
    find(findings, "invalid_tool_use_json", { tool: textOf(block["name"]), id: textOf(block["id"]) });
  }
}

function isThinkingOrBlank(block: RawObject): boolean {
  const type = textOf(block["type"]);
  return THINKING_TYPES.has(type) || (type === "text" && !hasText(block["text"]));
}

function isToolInput(input: unknown, streamed: boolean): boolean {
  if (streamed && typeof input === "string") return input === "" || isJson(input);
  return typeof input === "object" && input !== null && !Array.isArray(input);
}

const THINKING_TYPES: ReadonlySet<string> = new Set(["thinking", "redacted_thinking"]);
const TOOL_USE_TYPES: ReadonlySet<string> = new Set(["tool_use", "server_tool_use", "mcp_tool_use"]);
