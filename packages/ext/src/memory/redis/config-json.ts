import { MASKED_SECRET, type ComponentIssue, type JsonObject } from "@tesserae/core";
import { maskUrl } from "../../models/shared/secret-url.ts";
import { REDIS_CHOICES, RedisMemoryConfig } from "./config.ts";

const TEXT = { type: "string" };

/** AutoGen's config. */
export const REDIS_CONFIG_SCHEMA: JsonObject = {
  type: "object",
  properties: {
    redis_url: TEXT,
    index_name: TEXT,
    prefix: TEXT,
    sequential: { type: "boolean" },
    distance_metric: { enum: [...REDIS_CHOICES.distanceMetric] },
    algorithm: { enum: [...REDIS_CHOICES.algorithm] },
    top_k: { type: "integer", minimum: 1 },
    datatype: { enum: [...REDIS_CHOICES.datatype] },
    distance_threshold: { type: "number" },
    model_name: TEXT,
  },
};

/** A config that fits {@link REDIS_CONFIG_SCHEMA}. */
export interface RedisConfigJson {
  readonly redis_url?: string;
  readonly index_name?: string;
  readonly prefix?: string;
  readonly sequential?: boolean;
  readonly distance_metric?: RedisMemoryConfig["distanceMetric"];
  readonly algorithm?: RedisMemoryConfig["algorithm"];
  readonly top_k?: number;
  readonly datatype?: RedisMemoryConfig["datatype"];
  readonly distance_threshold?: number;
  readonly model_name?: string;
}

/** Writes a config with all its keys; the password in the address is masked unless secrets are wanted. */
export function redisConfigToJson(config: RedisMemoryConfig, includeSecrets: boolean): JsonObject {
  return {
    redis_url: includeSecrets ? config.redisUrl : maskUrl(config.redisUrl),
    index_name: config.indexName,
    prefix: config.prefix,
    sequential: config.sequential,
    distance_metric: config.distanceMetric,
    algorithm: config.algorithm,
    top_k: config.topK,
    datatype: config.datatype,
    distance_threshold: config.distanceThreshold,
    model_name: config.modelName,
  };
}

/** Reads what {@link redisConfigToJson} writes. */
export function redisConfigFromJson(json: RedisConfigJson): RedisMemoryConfig {
  return RedisMemoryConfig({
    redisUrl: json.redis_url,
    indexName: json.index_name,
    prefix: json.prefix,
    sequential: json.sequential,
    distanceMetric: json.distance_metric,
    algorithm: json.algorithm,
    topK: json.top_k,
    datatype: json.datatype,
    distanceThreshold: json.distance_threshold,
    modelName: json.model_name,
  });
}

/** Refuses an address whose password was masked when it was written: asterisks are no password. */
export function maskedRedisSecrets({ redis_url: url }: JsonObject): readonly ComponentIssue[] {
  if (typeof url !== "string" || !url.includes(MASKED_SECRET)) return [];
  return [{ pointer: "/redis_url", message: "is masked: give the real address, or $env:NAME" }];
}
