import type { CacheStore, ChatCompletionClient } from "@tesserae/core";

/** What makes a `ChatCompletionCache`. */
export interface ChatCompletionCacheOptions {
  /** Answers what the store does not hold; a name such as `"openai/gpt-5-mini"` too. */
  readonly client: ChatCompletionClient | string;
  /** Where answers are kept; it is not closed with the client. Default: one in memory, of this client alone. */
  readonly store?: CacheStore | undefined;
  /** After so many seconds an answer is asked for again. Default: never. */
  readonly ttlSeconds?: number | undefined;
  /**
   * Keeps answers apart that are asked for in the same words: caches of one store with other namespaces share nothing.
   * What `cache_seed` was in AutoGen 0.2.
   */
  readonly namespace?: string | undefined;
}
