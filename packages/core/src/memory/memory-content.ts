import { ValueError } from "../errors/kinds.ts";
import { isObject, type Json, type JsonObject } from "../json.ts";
import { imageFromJson, imageToJson, isImage } from "../models/image.ts";
import type { MemoryContent } from "./memory.ts";

/** AutoGen's names of the usual kinds of remembered content. */
export const MemoryMimeType = {
  TEXT: "text/plain",
  JSON: "application/json",
  MARKDOWN: "text/markdown",
  IMAGE: "image/*",
  BINARY: "application/octet-stream",
} as const;

/** Writes a remembered content as AutoGen does; bytes as UTF-8 text. */
export function memoryContentToJson(memory: MemoryContent): JsonObject {
  return {
    content: contentToJson(memory.content),
    mime_type: memory.mimeType,
    metadata: memory.metadata ?? null,
  };
}

/** A remembered content as component configs have it: without metadata the key is left out. */
export function memoryContentToConfig(memory: MemoryContent): JsonObject {
  const { metadata, ...rest } = memoryContentToJson(memory);
  return metadata === null || metadata === undefined ? rest : { ...rest, metadata };
}

/** Reads a remembered content. */
export function memoryContentFromJson(json: unknown): MemoryContent {
  if (!isObject(json) || json["content"] === undefined || typeof json["mime_type"] !== "string") {
    throw new ValueError('A memory content must have "content" and "mime_type".');
  }
  const mimeType = json["mime_type"];
  const { content, metadata } = json;
  return {
    content: contentFromJson(content, mimeType),
    mimeType,
    ...(isObject(metadata) ? { metadata: metadata as { [key: string]: Json } } : {}),
  };
}

/** A remembered content for a model: text as it is, objects as JSON, bytes and images by a short note. */
export function memoryContentToText({ content }: MemoryContent): string {
  if (typeof content === "string") return content;
  if (content instanceof Uint8Array) return `<${content.length} bytes>`;
  return isImage(content) ? "[Image]" : JSON.stringify(content);
}

function contentToJson(content: MemoryContent["content"]): Json {
  if (typeof content === "string") return content;
  if (content instanceof Uint8Array) return textOf(content);
  return isImage(content) ? imageToJson(content) : content;
}

function contentFromJson(content: unknown, mimeType: string): MemoryContent["content"] {
  if (typeof content === "string") {
    return mimeType === MemoryMimeType.BINARY ? new TextEncoder().encode(content) : content;
  }
  if (!isObject(content)) throw new ValueError('The "content" of a memory content must be text or an object.');
  const isImageContent = mimeType.startsWith("image/") && typeof content["data"] === "string";
  return isImageContent ? imageFromJson(content) : (content as JsonObject);
}

function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    throw new ValueError("The bytes of a memory content are no UTF-8 text.", {
      cause: error,
    });
  }
}
