import {
  errorToText,
  isObject,
  InMemoryStore,
  performModelCall,
  performModelStream,
  ValueError,
  type CacheStore,
  type ChatCompletionClient,
  type ComponentDefinition,
  type CreateOptions,
  type CreateResult,
  type Json,
  type LLMMessage,
  type ModelInfo,
  type ModelStream,
  type RequestUsage,
} from "@tesserae/core";
import { model } from "../model.ts";
import { batchesOf, streamOfBatches, type ModelBatch } from "../shared/batches.ts";
import { warnOnce } from "../shared/warn.ts";
import { cacheKey } from "./cache-key.ts";
import { cacheComponent } from "./config.ts";
import { entryFromStore, entryToJson, itemsOf, resultOf, type CacheEntry } from "./entry.ts";
import type { ChatCompletionCacheOptions } from "./options.ts";

/**
 * A client that asks another one only for what it has not asked before. An answer from the cache says so (`cached`),
 * costs nothing, and is not counted by the other client's usage; it comes although the call's signal is aborted.
 *
 * Kept is what a call or a stream gave when it is complete: no errors, and no answer that is empty. Calls and streams
 * share what is kept. A store that fails is warned of once, and the other client is asked.
 *
 * Equal requests get equal answers: that is what tests and retries of a whole job want, and what two agents that should
 * have ideas of their own do not.
 */
export class ChatCompletionCache implements ChatCompletionClient {
  static readonly component: ComponentDefinition<ChatCompletionCache> = cacheComponent(
    (options) => new ChatCompletionCache(options),
  );

  readonly client: ChatCompletionClient;
  readonly store: CacheStore;
  readonly ttlSeconds: number | undefined;
  readonly namespace: string | undefined;

  /** @throws ValueError for a time to live that is no number above 0. */
  constructor({ client, store, ttlSeconds, namespace }: ChatCompletionCacheOptions) {
    const given: unknown = client;
    if (typeof given !== "string" && !isObject(given)) {
      throw new ValueError("A ChatCompletionCache needs a client: a model client, or a model's name.");
    }
    if (ttlSeconds !== undefined && !(ttlSeconds > 0)) {
      throw new ValueError(`ttlSeconds must be a number above 0. It is ${String(ttlSeconds)}.`);
    }
    this.client = typeof client === "string" ? model(client) : client;
    this.store = store ?? new InMemoryStore();
    this.ttlSeconds = ttlSeconds;
    this.namespace = namespace;
  }

  get model(): string {
    return this.client.model;
  }

  get modelInfo(): ModelInfo {
    return this.client.modelInfo;
  }

  get provider(): string | undefined {
    return this.client.provider;
  }

  get requestDefaults(): Readonly<Record<string, Json>> | undefined {
    return this.client.requestDefaults;
  }

  create(messages: readonly LLMMessage[], options: CreateOptions = {}): Promise<CreateResult> {
    return performModelCall(this, messages, options, async (inside) => {
      const key = cacheKey(this.client, this.namespace, messages, inside);
      const entry = await this.#find(key);
      const kept = entry === undefined ? undefined : resultOf(entry);
      if (kept !== undefined) return kept;
      const result = await this.client.create(messages, inside);
      await this.#keep(key, result);
      return result;
    });
  }

  createStream(messages: readonly LLMMessage[], options: CreateOptions = {}): ModelStream {
    return performModelStream(this, messages, options, (inside) => streamOfBatches(this.#stream(messages, inside)));
  }

  /** Those of the client: answers from the cache add nothing. */
  actualUsage(): RequestUsage {
    return this.client.actualUsage();
  }

  totalUsage(): RequestUsage {
    return this.client.totalUsage();
  }

  countTokens(messages: readonly LLMMessage[], options?: Pick<CreateOptions, "tools">): number {
    return this.client.countTokens(messages, options);
  }

  remainingTokens(messages: readonly LLMMessage[], options?: Pick<CreateOptions, "tools">): number {
    return this.client.remainingTokens(messages, options);
  }

  cost(usage: RequestUsage): number | undefined {
    return this.client.cost(usage);
  }

  /** As if nothing were kept. */
  maxCost(messages: readonly LLMMessage[], options?: CreateOptions): number | undefined {
    return this.client.maxCost(messages, options);
  }

  /** Closes the client; the store is its owner's. */
  close(): Promise<void> {
    return this.client.close();
  }

  async *#stream(messages: readonly LLMMessage[], options: CreateOptions): AsyncGenerator<ModelBatch> {
    const key = cacheKey(this.client, this.namespace, messages, options);
    const entry = await this.#find(key);
    if (entry !== undefined) {
      yield itemsOf(entry);
      return;
    }
    const items: (string | CreateResult)[] = [];
    const batches = { [Symbol.asyncIterator]: () => batchesOf(this.client.createStream(messages, options)) };
    for await (const batch of batches) {
      items.push(...batch);
      yield batch;
    }
    await this.#keep(key, items);
  }

  async #find(key: string): Promise<CacheEntry | undefined> {
    try {
      return entryFromStore(await this.store.get(key));
    } catch (error) {
      this.#warn(error);
      return undefined;
    }
  }

  async #keep(key: string, entry: CacheEntry): Promise<void> {
    const { ttlSeconds } = this;
    // A stream without a result did not come to its end.
    const result = resultOf(entry);
    if (result === undefined || result.content.length === 0) return;
    try {
      await this.store.set(key, entryToJson(entry), ttlSeconds === undefined ? {} : { ttlMs: ttlSeconds * 1000 });
    } catch (error) {
      this.#warn(error);
    }
  }

  #warn(error: unknown): void {
    const text = `The cache of the model "${this.model}" does not work, and its calls are made: ${errorToText(error)}`;
    warnOnce("TESSERAE_CACHE_STORE", text);
  }
}
