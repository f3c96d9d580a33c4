import { randomUUID } from "node:crypto";
import {
  isAbortError,
  isObject,
  RuntimeError,
  throwIfAborted,
  ValueError,
  type ChatCompletionContext,
  type ComponentDefinition,
  type Json,
  type JsonObject,
  type Memory,
  type MemoryContent,
  type MemoryQueryResult,
  type UpdateContextResult,
} from "@tesserae/core";
import { addFound, numberedList } from "../shared/context.ts";
import { memoryText } from "../shared/memory-text.ts";
import { warnOnce } from "../shared/warn.ts";
import { maskedMem0Secrets, MEM0_CONFIG_SCHEMA, mem0OptionsFromJson, mem0OptionsToJson } from "./config-json.ts";
import { mem0Cloud, type Mem0Client } from "./mem0-client.ts";
import type { Mem0MemoryOptions } from "./options.ts";

/** What one query may ask for. */
export interface Mem0QueryOptions {
  readonly signal?: AbortSignal | undefined;
  /** How many results at most. Default: the memory's. */
  readonly limit?: number | undefined;
}

/**
 * A memory in Mem0, which makes memories of what it is told about a user, by a model of its own: what a query gives are
 * these, and not the texts that were added. A query that fails gives nothing, with a warning, so that an agent goes on.
 */
export class Mem0Memory implements Memory {
  static readonly component: ComponentDefinition<Mem0Memory> = {
    provider: "autogen_ext.memory.mem0.Mem0Memory",
    componentType: "memory",
    label: "Mem0Memory",
    description: "A memory in Mem0, which makes memories of what it is told about a user.",
    schema: MEM0_CONFIG_SCHEMA,
    secrets: ["api_key"],
    check: maskedMem0Secrets,
    toConfig: (memory, { includeSecrets }) =>
      mem0OptionsToJson(
        { ...memory.#options, userId: memory.userId, limit: memory.limit, isCloud: memory.isCloud },
        includeSecrets,
      ),
    fromConfig: (config) => new Mem0Memory(mem0OptionsFromJson(config)),
  };

  readonly userId: string;
  readonly limit: number;
  readonly isCloud: boolean;
  readonly name: string | undefined;
  readonly #options: Mem0MemoryOptions;
  #cloud: Mem0Client | undefined;

  /** @throws ValueError for a Mem0 of your own without a config, and for a limit that is no number of results. */
  constructor(options: Mem0MemoryOptions = {}) {
    const { config, isCloud = true, limit = 10 } = options;
    if (!isCloud && config === undefined) {
      throw new ValueError("config is required when Mem0 is not the cloud's (isCloud: false).");
    }
    checkLimit(limit);
    this.#options = options;
    this.userId = options.userId ?? randomUUID();
    this.limit = limit;
    this.isCloud = isCloud;
    this.name = options.name;
  }

  /** The settings of a Mem0 of your own. */
  get config(): JsonObject | undefined {
    return this.#options.config;
  }

  /** Asks with the last message, and adds what was found as one system message; none when nothing was. */
  updateContext(modelContext: ChatCompletionContext): Promise<UpdateContextResult> {
    return addFound(modelContext, this, (results) => numberedList("Relevant memories", results));
  }

  /**
   * What Mem0 remembers that is near, with `score`, `created_at`, `updated_at` and `categories` in the metadata where Mem0
   * gives them; nothing when it fails.
   *
   * @throws CancelledError for an aborted signal; RuntimeError without a key or a client.
   */
  async query(query: string | MemoryContent = "", options: Mem0QueryOptions = {}): Promise<MemoryQueryResult> {
    const { signal, limit = this.limit } = options;
    throwIfAborted(signal);
    checkLimit(limit);
    const text = typeof query === "string" ? query : textOf(query);
    if (text.trim() === "") return { results: [] };
    const client = this.#client();
    try {
      return { results: listOf(await client.search(text, { userId: this.userId, limit, signal })).map(contentOf) };
    } catch (error) {
      throwIfAborted(signal);
      if (isAbortError(error)) throw error;
      this.#options.onQueryError?.(error);
      const why = error instanceof Error ? error.message : String(error);
      warnOnce("TESSERAE_MEMORY_QUERY_FAILED", `A query of a memory in Mem0 failed, and found nothing: ${why}`);
      return { results: [] };
    }
  }

  /**
   * Tells Mem0 a text, or an object as JSON. A `user_id` in the metadata names another user.
   *
   * @throws ValueError for images and bytes; RuntimeError `ERR_MEMORY_STORE` when Mem0 refuses.
   */
  async add(content: MemoryContent, { signal }: { readonly signal?: AbortSignal | undefined } = {}): Promise<void> {
    throwIfAborted(signal);
    const { user_id: user, ...metadata } = content.metadata ?? {};
    const userId = typeof user === "string" ? user : this.userId;
    await this.#client().add([{ role: "user", content: textOf(content) }], { userId, metadata, signal });
  }

  /** Forgets everything about this user. */
  async clear(): Promise<void> {
    await this.#client().deleteAll({ userId: this.userId });
  }

  /** Closes connections to the cloud. What is remembered stays, and a later use connects again. */
  async close(): Promise<void> {
    const cloud = this.#cloud;
    this.#cloud = undefined;
    await cloud?.close?.();
  }

  #client(): Mem0Client {
    const { apiKey = process.env["MEM0_API_KEY"], baseUrl, client, transport } = this.#options;
    if (client !== undefined) return client;
    if (!this.isCloud) {
      throw new RuntimeError(
        "A Mem0 of your own (isCloud: false) is not started here: give it as client, an object with add, search and deleteAll.",
      );
    }
    if (apiKey === undefined || apiKey === "") {
      throw new RuntimeError("Mem0's cloud needs an apiKey, or the environment variable MEM0_API_KEY.", {
        code: "ERR_MODEL_AUTHENTICATION",
      });
    }
    this.#cloud ??= mem0Cloud({ apiKey, baseUrl: baseUrl ?? "https://api.mem0.ai", transport });
    return this.#cloud;
  }
}

function checkLimit(limit: number): void {
  if (!Number.isInteger(limit) || limit < 1) {
    throw new ValueError(`limit must be a whole number greater than 0. It is ${limit}.`);
  }
}

function textOf(content: MemoryContent): string {
  return typeof content.content === "string" ? content.content : memoryText(content);
}

/** A list, or the list in an object: which it is differs between versions of Mem0. */
function listOf(answer: unknown): readonly JsonObject[] {
  const list: unknown = isObject(answer) ? answer["results"] : answer;
  if (Array.isArray(list)) return list.filter((one: Json): one is JsonObject => isObject(one));
  throw new RuntimeError("Mem0 answered a search with neither a list nor an object with results.", {
    code: "ERR_MEMORY_STORE",
  });
}

function contentOf(result: JsonObject): MemoryContent {
  const { memory, metadata } = result;
  const told = ["score", "created_at", "updated_at", "categories"]
    .map((key) => [key, result[key]] as const)
    .filter((entry): entry is readonly [string, Json] => entry[1] !== undefined && entry[1] !== null);
  return {
    content: typeof memory === "string" ? memory : "",
    mimeType: "text/plain",
    metadata: { ...(isObject(metadata) ? metadata : {}), ...Object.fromEntries(told) },
  };
}
