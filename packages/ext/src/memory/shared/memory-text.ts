import { isImage, isObject, MemoryMimeType, ValueError, type Json, type MemoryContent } from "@tesserae/core";

/**
 * The text of what is remembered, for an embedding and for a store: text and markdown as they are, an object as JSON.
 *
 * @throws ValueError for images, bytes and other kinds, and for JSON that is no object.
 */
export function memoryText(content: string | MemoryContent): string {
  if (typeof content === "string") return content;
  const { mimeType, content: value } = content;
  if (mimeType === MemoryMimeType.TEXT || mimeType === MemoryMimeType.MARKDOWN) {
    if (typeof value === "string") return value;
    throw new ValueError(`The content of a memory of type ${mimeType} must be text.`);
  }
  if (mimeType === MemoryMimeType.JSON) {
    if (isObject(value) && !(value instanceof Uint8Array) && !isImage(value)) return JSON.stringify(value);
    throw new ValueError("The content of a memory of type application/json must be an object.");
  }
  throw new ValueError(
    `A memory of type ${mimeType} cannot be searched by its text: only text/plain, text/markdown and application/json can. ` +
      "Describe it in words, and remember these.",
  );
}

/** What a store kept as text, as it was given: an object for JSON, and the text where it is none. */
export function contentOfText(text: string, mimeType: string): MemoryContent["content"] {
  if (mimeType !== MemoryMimeType.JSON) return text;
  try {
    const value = JSON.parse(text) as Json;
    return isObject(value) ? value : text;
  } catch {
    // Python's memory of Chroma keeps JSON in its own notation.
    return text;
  }
}
