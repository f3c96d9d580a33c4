import type { RedisMemoryConfig } from "./config.ts";
import type { RedisConnection } from "./connection.ts";

/** One remembered text, as it is kept: the fields of RedisVL, which Python's memory is built on. */
export interface RedisEntry {
  readonly content: string;
  /** JSON with the metadata and `mime_type`. */
  readonly metadata: string;
}

/** How what is kept is found. */
export interface RedisSearch {
  /** The newest, the oldest of them first. */
  recent(topK: number, signal: AbortSignal | undefined): Promise<readonly RedisEntry[]>;
  /** The nearest first, none farther than the threshold. */
  nearest(query: NearestQuery, signal: AbortSignal | undefined): Promise<readonly RedisEntry[]>;
  /** Makes ready for vectors of this many numbers, `undefined` for none, before the first is written. */
  prepare(dimensions: number | undefined, signal: AbortSignal | undefined): Promise<void>;
  /** Takes out the index, if there is one. */
  drop(signal: AbortSignal | undefined): Promise<void>;
}

/** What is asked for. */
export interface NearestQuery {
  readonly vector: readonly number[];
  readonly topK: number;
  readonly distanceThreshold: number;
}

/** The name of the field that holds a vector. */
export const VECTOR_FIELD = "vector_field";

/** How many keys are asked for at once. */
const PAGE = "500";

/** The keys of all entries of a prefix, in pages. */
export async function* entryKeys(
  connection: RedisConnection,
  { prefix }: RedisMemoryConfig,
  signal: AbortSignal | undefined,
): AsyncGenerator<readonly string[]> {
  const pattern = `${prefix.replace(/[\\*?[\]^]/g, String.raw`\$&`)}:*`;
  let cursor = "0";
  do {
    const answer = await connection.send(["SCAN", cursor, "MATCH", pattern, "COUNT", PAGE, "TYPE", "hash"], signal);
    const [next, keys]: readonly unknown[] = Array.isArray(answer) ? answer : [];
    cursor = typeof next === "string" ? next : "0";
    if (Array.isArray(keys) && keys.length > 0) yield keys.map(String);
  } while (cursor !== "0");
}
