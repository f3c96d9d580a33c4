import { totalTokens, type Usage } from "@tesserae/wire/usage";
import { jsonMember } from "./json-members.ts";
import type { EventUsage } from "../events/tessen-event.ts";

/** The member `usage` of an event as JSON text. */
export function usageMember(usage: Usage, estimated = false): string {
  const { inputTokens, cacheReadTokens, cacheWriteTokens, cacheWrite1hTokens, outputTokens, reasoningTokens } = usage;
  const total = totalTokens(usage);
  // Counts are numbers, but for what a server makes up.
  const sum = total + inputTokens + cacheReadTokens + cacheWriteTokens + cacheWrite1hTokens + reasoningTokens;
  if (!Number.isFinite(sum)) return jsonMember("usage", eventUsage(usage, estimated));
  return (
    `,"usage":{"input_tokens":${inputTokens},"cache_read_tokens":${cacheReadTokens}` +
    `,"cache_write_tokens":${cacheWriteTokens},"cache_write_1h_tokens":${cacheWrite1hTokens}` +
    `,"output_tokens":${outputTokens},"reasoning_tokens":${reasoningTokens},"total_tokens":${total},"estimated":${estimated}}`
  );
}

/** A usage as an event has it. Input is all input, cached or not; `estimated`: it was not counted by the provider. */
export function eventUsage(usage: Usage, estimated = false): EventUsage {
  return {
    input_tokens: usage.inputTokens,
    cache_read_tokens: usage.cacheReadTokens,
    cache_write_tokens: usage.cacheWriteTokens,
    cache_write_1h_tokens: usage.cacheWrite1hTokens,
    output_tokens: usage.outputTokens,
    reasoning_tokens: usage.reasoningTokens,
    total_tokens: totalTokens(usage),
    estimated,
  };
}
