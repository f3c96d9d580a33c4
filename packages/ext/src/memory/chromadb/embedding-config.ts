import { ValueError } from "@tesserae/core";
import type { EmbeddingFunction } from "../shared/embedding.ts";
import { HASHING_DIMENSIONS, hashingEmbedding } from "../shared/hashing-embedding.ts";
import { openAIEmbedding } from "../shared/openai-embedding.ts";
import { sentenceTransformerEmbedding } from "../shared/sentence-transformer.ts";
import { warnOnce } from "../shared/warn.ts";
import { CUSTOM } from "./vector-store.ts";

/** No model: {@link hashingEmbedding}. In Python this is a model that is downloaded at the first use. */
export interface DefaultEmbeddingFunctionConfig {
  readonly functionType: "default";
}

/** A sentence transformer in this process: see `sentenceTransformerEmbedding`. */
export interface SentenceTransformerEmbeddingFunctionConfig {
  readonly functionType: "sentence_transformer";
  /** Default `all-MiniLM-L6-v2`. */
  readonly modelName: string;
}

/** A model of OpenAI: see `openAIEmbedding`. */
export interface OpenAIEmbeddingFunctionConfig {
  readonly functionType: "openai";
  /** Default: the environment variable `OPENAI_API_KEY`. */
  readonly apiKey?: string | undefined;
  /** Default `text-embedding-ada-002`. */
  readonly modelName: string;
  /** A server that speaks OpenAI's protocol. Default: `OPENAI_BASE_URL`, else OpenAI. */
  readonly baseUrl?: string | undefined;
}

/** A function that makes an embedding function of its parameters. Such a memory cannot be written as JSON. */
export interface CustomEmbeddingFunctionConfig {
  readonly functionType: "custom";
  readonly function: (params: Readonly<Record<string, unknown>>) => EmbeddingFunction;
  readonly params: Readonly<Record<string, unknown>>;
}

/** What makes vectors of texts. */
export type EmbeddingFunctionConfig =
  | DefaultEmbeddingFunctionConfig
  | SentenceTransformerEmbeddingFunctionConfig
  | OpenAIEmbeddingFunctionConfig
  | CustomEmbeddingFunctionConfig;

/** No model. */
export function DefaultEmbeddingFunctionConfig(): DefaultEmbeddingFunctionConfig {
  return { functionType: "default" };
}

/** A sentence transformer. */
export function SentenceTransformerEmbeddingFunctionConfig(
  init: { readonly modelName?: string | undefined } = {},
): SentenceTransformerEmbeddingFunctionConfig {
  return { functionType: "sentence_transformer", modelName: init.modelName ?? "all-MiniLM-L6-v2" };
}

/** A model of OpenAI. */
export function OpenAIEmbeddingFunctionConfig(
  init: {
    readonly apiKey?: string | undefined;
    readonly modelName?: string | undefined;
    readonly baseUrl?: string | undefined;
  } = {},
): OpenAIEmbeddingFunctionConfig {
  return {
    functionType: "openai",
    ...(init.apiKey && { apiKey: init.apiKey }),
    modelName: init.modelName ?? "text-embedding-ada-002",
    ...(init.baseUrl && { baseUrl: init.baseUrl }),
  };
}

/** A function of your own. */
export function CustomEmbeddingFunctionConfig(init: {
  readonly function: CustomEmbeddingFunctionConfig["function"];
  readonly params?: Readonly<Record<string, unknown>> | undefined;
}): CustomEmbeddingFunctionConfig {
  return { functionType: "custom", function: init.function, params: init.params ?? {} };
}

/** An embedding function, and the name by which a collection remembers what filled it. */
export interface NamedEmbedding {
  readonly name: string;
  readonly embed: EmbeddingFunction;
}

/** What a config asks for. */
export function makeEmbedding(config: EmbeddingFunctionConfig): NamedEmbedding {
  switch (config.functionType) {
    case "default":
      warnOnce(
        "TESSERAE_MEMORY_HASHING",
        "This memory has no model for its embedding: texts are compared by their words, not by what they mean. Name one " +
          "in embeddingFunctionConfig, or give an embeddingFunction.",
      );
      return { name: `hashing-${HASHING_DIMENSIONS}`, embed: hashingEmbedding };
    case "sentence_transformer":
      return { name: config.modelName, embed: sentenceTransformerEmbedding(config.modelName) };
    case "openai":
      return { name: config.modelName, embed: openAIEmbedding(config) };
    case "custom":
      return { name: CUSTOM, embed: config.function(config.params) };
    default:
      throw new ValueError(
        `functionType must be "default", "sentence_transformer", "openai" or "custom". It is ${JSON.stringify(config)}.`,
      );
  }
}
