import type { Usage } from "@tesserae/wire/usage";
import type { RowAdditionalUsage, RowUsage } from "./ledger-row.ts";

/** The name that a model's price has in a snapshot; `undefined` when its price is unknown. `undefined` asks for the main model. */
export type PriceNames = (model: string) => string | undefined;

/** Usage as a row holds it. `namesOf` gives other models inside the call the names of their prices. */
export function rowUsageOf(usage: Usage, namesOf: PriceNames): RowUsage {
  const additional = usage.additional?.map(({ kind, model, usage: other }): RowAdditionalUsage => ({
    kind,
    model,
    priced_as: model === undefined ? undefined : namesOf(model),
    usage: rowUsageOf(other, namesOf),
  }));
  return {
    cache_read_audio_tokens: usage.cacheReadAudioTokens || undefined,
    cache_read_tokens: usage.cacheReadTokens || undefined,
    cache_write_1h_tokens: usage.cacheWrite1hTokens || undefined,
    cache_write_tokens: usage.cacheWriteTokens || undefined,
    input_audio_tokens: usage.inputAudioTokens || undefined,
    input_tokens: usage.inputTokens,
    output_audio_tokens: usage.outputAudioTokens || undefined,
    output_image_tokens: usage.outputImageTokens || undefined,
    output_tokens: usage.outputTokens,
    reasoning_tokens: usage.reasoningTokens || undefined,
    reported_cost: usage.reportedCost,
    web_fetch_requests: usage.webFetchRequests || undefined,
    web_search_requests: usage.webSearchRequests || undefined,
    additional: additional === undefined || additional.length === 0 ? undefined : additional,
  };
}

/** A row's usage without that of other models inside the call. */
export function usageOfRow(usage: RowUsage): Usage {
  return {
    inputTokens: usage.input_tokens,
    cacheReadTokens: usage.cache_read_tokens ?? 0,
    cacheWriteTokens: usage.cache_write_tokens ?? 0,
    cacheWrite1hTokens: usage.cache_write_1h_tokens ?? 0,
    inputAudioTokens: usage.input_audio_tokens ?? 0,
    cacheReadAudioTokens: usage.cache_read_audio_tokens ?? 0,
    outputTokens: usage.output_tokens,
    reasoningTokens: usage.reasoning_tokens ?? 0,
    outputAudioTokens: usage.output_audio_tokens ?? 0,
    outputImageTokens: usage.output_image_tokens ?? 0,
    webSearchRequests: usage.web_search_requests ?? 0,
    webFetchRequests: usage.web_fetch_requests ?? 0,
  };
}
