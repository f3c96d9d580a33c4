import { ValueError } from "@tesserae/core";
import type { DistanceMetric } from "../shared/distance.ts";

/** How the search module finds the nearest: by comparing with all, or by a graph. */
export type RedisAlgorithm = "flat" | "hnsw";
/** How the numbers of vectors are kept. */
export type RedisDatatype = "uint8" | "int8" | "float16" | "float32" | "float64" | "bfloat16";

/** Where a memory keeps what it knows, and how it finds it. */
export interface RedisMemoryConfig {
  /** Default `redis://localhost:6379`. */
  readonly redisUrl: string;
  /** The name of the index of the search module. Default `chat_history`. */
  readonly indexName: string;
  /** What the keys begin with, before a colon: memories with one prefix share what they know. Default `memory`. */
  readonly prefix: string;
  /** Give the newest instead of the nearest; no vectors are made. Default false. */
  readonly sequential: boolean;
  /** Default `cosine`. */
  readonly distanceMetric: DistanceMetric;
  /** Default `flat`. */
  readonly algorithm: RedisAlgorithm;
  /** How many results a query gives at most. Default 10. */
  readonly topK: number;
  /** Default `float32`. The other kinds depend on the version of the search module. */
  readonly datatype: RedisDatatype;
  /** What is farther is left out: by the cosine, 0 is the same direction and 2 the opposite. Default 0.7. */
  readonly distanceThreshold: number;
  /**
   * A sentence transformer, see `sentenceTransformerEmbedding`. The default `sentence-transformers/all-mpnet-base-v2` is
   * not fetched unasked: with it the memory compares words, see `hashingEmbedding`.
   */
  readonly modelName: string;
}

/** The settings of a {@link RedisMemoryConfig}: all have defaults. */
export type RedisMemoryConfigInit = {
  readonly [Key in keyof RedisMemoryConfig]?: RedisMemoryConfig[Key] | undefined;
};

/** The model that AutoGen names when nobody names one. */
export const DEFAULT_MODEL = "sentence-transformers/all-mpnet-base-v2";

/** The values that some settings may have. */
export const REDIS_CHOICES = {
  distanceMetric: ["cosine", "ip", "l2"],
  algorithm: ["flat", "hnsw"],
  datatype: ["uint8", "int8", "float16", "float32", "float64", "bfloat16"],
} as const;

/** A config with every default in its place. @throws ValueError for values that cannot be used. */
export function RedisMemoryConfig(init: RedisMemoryConfigInit = {}): RedisMemoryConfig {
  const config: RedisMemoryConfig = {
    redisUrl: init.redisUrl ?? "redis://localhost:6379",
    indexName: init.indexName ?? "chat_history",
    prefix: init.prefix ?? "memory",
    sequential: init.sequential ?? false,
    distanceMetric: init.distanceMetric ?? "cosine",
    algorithm: init.algorithm ?? "flat",
    topK: init.topK ?? 10,
    datatype: init.datatype ?? "float32",
    distanceThreshold: init.distanceThreshold ?? 0.7,
    modelName: init.modelName ?? DEFAULT_MODEL,
  };
  for (const [name, allowed] of Object.entries(REDIS_CHOICES)) {
    const value: unknown = Reflect.get(config, name);
    if (allowed.some((one) => one === value)) continue;
    throw new ValueError(`${name} must be one of ${allowed.join(", ")}. It is ${JSON.stringify(value)}.`);
  }
  if (!/^(redis|rediss|unix):/.test(config.redisUrl)) {
    throw new ValueError(
      "redisUrl must be an address such as redis://localhost:6379 or rediss://user:password@host:6379/0.",
    );
  }
  for (const name of ["indexName", "prefix"] as const) {
    if (config[name] === "") throw new ValueError(`${name} must not be empty.`);
  }
  checkTopK(config.topK);
  checkThreshold(config.distanceThreshold);
  return config;
}

/** Throws unless it is a number of results. */
export function checkTopK(topK: number): void {
  if (!Number.isInteger(topK) || topK < 1)
    throw new ValueError(`topK must be a whole number greater than 0. It is ${topK}.`);
}

/** Throws unless it is a distance. */
export function checkThreshold(distanceThreshold: number): void {
  if (!Number.isFinite(distanceThreshold))
    throw new ValueError(`distanceThreshold must be a number. It is ${distanceThreshold}.`);
}
