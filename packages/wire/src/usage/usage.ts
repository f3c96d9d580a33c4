/**
 * What one model call used, the same for every provider. All numbers are whole and from 0; tokens unless said otherwise.
 * A part that the provider did not report is 0.
 */
export interface Usage {
  /** All input, whatever its kind: with what was read from and written to the cache, and what tools put in. */
  readonly inputTokens: number;
  /** The part of the input that came from the provider's cache. */
  readonly cacheReadTokens: number;
  /** The part of the input that was written to the cache for five minutes (or for the provider's only time to live). */
  readonly cacheWriteTokens: number;
  /** The part of the input that was written to the cache for an hour. */
  readonly cacheWrite1hTokens: number;
  /** The audio part of the input, cached audio included. */
  readonly inputAudioTokens: number;
  /** The part of the input that is audio and came from the cache. */
  readonly cacheReadAudioTokens: number;
  /** All output, reasoning included. */
  readonly outputTokens: number;
  /** The part of the output that was reasoning. */
  readonly reasoningTokens: number;
  /** The audio part of the output. */
  readonly outputAudioTokens: number;
  /** The image part of the output. */
  readonly outputImageTokens: number;
  /** Searches of the web that the provider did and bills by the request. */
  readonly webSearchRequests: number;
  /** Pages that the provider fetched. */
  readonly webFetchRequests: number;
  /** What the provider itself says the call cost, in pico-dollars (OpenRouter). */
  readonly reportedCost?: number;
  /** Calls of other models, or other passes, inside this one that are billed apart and are not in the numbers above. */
  readonly additional?: readonly AdditionalUsage[];
}

/** Usage that a provider bills beside the main call. */
export interface AdditionalUsage {
  /** The provider's word for it, such as `advisor_message` or `compaction`. */
  readonly kind: string;
  /** The model that ran; absent when it is that of the main call. */
  readonly model?: string;
  readonly usage: Usage;
}

/** Usage in the form of AutoGen's `RequestUsage`. */
export interface RequestUsageView {
  readonly promptTokens: number;
  readonly completionTokens: number;
}

/** A usage of nothing. */
export const NO_USAGE: Usage = Object.freeze({
  inputTokens: 0,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  cacheWrite1hTokens: 0,
  inputAudioTokens: 0,
  cacheReadAudioTokens: 0,
  outputTokens: 0,
  reasoningTokens: 0,
  outputAudioTokens: 0,
  outputImageTokens: 0,
  webSearchRequests: 0,
  webFetchRequests: 0,
});

/** Input and output together. */
export function totalTokens(usage: Usage): number {
  return usage.inputTokens + usage.outputTokens;
}

/** The input that was neither read from nor written to a cache. Never below 0, should a provider's parts exceed its total. */
export function uncachedInputTokens(usage: Usage): number {
  const cached = usage.cacheReadTokens + usage.cacheWriteTokens + usage.cacheWrite1hTokens;
  return Math.max(0, usage.inputTokens - cached);
}

/** Prompt and completion counts as AutoGen counts them, cache tokens being part of the prompt; 0/0 without usage. */
export function requestUsageOf(usage: Usage | null | undefined): RequestUsageView {
  return { promptTokens: usage?.inputTokens ?? 0, completionTokens: usage?.outputTokens ?? 0 };
}

/** The sum of two usages, part by part. */
export function addUsage(a: Usage, b: Usage): Usage {
  const additional = [...(a.additional ?? []), ...(b.additional ?? [])];
  const reported = a.reportedCost === undefined && b.reportedCost === undefined;
  return {
    inputTokens: a.inputTokens + b.inputTokens,
    cacheReadTokens: a.cacheReadTokens + b.cacheReadTokens,
    cacheWriteTokens: a.cacheWriteTokens + b.cacheWriteTokens,
    cacheWrite1hTokens: a.cacheWrite1hTokens + b.cacheWrite1hTokens,
    inputAudioTokens: a.inputAudioTokens + b.inputAudioTokens,
    cacheReadAudioTokens: a.cacheReadAudioTokens + b.cacheReadAudioTokens,
    outputTokens: a.outputTokens + b.outputTokens,
    reasoningTokens: a.reasoningTokens + b.reasoningTokens,
    outputAudioTokens: a.outputAudioTokens + b.outputAudioTokens,
    outputImageTokens: a.outputImageTokens + b.outputImageTokens,
    webSearchRequests: a.webSearchRequests + b.webSearchRequests,
    webFetchRequests: a.webFetchRequests + b.webFetchRequests,
    ...(reported ? {} : { reportedCost: (a.reportedCost ?? 0) + (b.reportedCost ?? 0) }),
    ...(additional.length === 0 ? {} : { additional }),
  };
}
