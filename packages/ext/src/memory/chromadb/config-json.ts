import { MASKED_SECRET, TesseraeError, isObject, type ComponentIssue, type JsonObject } from "@tesserae/core";
import { maskHeaders } from "../../models/shared/secret-headers.ts";
import { checkedConfig, type ChromaDBVectorMemoryConfig } from "./config.ts";
import {
  DefaultEmbeddingFunctionConfig,
  OpenAIEmbeddingFunctionConfig,
  SentenceTransformerEmbeddingFunctionConfig,
  type EmbeddingFunctionConfig,
} from "./embedding-config.ts";

const optional = (schema: JsonObject): JsonObject => ({ anyOf: [schema, { type: "null" }] });
const TEXT = { type: "string" };
const FLAG = { type: "boolean" };

/** AutoGen's config, of both kinds. */
export const CHROMA_CONFIG_SCHEMA: JsonObject = {
  type: "object",
  properties: {
    client_type: { enum: ["persistent", "http"] },
    collection_name: TEXT,
    distance_metric: { enum: ["cosine", "l2", "ip"] },
    k: { type: "integer", minimum: 1 },
    score_threshold: optional({ type: "number" }),
    allow_reset: FLAG,
    tenant: TEXT,
    database: TEXT,
    embedding_function_config: {
      type: "object",
      properties: {
        function_type: { enum: ["default", "sentence_transformer", "openai"] },
        model_name: TEXT,
        api_key: TEXT,
        base_url: TEXT,
      },
    },
    persistence_path: TEXT,
    host: TEXT,
    port: { type: "integer", minimum: 1, maximum: 65_535 },
    ssl: FLAG,
    headers: optional({ type: "object", additionalProperties: TEXT }),
  },
  required: ["client_type"],
};

/** A config that fits {@link CHROMA_CONFIG_SCHEMA}. */
export interface ChromaConfigJson {
  readonly client_type: "persistent" | "http";
  readonly collection_name?: string;
  readonly distance_metric?: "cosine" | "l2" | "ip";
  readonly k?: number;
  readonly score_threshold?: number | null;
  readonly allow_reset?: boolean;
  readonly tenant?: string;
  readonly database?: string;
  readonly embedding_function_config?: EmbeddingJson;
  readonly persistence_path?: string;
  readonly host?: string;
  readonly port?: number;
  readonly ssl?: boolean;
  readonly headers?: Readonly<Record<string, string>> | null;
}

interface EmbeddingJson {
  readonly function_type?: "default" | "sentence_transformer" | "openai";
  readonly model_name?: string;
  readonly api_key?: string;
  readonly base_url?: string;
}

/** Writes a config with all its keys; secrets are masked unless they are wanted. */
export function chromaConfigToJson(config: ChromaDBVectorMemoryConfig, includeSecrets: boolean): JsonObject {
  const common = {
    client_type: config.clientType,
    collection_name: config.collectionName,
    distance_metric: config.distanceMetric,
    k: config.k,
    ...(config.scoreThreshold === undefined ? {} : { score_threshold: config.scoreThreshold }),
    allow_reset: config.allowReset,
    tenant: config.tenant,
    database: config.database,
    embedding_function_config: embeddingToJson(config.embeddingFunctionConfig, includeSecrets),
  };
  if (config.clientType === "persistent") return { ...common, persistence_path: config.persistencePath };
  const { headers, host, port, ssl } = config;
  const shown = headers && (includeSecrets ? headers : maskHeaders(headers));
  return { ...common, host, port, ssl, ...(shown && { headers: { ...shown } }) };
}

/** Reads what {@link chromaConfigToJson} and Python write. Python may leave out the keys of the kind; they are defaults then. */
export function chromaConfigFromJson(json: ChromaConfigJson): ChromaDBVectorMemoryConfig {
  return checkedConfig({
    clientType: json.client_type,
    collectionName: json.collection_name,
    distanceMetric: json.distance_metric,
    k: json.k,
    scoreThreshold: json.score_threshold ?? undefined,
    allowReset: json.allow_reset,
    tenant: json.tenant,
    database: json.database,
    embeddingFunctionConfig: embeddingFromJson(json.embedding_function_config ?? {}),
    persistencePath: json.persistence_path,
    host: json.host,
    port: json.port,
    ssl: json.ssl,
    headers: json.headers ?? undefined,
  });
}

/** The places of secrets that were masked when they were written: asterisks are no key. */
export function maskedChromaSecrets(config: JsonObject): readonly ComponentIssue[] {
  const { embedding_function_config: embedding, headers } = config;
  const places = [
    ...(isObject(embedding) && embedding["api_key"] === MASKED_SECRET ? ["/embedding_function_config/api_key"] : []),
    ...Object.entries(isObject(headers) ? headers : {})
      .filter(([, value]) => value === MASKED_SECRET)
      .map(([name]) => `/headers/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`),
  ];
  return places.map((pointer) => ({ pointer, message: "is masked: give the real value, $env:NAME, or leave it out" }));
}

function embeddingToJson(config: EmbeddingFunctionConfig, includeSecrets: boolean): JsonObject {
  switch (config.functionType) {
    case "custom":
      throw new TesseraeError(
        "ERR_COMPONENT_NOT_SERIALIZABLE",
        "A memory with an embedding function of your own cannot be written as JSON. Name a model in embeddingFunctionConfig, " +
          "or leave the memory out of what is written.",
      );
    case "default":
      return { function_type: "default" };
    case "sentence_transformer":
      return { function_type: "sentence_transformer", model_name: config.modelName };
    case "openai":
      return {
        function_type: "openai",
        // Python writes a missing key as an empty one.
        api_key: config.apiKey === undefined || includeSecrets ? (config.apiKey ?? "") : MASKED_SECRET,
        model_name: config.modelName,
        ...(config.baseUrl === undefined ? {} : { base_url: config.baseUrl }),
      };
    default:
      return config satisfies never;
  }
}

function embeddingFromJson(json: EmbeddingJson): EmbeddingFunctionConfig {
  const { function_type: type, model_name: modelName, api_key: apiKey, base_url: baseUrl } = json;
  if (type === "openai") return OpenAIEmbeddingFunctionConfig({ apiKey, modelName, baseUrl });
  if (type === "sentence_transformer") return SentenceTransformerEmbeddingFunctionConfig({ modelName });
  return DefaultEmbeddingFunctionConfig();
}
