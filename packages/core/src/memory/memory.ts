import type { Json, JsonObject } from "../json.ts";
import type { ChatCompletionContext } from "../model-context/chat-completion-context.ts";
import type { Image } from "../models/image.ts";

/** One remembered thing. */
export interface MemoryContent {
  readonly content: string | Uint8Array | JsonObject | Image;
  /** `text/plain`, `application/json`, `text/markdown`, `image/*`, `application/octet-stream` or any other. */
  readonly mimeType: string;
  readonly metadata?: { readonly [key: string]: Json } | undefined;
}

/** What a query of a memory gave, in order. */
export interface MemoryQueryResult {
  readonly results: readonly MemoryContent[];
}

/** What a memory added to a model context. */
export interface UpdateContextResult {
  readonly memories: MemoryQueryResult;
}

/** What an agent remembers beyond a conversation (component type `memory`). */
export interface Memory {
  readonly name?: string | undefined;
  updateContext(modelContext: ChatCompletionContext): Promise<UpdateContextResult>;
  query(
    query: string | MemoryContent,
    options?: { readonly signal?: AbortSignal | undefined },
  ): Promise<MemoryQueryResult>;
  add(content: MemoryContent, options?: { readonly signal?: AbortSignal | undefined }): Promise<void>;
  clear(): Promise<void>;
  close(): Promise<void>;
}
