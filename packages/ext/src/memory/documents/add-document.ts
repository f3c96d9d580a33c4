import { throwIfAborted, type Json, type Memory } from "@tesserae/core";
import { chunkText, type ChunkOptions } from "./chunk-text.ts";

/** Where a document comes from, and how it is cut. */
export interface DocumentOptions extends ChunkOptions {
  /** Where it comes from: stands as `source` in the metadata of each chunk. */
  readonly source: string;
  /** More metadata of each chunk. */
  readonly metadata?: { readonly [key: string]: Json } | undefined;
  /** Default `text/plain`. */
  readonly mimeType?: "text/plain" | "text/markdown" | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Puts a text into a memory, in chunks; each has `source` and `chunk_index`, counted from 0, in its metadata. Gives how many
 * there are. When a chunk fails, those before it are in the memory.
 */
export async function addDocument(memory: Memory, text: string, options: DocumentOptions): Promise<number> {
  const { metadata, mimeType = "text/plain", signal, source } = options;
  const chunks = chunkText(text, options);
  for (const [index, content] of chunks.entries()) {
    throwIfAborted(signal);
    // One after another: a memory that counts by time keeps their order.
    await memory.add({ content, mimeType, metadata: { ...metadata, source, chunk_index: index } }, { signal });
  }
  return chunks.length;
}
