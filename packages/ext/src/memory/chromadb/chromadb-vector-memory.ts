import { randomUUID } from "node:crypto";
import {
  RuntimeError,
  throwIfAborted,
  ValueError,
  type ChatCompletionContext,
  type ComponentDefinition,
  type JsonObject,
  type Memory,
  type MemoryContent,
  type MemoryQueryResult,
  type UpdateContextResult,
} from "@tesserae/core";
import { OpenedOnce } from "../../shared/opened-once.ts";
import type { Transport } from "../../transport/types.ts";
import { addFound, numberedList } from "../shared/context.ts";
import { embedOne, type EmbeddingFunction } from "../shared/embedding.ts";
import { contentOfText, memoryText } from "../shared/memory-text.ts";
import {
  CHROMA_CONFIG_SCHEMA,
  chromaConfigFromJson,
  chromaConfigToJson,
  maskedChromaSecrets,
  type ChromaConfigJson,
} from "./config-json.ts";
import {
  checkCount,
  checkedConfig,
  PersistentChromaDBVectorMemoryConfig,
  type ChromaDBVectorMemoryConfig,
  type ChromaDBVectorMemoryConfigInit,
} from "./config.ts";
import { CustomEmbeddingFunctionConfig, makeEmbedding, type NamedEmbedding } from "./embedding-config.ts";
import { openStore, type StoreAccess } from "./open-store.ts";
import { scoreOf } from "./score.ts";
import type { Match, Metadata, VectorStore } from "./vector-store.ts";

/** What makes a {@link ChromaDBVectorMemory}. */
export interface ChromaDBVectorMemoryOptions {
  /** Default: a `PersistentChromaDBVectorMemoryConfig` with its defaults. */
  readonly config?: ChromaDBVectorMemoryConfigInit | undefined;
  /** An embedding function, instead of the one that the config names. */
  readonly embeddingFunction?: EmbeddingFunction | undefined;
  /**
   * The command that starts a Chroma server over the folder of a persistent memory. Default `chroma`; `false` keeps the
   * memory in a SQLite file, which needs nothing installed.
   */
  readonly chromaCommand?: string | false | undefined;
  /** What sends the requests to a server. Default: an `HttpTransport`. It stays open when the memory is closed. */
  readonly transport?: Transport | undefined;
  /** A name for the memory, in events and records. */
  readonly name?: string | undefined;
}

/** What one query may ask for. */
export interface ChromaDBQueryOptions {
  readonly signal?: AbortSignal | undefined;
  /** How many results at most. Default: the config's. */
  readonly k?: number | undefined;
  /** Only results with this or a higher score. Default: the config's. */
  readonly scoreThreshold?: number | undefined;
  /** Only what has such metadata: Chroma's filter, such as `{ source: "manual.md" }` or `{ page: { $gt: 3 } }`. */
  readonly where?: JsonObject | undefined;
}

/**
 * A memory that finds what is near in meaning, in a collection of Chroma: of a server, or in a folder of this machine.
 *
 * Before each model call of an agent it is asked with the last message, and what it finds is added as a system message.
 * The collection is opened, and made where it is not there, at the first use.
 */
export class ChromaDBVectorMemory implements Memory {
  static readonly component: ComponentDefinition<ChromaDBVectorMemory> = {
    provider: "autogen_ext.memory.chromadb.ChromaDBVectorMemory",
    componentType: "memory",
    label: "ChromaDBVectorMemory",
    description: "A memory that finds what is near in meaning, in a collection of Chroma.",
    schema: CHROMA_CONFIG_SCHEMA,
    check: maskedChromaSecrets,
    toConfig: ({ config }, { includeSecrets }) => chromaConfigToJson(config, includeSecrets),
    fromConfig: (config) =>
      new ChromaDBVectorMemory({ config: chromaConfigFromJson(config as unknown as ChromaConfigJson) }),
  };

  readonly config: ChromaDBVectorMemoryConfig;
  readonly name: string | undefined;
  readonly #access: StoreAccess;
  #embedding: NamedEmbedding | undefined;
  readonly #store = new OpenedOnce<VectorStore>();

  /** @throws ValueError for a config that cannot be used. */
  constructor(options: ChromaDBVectorMemoryOptions = {}) {
    const given = options.config === undefined ? PersistentChromaDBVectorMemoryConfig() : checkedConfig(options.config);
    const { embeddingFunction } = options;
    this.config =
      embeddingFunction === undefined
        ? given
        : {
            ...given,
            embeddingFunctionConfig: CustomEmbeddingFunctionConfig({ function: () => embeddingFunction }),
          };
    this.name = options.name;
    this.#access = { transport: options.transport, chromaCommand: options.chromaCommand ?? "chroma" };
  }

  get collectionName(): string {
    return this.config.collectionName;
  }

  /** Asks with the last message, and adds what was found as one system message; none when nothing was. */
  updateContext(modelContext: ChatCompletionContext): Promise<UpdateContextResult> {
    return addFound(modelContext, this, (results) => numberedList("Relevant memory content", results));
  }

  /**
   * What is nearest, the nearest first. Its metadata are those that were given, and `id`, `score` and `mime_type`.
   *
   * @throws ValueError for a query that is no text; RuntimeError when the store cannot be used.
   */
  async query(query: string | MemoryContent, options: ChromaDBQueryOptions = {}): Promise<MemoryQueryResult> {
    const { signal, where, k = this.config.k, scoreThreshold = this.config.scoreThreshold } = options;
    throwIfAborted(signal);
    checkCount("k", k);
    const text = memoryText(query);
    if (text.trim() === "") return { results: [] };
    const store = await this.#open(signal);
    const vector = await embedOne(this.#makeEmbedding().embed, text, signal);
    const matches = await store.query({ vector, k, where }, { signal });
    const found = matches.map((match) => ({
      match,
      score: scoreOf(match.distance, this.config.distanceMetric, store.metric),
    }));
    return {
      results: found
        .filter(({ score }) => scoreThreshold === undefined || score >= scoreThreshold)
        .map(({ match, score }) => contentOf(match, score)),
    };
  }

  /**
   * Remembers a text, a text in markdown, or an object.
   *
   * @throws ValueError for other content, and for metadata that are no texts, numbers and booleans.
   */
  async add(content: MemoryContent, { signal }: { readonly signal?: AbortSignal | undefined } = {}): Promise<void> {
    throwIfAborted(signal);
    const document = memoryText(content);
    const metadata = { ...plainMetadata(content.metadata ?? {}), mime_type: content.mimeType };
    const store = await this.#open(signal);
    const vector = await embedOne(this.#makeEmbedding().embed, document, signal);
    await store.add({ id: randomUUID(), document, metadata, vector }, { signal });
  }

  /** Forgets everything in this collection. */
  async clear(): Promise<void> {
    const store = await this.#open(undefined);
    await store.clear({});
  }

  /**
   * Takes out every collection of the server or the folder, also those of others. The next use makes this one anew.
   *
   * @throws RuntimeError unless the config says `allowReset`.
   */
  async reset(): Promise<void> {
    if (!this.config.allowReset) {
      throw new RuntimeError(
        "A reset takes out all collections, and is not allowed here: set allowReset in the config.",
      );
    }
    const store = await this.#open(undefined);
    await store.reset({});
    await this.close();
  }

  /** Lets go of the store. What is remembered stays, and a later use opens it again. */
  async close(): Promise<void> {
    const store = await this.#store.take();
    await store?.close();
  }

  #makeEmbedding(): NamedEmbedding {
    this.#embedding ??= makeEmbedding(this.config.embeddingFunctionConfig);
    return this.#embedding;
  }

  /** One store for all calls; what failed to open is tried again by the next. */
  #open(signal: AbortSignal | undefined): Promise<VectorStore> {
    return this.#store.open(() => openStore(this.config, this.#makeEmbedding().name, this.#access, { signal }));
  }
}

/** A kind as Python's memory writes it: the name of an enumeration's member. */
const PYTHON_KIND = /^MemoryMimeType\.(TEXT|JSON|MARKDOWN)$/;
const KINDS: Readonly<Record<string, string>> = {
  TEXT: "text/plain",
  JSON: "application/json",
  MARKDOWN: "text/markdown",
};

function contentOf({ document, id, metadata }: Match, score: number): MemoryContent {
  const kept = typeof metadata["mime_type"] === "string" ? metadata["mime_type"] : "text/plain";
  const mimeType = KINDS[PYTHON_KIND.exec(kept)?.[1] ?? ""] ?? kept;
  return {
    content: contentOfText(document, mimeType),
    mimeType,
    metadata: { ...metadata, mime_type: mimeType, score, id },
  };
}

function plainMetadata(metadata: NonNullable<MemoryContent["metadata"]>): Metadata {
  const plain: Record<string, string | number | boolean> = {};
  for (const [key, value] of Object.entries(metadata)) {
    // A store of single values has no place for nothing.
    if (value === null) continue;
    if (typeof value === "object") {
      throw new ValueError(
        `Metadata of this memory are texts, numbers and booleans. ${JSON.stringify(key)} is ${JSON.stringify(value)}.`,
      );
    }
    plain[key] = value;
  }
  return plain;
}
