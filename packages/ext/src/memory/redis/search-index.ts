import { isTesseraeError, ValueError } from "@tesserae/core";
import type { RedisMemoryConfig } from "./config.ts";
import type { RedisConnection } from "./connection.ts";
import { VECTOR_FIELD, type NearestQuery, type RedisEntry, type RedisSearch } from "./redis-store.ts";
import { vectorToBytes } from "./vector-bytes.ts";

const DISTANCE = "vector_distance";
/** The fields of an entry that are indexed beside its vector. */
const FIELDS = "role TAG content TEXT tool_call_id TAG timestamp NUMERIC session_tag TAG metadata TEXT".split(" ");

/** Finds by an index of the search module (RediSearch, part of Redis 8 and of Redis Stack). */
export class SearchIndex implements RedisSearch {
  readonly #connection: RedisConnection;
  readonly #config: RedisMemoryConfig;
  #prepared: Promise<void> | undefined;

  constructor(connection: RedisConnection, config: RedisMemoryConfig) {
    this.#connection = connection;
    this.#config = config;
  }

  async recent(topK: number, signal: AbortSignal | undefined): Promise<readonly RedisEntry[]> {
    const order = ["SORTBY", "timestamp", "DESC", "LIMIT", "0", String(topK)];
    try {
      const found = await this.#search(["*", "RETURN", "2", "content", "metadata", ...order], signal);
      return found.map(({ entry }) => entry).toReversed();
    } catch (error) {
      // Nothing was added yet.
      if (isUnknownIndex(error)) return [];
      throw error;
    }
  }

  async nearest(
    { vector, topK, distanceThreshold }: NearestQuery,
    signal: AbortSignal | undefined,
  ): Promise<readonly RedisEntry[]> {
    const count = String(topK);
    const question = `*=>[KNN $k @${VECTOR_FIELD} $vector AS ${DISTANCE}]`;
    const params = ["PARAMS", "4", "k", count, "vector", vectorToBytes(vector, this.#config.datatype)];
    const wanted = ["RETURN", "3", "content", "metadata", DISTANCE, "SORTBY", DISTANCE, "LIMIT", "0", count];
    const found = await this.#search([question, ...params, ...wanted, "DIALECT", "2"], signal);
    return found.filter(({ distance }) => distance <= distanceThreshold).map(({ entry }) => entry);
  }

  prepare(dimensions: number | undefined, signal: AbortSignal | undefined): Promise<void> {
    if (this.#prepared === undefined) {
      const prepared = this.#create(dimensions, signal);
      this.#prepared = prepared;
      prepared.catch(() => {
        if (this.#prepared === prepared) this.#prepared = undefined;
      });
    }
    return this.#prepared;
  }

  async drop(signal: AbortSignal | undefined): Promise<void> {
    this.#prepared = undefined;
    try {
      await this.#connection.send(["FT.DROPINDEX", this.#config.indexName], signal);
    } catch (error) {
      if (!isUnknownIndex(error)) throw error;
    }
  }

  async #create(dimensions: number | undefined, signal: AbortSignal | undefined): Promise<void> {
    const { algorithm, datatype, distanceMetric, indexName, prefix } = this.#config;
    const attributes = ["TYPE", datatype, "DIM", String(dimensions), "DISTANCE_METRIC", distanceMetric];
    const vector = [
      VECTOR_FIELD,
      "VECTOR",
      algorithm.toUpperCase(),
      "6",
      ...attributes.map((part) => part.toUpperCase()),
    ];
    const schema = ["SCHEMA", ...FIELDS, ...(dimensions === undefined ? [] : vector)];
    try {
      await this.#connection.send(
        ["FT.CREATE", indexName, "ON", "HASH", "PREFIX", "1", `${prefix}:`, ...schema],
        signal,
      );
    } catch (error) {
      if (!/index already exists/i.test(messageOf(error))) throw error;
      await this.#checkExisting(dimensions, signal);
    }
  }

  /** An index that is there must be the one that would have been made. */
  async #checkExisting(dimensions: number | undefined, signal: AbortSignal | undefined): Promise<void> {
    const { distanceMetric, indexName } = this.#config;
    const info = pairsOf(await this.#connection.send(["FT.INFO", indexName], signal));
    const attributes: unknown = info.get("attributes");
    const fields = Array.isArray(attributes) ? attributes.map(pairsOf) : [];
    const vector = fields.find((field) => field.get("identifier") === VECTOR_FIELD);
    if (dimensions === undefined) return;
    const remedy = `Use another indexName and prefix, or drop() the memory to make the index anew.`;
    if (vector === undefined) {
      throw new ValueError(`The index ${indexName} in Redis has no vectors: it is of a sequential memory. ${remedy}`);
    }
    const has = Number(vector.get("dim"));
    if (has !== dimensions) {
      throw new ValueError(
        `The index ${indexName} in Redis holds vectors of ${has} numbers, and the embedding gives ${dimensions}: it was ` +
          `filled by another one. ${remedy}`,
      );
    }
    const metric = String(vector.get("distance_metric")).toLowerCase();
    if (metric !== distanceMetric) {
      throw new ValueError(
        `The index ${indexName} in Redis compares by ${metric}, and this memory by ${distanceMetric}. ${remedy}`,
      );
    }
  }

  async #search(args: readonly (string | Uint8Array)[], signal: AbortSignal | undefined): Promise<readonly Found[]> {
    const answer = await this.#connection.send(["FT.SEARCH", this.#config.indexName, ...args], signal);
    // How many there are, then a key and its fields for each.
    const rows = Array.isArray(answer) ? answer.slice(1) : [];
    return rows
      .filter((row): row is readonly unknown[] => Array.isArray(row))
      .map(pairsOf)
      .map((fields) => ({
        entry: { content: textOf(fields.get("content")), metadata: textOf(fields.get("metadata")) },
        distance: Number(fields.get(DISTANCE)),
      }));
  }
}

interface Found {
  readonly entry: RedisEntry;
  readonly distance: number;
}

/** A list of names, each before its value, as the module answers. */
function pairsOf(list: unknown): ReadonlyMap<unknown, unknown> {
  const pairs = new Map<unknown, unknown>();
  if (!Array.isArray(list)) return pairs;
  for (let index = 0; index + 1 < list.length; index += 2) pairs.set(list[index], list[index + 1]);
  return pairs;
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function isUnknownIndex(error: unknown): boolean {
  return /unknown index|no such index/i.test(messageOf(error));
}

function messageOf(error: unknown): string {
  return isTesseraeError(error) ? error.message : "";
}
