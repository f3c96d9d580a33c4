/** A memory in Redis. */
export { RedisMemory, type RedisMemoryOptions, type RedisQueryOptions } from "./redis-memory.ts";
export { RedisMemoryConfig, type RedisAlgorithm, type RedisDatatype, type RedisMemoryConfigInit } from "./config.ts";
export type { EmbeddingFunction } from "../shared/embedding.ts";
export { hashingEmbedding } from "../shared/hashing-embedding.ts";
export { openAIEmbedding, type OpenAIEmbeddingOptions } from "../shared/openai-embedding.ts";
export { sentenceTransformerEmbedding } from "../shared/sentence-transformer.ts";
