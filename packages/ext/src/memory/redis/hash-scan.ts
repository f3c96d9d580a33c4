import { ValueError } from "@tesserae/core";
import { distanceBetween } from "../shared/distance.ts";
import type { RedisMemoryConfig } from "./config.ts";
import type { RedisConnection } from "./connection.ts";
import { entryKeys, VECTOR_FIELD, type NearestQuery, type RedisEntry, type RedisSearch } from "./redis-store.ts";
import { vectorFromBytes } from "./vector-bytes.ts";

/** Finds without the search module: reads every entry, and compares here. For some thousand of them. */
export class HashScan implements RedisSearch {
  readonly #connection: RedisConnection;
  readonly #config: RedisMemoryConfig;

  constructor(connection: RedisConnection, config: RedisMemoryConfig) {
    this.#connection = connection;
    this.#config = config;
  }

  async recent(topK: number, signal: AbortSignal | undefined): Promise<readonly RedisEntry[]> {
    const found: (RedisEntry & { readonly time: number })[] = [];
    for await (const { entry, time } of this.#entries(signal)) found.push({ ...entry, time });
    return found.sort((left, right) => left.time - right.time).slice(-topK);
  }

  async nearest(query: NearestQuery, signal: AbortSignal | undefined): Promise<readonly RedisEntry[]> {
    const found: (RedisEntry & { readonly distance: number })[] = [];
    for await (const { entry, vector } of this.#entries(signal)) {
      if (vector.length === 0) continue;
      if (vector.length !== query.vector.length) {
        throw new ValueError(
          `The memory ${this.#config.prefix} in Redis holds vectors of ${vector.length} numbers, and the embedding gives ` +
            `${query.vector.length}: it was filled by another one. Use that, or another prefix and indexName.`,
        );
      }
      const distance = distanceBetween(this.#config.distanceMetric, query.vector, vector);
      if (distance <= query.distanceThreshold) found.push({ ...entry, distance });
    }
    return found.sort((left, right) => left.distance - right.distance).slice(0, query.topK);
  }

  prepare(): Promise<void> {
    return Promise.resolve();
  }

  drop(): Promise<void> {
    return Promise.resolve();
  }

  async *#entries(signal: AbortSignal | undefined): AsyncGenerator<Scanned> {
    for await (const keys of entryKeys(this.#connection, this.#config, signal)) {
      // Sent together, answered together.
      const rows = await Promise.all(
        keys.map((key) =>
          this.#connection.sendForBytes(["HMGET", key, "content", "metadata", "timestamp", VECTOR_FIELD], signal),
        ),
      );
      for (const row of rows) {
        const [content, metadata, timestamp, vector]: readonly unknown[] = Array.isArray(row) ? row : [];
        // Deleted between the two commands, or no entry of a memory.
        if (!(content instanceof Uint8Array)) continue;
        yield {
          entry: { content: textOf(content), metadata: textOf(metadata) },
          time: Number(textOf(timestamp)),
          vector: vector instanceof Uint8Array ? vectorFromBytes(vector, this.#config.datatype) : [],
        };
      }
    }
  }
}

interface Scanned {
  readonly entry: RedisEntry;
  readonly time: number;
  readonly vector: readonly number[];
}

function textOf(bytes: unknown): string {
  return bytes instanceof Uint8Array ? new TextDecoder().decode(bytes) : "";
}
