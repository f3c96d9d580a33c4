import { type CacheTtl, isObject, type JsonObject } from "@tesserae/core";
import type { AnthropicCacheControl, AnthropicMessage } from "@tesserae/wire/anthropic";
import { unsupportedInput } from "../shared/unsupported-input.ts";

/** So many marks a request may have (https://docs.anthropic.com/en/docs/build-with-claude/prompt-caching). */
const MOST_MARKS = 4;
const CLIENT = "AnthropicChatCompletionClient";
/** Blocks that can be marked; thinking cannot. */
const MARKABLE: readonly unknown[] = ["text", "image", "document", "tool_use", "tool_result"];

/** A mark as the API has it; five minutes are what it takes when nobody says. */
export function cacheControl(ttl: CacheTtl): AnthropicCacheControl {
  return ttl === "5m" ? { type: "ephemeral" } : { type: "ephemeral", ttl };
}

/** The message with its last block marked, as far as that can be marked. */
export function withMark(message: AnthropicMessage, ttl: CacheTtl | undefined): AnthropicMessage {
  if (ttl === undefined) return message;
  const mark = cacheControl(ttl);
  const { role, content } = message;
  if (typeof content === "string") {
    return content === "" ? message : { role, content: [{ type: "text", text: content, cache_control: mark }] };
  }
  const last = content.at(-1);
  if (last === undefined || !MARKABLE.includes(last["type"])) return message;
  return { role, content: [...content.slice(0, -1), { ...last, cache_control: mark }] };
}

/**
 * Looks at the marks of a whole request, in the order in which the provider reads it.
 *
 * @throws ValueError for more than four, and for an hour after five minutes.
 */
export function checkMarks(body: JsonObject): void {
  const marks = [...marksIn(body["tools"]), ...marksIn(body["system"])];
  const { messages } = body;
  if (Array.isArray(messages)) {
    for (const message of messages) if (isObject(message)) marks.push(...marksIn(message["content"]));
  }
  if (isObject(body["cache_control"])) marks.push(body["cache_control"]);
  if (marks.length > MOST_MARKS) {
    const why = `Claude takes ${MOST_MARKS}. Take \`cache\` off the earlier messages and parts.`;
    throw unsupportedInput(`A request with ${marks.length} marks for the cache`, CLIENT, why);
  }
  const hours = marks.map((mark) => mark["ttl"] === "1h");
  if (hours.lastIndexOf(true) > hours.indexOf(false) && hours.includes(false)) {
    const why = "Claude takes the longer ones first. Mark what stands before with an hour, too.";
    throw unsupportedInput("A mark for an hour of the cache after one for five minutes", CLIENT, why);
  }
}

function marksIn(blocks: unknown): Record<string, unknown>[] {
  if (!Array.isArray(blocks)) return [];
  return blocks.flatMap((block: unknown) => {
    const mark = isObject(block) ? block["cache_control"] : undefined;
    return isObject(mark) ? [mark] : [];
  });
}
