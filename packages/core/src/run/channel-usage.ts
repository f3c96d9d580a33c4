import type { ModelPayload } from "@tesserae/wire/channels";
import type { RequestUsage } from "../models/messages.ts";

/** A usage as the channels carry it. */
export function channelUsage(usage: RequestUsage): NonNullable<ModelPayload["usage"]> {
  return {
    inputTokens: usage.promptTokens,
    cacheReadTokens: usage.cachedPromptTokens ?? 0,
    cacheWriteTokens: usage.cacheWriteTokens ?? 0,
    cacheWrite1hTokens: 0,
    inputAudioTokens: 0,
    cacheReadAudioTokens: 0,
    outputTokens: usage.completionTokens,
    reasoningTokens: usage.reasoningTokens ?? 0,
    outputAudioTokens: 0,
    outputImageTokens: 0,
    webSearchRequests: 0,
    webFetchRequests: 0,
  };
}
