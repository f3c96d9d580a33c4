/** A memory in a collection of Chroma. */
export {
  ChromaDBVectorMemory,
  type ChromaDBQueryOptions,
  type ChromaDBVectorMemoryOptions,
} from "./chromadb-vector-memory.ts";
export {
  HttpChromaDBVectorMemoryConfig,
  PersistentChromaDBVectorMemoryConfig,
  type ChromaDBVectorMemoryConfig,
  type ChromaDBVectorMemoryConfigInit,
  type HttpChromaDBVectorMemoryConfigInit,
  type PersistentChromaDBVectorMemoryConfigInit,
} from "./config.ts";
export {
  CustomEmbeddingFunctionConfig,
  DefaultEmbeddingFunctionConfig,
  OpenAIEmbeddingFunctionConfig,
  SentenceTransformerEmbeddingFunctionConfig,
  type EmbeddingFunctionConfig,
} from "./embedding-config.ts";
export type { EmbeddingFunction } from "../shared/embedding.ts";
export { hashingEmbedding } from "../shared/hashing-embedding.ts";
export { openAIEmbedding, type OpenAIEmbeddingOptions } from "../shared/openai-embedding.ts";
export { sentenceTransformerEmbedding } from "../shared/sentence-transformer.ts";
