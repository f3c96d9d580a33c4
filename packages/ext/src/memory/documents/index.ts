/** Documents in memories. */
export { addDocument, type DocumentOptions } from "./add-document.ts";
export { chunkText, type ChunkOptions } from "./chunk-text.ts";
