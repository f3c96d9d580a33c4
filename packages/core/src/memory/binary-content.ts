import { ValueError } from "../errors/kinds.ts";
import { isObject, type JsonObject } from "../json.ts";
import { bytesToBase64 } from "../models/image.ts";
import { MemoryMimeType, memoryContentFromJson, memoryContentToConfig } from "./memory-content.ts";
import type { MemoryContent } from "./memory.ts";

/** A remembered content as component configs have it, bytes as base64 under `data`: Python takes that for an image. */
export function binaryContentToConfig(memory: MemoryContent): JsonObject {
  const { content, ...rest } = memory;
  if (!(content instanceof Uint8Array)) return memoryContentToConfig(memory);
  return { ...memoryContentToConfig({ ...rest, content: "" }), content: { data: bytesToBase64(content) } };
}

/** Reads what {@link binaryContentToConfig} and `memoryContentToConfig` write. */
export function binaryContentFromConfig(json: JsonObject): MemoryContent {
  const { content, ...rest } = json;
  if (rest["mime_type"] !== MemoryMimeType.BINARY || !isObject(content)) return memoryContentFromJson(json);
  return { ...memoryContentFromJson({ ...rest, content: "" }), content: bytesOf(content["data"]) };
}

function bytesOf(base64: unknown): Uint8Array {
  try {
    return Uint8Array.from(atob(String(base64)), (character) => character.charCodeAt(0));
  } catch (error) {
    throw new ValueError('The "data" of remembered bytes must be base64 text.', { cause: error });
  }
}
