import { countOf, isRawObject, listOf, nonEmptyText, objectOf, textOf, type RawObject } from "../json.ts";
import { NO_USAGE, type AdditionalUsage, type Usage } from "./usage.ts";

/**
 * The `usage` of an Anthropic message; `undefined` when there is none.
 *
 * `input_tokens` leaves out what was read from and written to the cache, so both are added. `iterations` lists the passes
 * of the call; those of other models and of compaction are billed apart from the totals and become `additional`.
 */
export function usageOfAnthropic(usage: unknown): Usage | undefined {
  if (!isRawObject(usage)) return undefined;
  const additional = additionalOf(usage);
  return { ...partsOf(usage), ...(additional.length === 0 ? {} : { additional }) };
}

/**
 * The usage of a stream: that of `message_start`, overlaid by the cumulative one of each `message_delta`.
 * Members that a later event leaves out keep their value.
 */
export function overlayAnthropicUsage(earlier: RawObject, later: unknown): RawObject {
  const merged: Record<string, unknown> = { ...earlier };
  for (const [key, value] of Object.entries(objectOf(later))) {
    if (value !== null && value !== undefined) merged[key] = value;
  }
  return merged;
}

function partsOf(usage: RawObject): Usage {
  const read = countOf(usage["cache_read_input_tokens"]);
  const split = objectOf(usage["cache_creation"]);
  const hour = countOf(split["ephemeral_1h_input_tokens"]);
  // The split may be absent, or older than a total that a later event raised: what is not said to be 1 h is 5 min.
  const written = Math.max(
    countOf(usage["cache_creation_input_tokens"]),
    hour + countOf(split["ephemeral_5m_input_tokens"]),
  );
  const servers = objectOf(usage["server_tool_use"]);
  return {
    ...NO_USAGE,
    inputTokens: countOf(usage["input_tokens"]) + read + written,
    cacheReadTokens: read,
    cacheWriteTokens: written - hour,
    cacheWrite1hTokens: hour,
    outputTokens: countOf(usage["output_tokens"]),
    reasoningTokens: countOf(objectOf(usage["output_tokens_details"])["thinking_tokens"]),
    webSearchRequests: countOf(servers["web_search_requests"]),
    webFetchRequests: countOf(servers["web_fetch_requests"]),
  };
}

function additionalOf(usage: RawObject): AdditionalUsage[] {
  const additional: AdditionalUsage[] = [];
  for (const entry of listOf(usage["iterations"])) {
    const iteration = objectOf(entry);
    const kind = textOf(iteration["type"]);
    if (kind === "message" || kind === "") continue;
    const model = nonEmptyText(iteration["model"]);
    additional.push({ kind, ...(model === undefined ? {} : { model }), usage: partsOf(iteration) });
  }
  return additional;
}
