import { isRawObject, type JsonObject } from "@tesserae/wire";
import { findAnthropicTags } from "./anthropic-content.ts";
import { findCacheTag } from "./cache-tag.ts";
import { findCohereTags } from "./cohere-content.ts";
import { findGeminiTags } from "./gemini-content.ts";
import { findHttpTag } from "./http-tags.ts";
import { findOllamaTags } from "./ollama-content.ts";
import { findChatTags } from "./openai-chat-content.ts";
import { findResponsesTags } from "./openai-responses-content.ts";
import { TAGS, type Findings, type Tag } from "./tag.ts";
import type { TaggedCall, Tags } from "./tagged-call.ts";

/**
 * The tags of a finished model call: how it failed, what is odd about the content of its answer, and about its use of the
 * prompt cache. Pure: the same call has the same tags when it is recorded and when it is read. Never throws, whatever
 * the bodies hold.
 */
export function tagsOf(call: TaggedCall): Tags {
  const findings: Findings = new Map();
  findHttpTag(call, findings);
  findContentTags(call, findings);
  // What was cut by the recorder is no fault of the model's.
  if (call.isCut === true) for (const tag of INVALID_JSON) findings.delete(tag);
  findCacheTag(call, findings);
  if (findings.size === 0) return CLEAN;

  // With several choices one may be empty and another hold nothing but thinking; the latter tells more.
  const skipped = findings.has("thinking_only_no_output") ? EMPTY_CONTENT : NONE;
  const signals = TAGS.filter((tag) => findings.has(tag) && !skipped.has(tag));
  const details: Record<string, JsonObject> = {};
  for (const tag of signals) details[tag] = findings.get(tag) ?? {};
  return { signals, details };
}

/** An answer that broke off has content too, so a failed call is looked at as well. The body of an error has none. */
function findContentTags(call: TaggedCall, findings: Findings): void {
  const response = call.response;
  if (!isRawObject(response)) return;
  switch (call.protocol) {
    case "anthropic":
      return findAnthropicTags(response, call.streamed, findings);
    case "openai-chat":
    case "mistral":
      return findChatTags(response, findings);
    case "openai-responses":
      return findResponsesTags(response, findings);
    case "gemini":
      return findGeminiTags(response, findings);
    case "cohere":
      return findCohereTags(response, findings);
    case "ollama":
      return findOllamaTags(response, findings);
    case "unknown":
  }
}

const EMPTY_CONTENT: ReadonlySet<Tag> = new Set<Tag>(["empty_content_on_end_turn", "empty_content_on_stop"]);
const INVALID_JSON: readonly Tag[] = ["invalid_tool_use_json", "invalid_tool_call_json"];
const NONE: ReadonlySet<Tag> = new Set();
const CLEAN: Tags = Object.freeze({ signals: Object.freeze([]), details: Object.freeze({}) });
