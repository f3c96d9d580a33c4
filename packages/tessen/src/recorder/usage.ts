import { totalTokens, type Usage } from "@tesserae/wire/usage";
import { jsonMember } from "./json-members.ts";
import type { EventUsage } from "../events/tessen-event.ts";

/** The member `usage` of an event as JSON text. */
export function usageMember(usage: Usage): string {
  return jsonMember("usage", eventUsage(usage));
}

/** A usage as an event has it. Input is all input, cached or not. */
export function eventUsage(usage: Usage): EventUsage {
  return {
    input_tokens: usage.inputTokens,
    cache_read_tokens: usage.cacheReadTokens,
    cache_write_tokens: usage.cacheWriteTokens,
    cache_write_1h_tokens: usage.cacheWrite1hTokens,
    output_tokens: usage.outputTokens,
    reasoning_tokens: usage.reasoningTokens,
    total_tokens: totalTokens(usage),
    estimated: false,
  };
}
