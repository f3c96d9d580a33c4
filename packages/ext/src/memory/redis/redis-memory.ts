import { randomUUID } from "node:crypto";
import {
  isObject,
  memoryContentToText,
  throwIfAborted,
  ValueError,
  TesseraeError,
  type ChatCompletionContext,
  type ComponentDefinition,
  type Json,
  type Memory,
  type MemoryContent,
  type MemoryQueryResult,
  type UpdateContextResult,
} from "@tesserae/core";
import { OpenedOnce } from "../../shared/opened-once.ts";
import { addFound } from "../shared/context.ts";
import { embedOne, type EmbeddingFunction } from "../shared/embedding.ts";
import { hashingEmbedding } from "../shared/hashing-embedding.ts";
import { contentOfText, memoryText } from "../shared/memory-text.ts";
import { sentenceTransformerEmbedding } from "../shared/sentence-transformer.ts";
import { warnOnce } from "../shared/warn.ts";
import { maskedRedisSecrets, REDIS_CONFIG_SCHEMA, redisConfigFromJson, redisConfigToJson } from "./config-json.ts";
import { checkThreshold, checkTopK, DEFAULT_MODEL, RedisMemoryConfig, type RedisMemoryConfigInit } from "./config.ts";
import { connectToRedis, type RedisConnection } from "./connection.ts";
import { HashScan } from "./hash-scan.ts";
import { entryKeys, VECTOR_FIELD, type RedisEntry, type RedisSearch } from "./redis-store.ts";
import { SearchIndex } from "./search-index.ts";
import { vectorToBytes } from "./vector-bytes.ts";

/** What makes a {@link RedisMemory}. */
export interface RedisMemoryOptions {
  /** Default: a `RedisMemoryConfig` with its defaults. */
  readonly config?: RedisMemoryConfigInit | undefined;
  /** An embedding function, instead of the model that the config names. */
  readonly embeddingFunction?: EmbeddingFunction | undefined;
  /** A name for the memory, in events and records. */
  readonly name?: string | undefined;
}

/** What one query may ask for. */
export interface RedisQueryOptions {
  readonly signal?: AbortSignal | undefined;
  /** How many results at most. Default: the config's. */
  readonly topK?: number | undefined;
  /** What is farther is left out. Default: the config's. */
  readonly distanceThreshold?: number | undefined;
  /** Give the newest instead of the nearest. Default: the config's. */
  readonly sequential?: boolean | undefined;
}

interface OpenStore {
  readonly connection: RedisConnection;
  readonly search: RedisSearch;
}

/**
 * A memory in Redis, which many processes may share: it finds what is near in meaning, or gives what was said last.
 *
 * It searches by the search module where the server has it (Redis 8, Redis Stack), and reads all entries where it has not.
 * Needs the package `@redis/client`. The connection is made at the first use.
 */
export class RedisMemory implements Memory {
  static readonly component: ComponentDefinition<RedisMemory> = {
    provider: "autogen_ext.memory.redis.RedisMemory",
    componentType: "memory",
    // What Python's class calls itself; there is no such module.
    aliases: ["autogen_ext.memory.redis_memory.RedisMemory"],
    label: "RedisMemory",
    description: "A memory in Redis that finds what is near in meaning, or gives what was said last.",
    schema: REDIS_CONFIG_SCHEMA,
    check: maskedRedisSecrets,
    toConfig: (memory, { includeSecrets }) => {
      if (memory.#given !== undefined) {
        throw new TesseraeError(
          "ERR_COMPONENT_NOT_SERIALIZABLE",
          "A memory with an embedding function of your own cannot be written as JSON. Name a model by modelName, or leave " +
            "the memory out of what is written.",
        );
      }
      return redisConfigToJson(memory.config, includeSecrets);
    },
    fromConfig: (config) => new RedisMemory({ config: redisConfigFromJson(config) }),
  };

  readonly config: RedisMemoryConfig;
  readonly name: string | undefined;
  readonly #given: EmbeddingFunction | undefined;
  #embedding: EmbeddingFunction | undefined;
  readonly #store = new OpenedOnce<OpenStore>();
  #lastTime = 0;

  /** @throws ValueError for a config that cannot be used. */
  constructor(options: RedisMemoryOptions = {}) {
    this.config = RedisMemoryConfig(options.config);
    this.name = options.name;
    this.#given = options.embeddingFunction;
  }

  /** Asks with the last message, and adds what was found as one system message; none when nothing was. */
  updateContext(modelContext: ChatCompletionContext): Promise<UpdateContextResult> {
    return addFound(modelContext, this, (results) => results.map(memoryContentToText).join("\n\n"));
  }

  /**
   * What is near, the nearest first; of a sequential memory, or asked for so, the newest, in the order of adding.
   *
   * @throws ValueError for a query that is no text, and for one by meaning to a sequential memory; RuntimeError when Redis
   * cannot be used.
   */
  async query(query: string | MemoryContent, options: RedisQueryOptions = {}): Promise<MemoryQueryResult> {
    const { signal, topK = this.config.topK, distanceThreshold = this.config.distanceThreshold } = options;
    throwIfAborted(signal);
    checkTopK(topK);
    checkThreshold(distanceThreshold);
    if (this.config.sequential && options.sequential === false) {
      throw new ValueError("A sequential memory has no vectors to search by: make one with sequential: false.");
    }
    if (options.sequential ?? this.config.sequential) {
      const { search } = await this.#open();
      return { results: (await search.recent(topK, signal)).map(contentOf) };
    }
    const text = memoryText(query);
    if (text.trim() === "") return { results: [] };
    const { search } = await this.#open();
    const vector = await this.#embed(text, signal);
    await search.prepare(vector.length, signal);
    return { results: (await search.nearest({ vector, topK, distanceThreshold }, signal)).map(contentOf) };
  }

  /**
   * Remembers a text, a text in markdown, or an object.
   *
   * @throws ValueError for other content.
   */
  async add(content: MemoryContent, { signal }: { readonly signal?: AbortSignal | undefined } = {}): Promise<void> {
    throwIfAborted(signal);
    const text = memoryText(content);
    const { connection, search } = await this.#open();
    const vector = this.config.sequential ? undefined : await this.#embed(text, signal);
    await search.prepare(vector?.length, signal);
    const timestamp = this.#nextTime();
    const id = `tesserae:${timestamp}:${randomUUID().slice(0, 8)}`;
    const metadata = JSON.stringify({ ...content.metadata, mime_type: content.mimeType });
    const said = ["role", "user", "content", text, "session_tag", "tesserae", "timestamp", String(timestamp)];
    const bytes = vector === undefined ? [] : [VECTOR_FIELD, vectorToBytes(vector, this.config.datatype)];
    const key = `${this.config.prefix}:${id}`;
    await connection.send(["HSET", key, "entry_id", id, ...said, "metadata", metadata, ...bytes], signal);
  }

  /** Forgets everything under the prefix. */
  async clear(): Promise<void> {
    const { connection } = await this.#open();
    for await (const keys of entryKeys(connection, this.config, undefined)) await connection.send(["UNLINK", ...keys]);
  }

  /** Forgets everything, and takes the index out of Redis. The next use makes it anew. */
  async drop(): Promise<void> {
    const { search } = await this.#open();
    await search.drop(undefined);
    await this.clear();
  }

  /** Ends the connection. What is remembered stays, and a later use connects again. */
  async close(): Promise<void> {
    const store = await this.#store.take();
    await store?.connection.close();
  }

  async #embed(text: string, signal: AbortSignal | undefined): Promise<readonly number[]> {
    this.#embedding ??= this.#given ?? embeddingOf(this.config.modelName);
    return embedOne(this.#embedding, text, signal);
  }

  /** One connection for all calls; what failed is tried again by the next. */
  #open(): Promise<OpenStore> {
    return this.#store.open(() => openRedis(this.config));
  }

  /** Seconds, with six digits behind the point; later than the last one, so that the order of adding is kept. */
  #nextTime(): number {
    const now = Math.round((performance.timeOrigin + performance.now()) * 1000);
    this.#lastTime = Math.max(now, this.#lastTime + 1);
    return this.#lastTime / 1e6;
  }
}

function embeddingOf(modelName: string): EmbeddingFunction {
  if (modelName !== DEFAULT_MODEL) return sentenceTransformerEmbedding(modelName);
  warnOnce(
    "TESSERAE_MEMORY_HASHING",
    "This memory has no model for its embedding: texts are compared by their words, not by what they mean. Give it an " +
      "embeddingFunction, such as sentenceTransformerEmbedding or openAIEmbedding.",
  );
  return hashingEmbedding;
}

async function openRedis(config: RedisMemoryConfig): Promise<OpenStore> {
  const connection = await connectToRedis(config.redisUrl);
  const hasModule = await connection.send(["FT._LIST"]).then(
    () => true,
    () => false,
  );
  if (hasModule) return { connection, search: new SearchIndex(connection, config) };
  if (!config.sequential) {
    warnOnce(
      "TESSERAE_MEMORY_FALLBACK",
      "This Redis has no search module: every query of a memory reads all its entries. Redis 8 and Redis Stack have it.",
    );
  }
  return { connection, search: new HashScan(connection, config) };
}

function contentOf({ content, metadata: text }: RedisEntry): MemoryContent {
  const parsed = text === "" ? {} : (JSON.parse(text) as Json);
  const { mime_type: kind, ...metadata } = isObject(parsed) ? parsed : {};
  const mimeType = typeof kind === "string" ? kind : "text/plain";
  return { content: contentOfText(content, mimeType), mimeType, metadata };
}
