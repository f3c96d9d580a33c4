import type { RawObject } from "@tesserae/wire";
import { cacheMinimum } from "./cache-minimum.ts";
import { listOf, objectOf, textOf } from "./json-shape.ts";
import { find, type Findings } from "./tag.ts";
import type { TaggedCall } from "./tagged-call.ts";

/** Finds a call in Anthropic's format that asked for the prompt cache and neither read from it nor wrote to it. */
export function findCacheTag(call: TaggedCall, findings: Findings): void {
  if (call.protocol !== "anthropic" || call.status !== "ok") return;
  const request = objectOf(call.request);
  const response = objectOf(call.response);
  // Other answers, such as a count of tokens, tell nothing of the cache.
  if (response["usage"] === undefined && response["content"] === undefined) return;
  const usage = objectOf(response["usage"]);
  if (tokensOf(usage["cache_read_input_tokens"]) + tokensOf(usage["cache_creation_input_tokens"]) > 0) return;

  const prefix = markedPrefix(request);
  if (prefix === undefined) return;
  const model = textOf(request["model"]) || textOf(response["model"]);
  const missed = objectOf(response["diagnostics"])["cache_miss_reason"];
  find(findings, "cache_control_set_but_no_cache_activity", {
    estimated_prefix_tokens: estimateTokens(prefix),
    model_minimum_tokens: cacheMinimum(model),
    ...(typeof missed === "string" ? { cache_miss_reason: missed } : {}),
  });
}

function tokensOf(value: unknown): number {
  return typeof value === "number" && Number.isSafeInteger(value) ? Math.max(0, value) : 0;
}

/**
 * What stands before the last marker, in the order in which the provider reads it: tools, system, messages.
 * `undefined` without a marker. A marker at the top of the request means all of it.
 */
function markedPrefix(request: RawObject): readonly unknown[] | undefined {
  const blocks = [
    ...listOf(request["tools"]),
    ...blocksOf(request["system"]),
    ...listOf(request["messages"]).flatMap((message) => blocksOf(objectOf(message)["content"])),
  ];
  if (isMarker(request)) return blocks;
  const last = blocks.findLastIndex(isMarked);
  return last === -1 ? undefined : blocks.slice(0, last + 1);
}

function blocksOf(content: unknown): readonly unknown[] {
  return typeof content === "string" ? [content] : listOf(content);
}

/** A block is marked itself, or inside, as the parts of a tool's result may be. */
function isMarked(block: unknown): boolean {
  return isMarker(block) || listOf(objectOf(block)["content"]).some(isMarker);
}

function isMarker(value: unknown): boolean {
  return objectOf(objectOf(value)["cache_control"])["type"] === "ephemeral";
}

/** About four characters a token, which is near enough to compare with a minimum. No recursion: depth is the caller's. */
function estimateTokens(blocks: readonly unknown[]): number {
  let characters = 0;
  const open: unknown[] = [...blocks];
  while (open.length > 0) {
    const value = open.pop();
    if (typeof value === "string") characters += value.length;
    else if (typeof value === "object" && value !== null) {
      for (const [name, member] of Object.entries(value)) {
        characters += Array.isArray(value) ? 1 : name.length + 4;
        open.push(member);
      }
    } else characters += 4;
  }
  return Math.ceil(characters / 4);
}
