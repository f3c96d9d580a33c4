import { type ContentPart, type FilePart, isFilePart, isImage, partKind, ValueError } from "@tesserae/core";
import type { AnthropicContainerUpload, AnthropicDocumentBlock, AnthropicRequestBlock } from "@tesserae/wire/anthropic";
import { textOfFile } from "../shared/file-tokens.ts";
import { describePart, unsupportedInput } from "../shared/unsupported-input.ts";
import { cacheControl } from "./cache-marks.ts";
import { imageMediaType } from "./images.ts";

const CLIENT = "AnthropicChatCompletionClient";
/** Text that is no `text/…` by its media type. */
const TEXT = /^text\/|^application\/(json|xml|x-yaml|yaml|javascript)$/;

type ImageBlock = Extract<AnthropicRequestBlock, { type: "image" }>;

/** Text, images and files as the API has them. @throws ValueError for what messages do not take. */
export function encodeParts(parts: readonly ContentPart[]): AnthropicRequestBlock[] {
  return parts.map((part) => {
    if (typeof part === "string") return { type: "text", text: notBlank(part) };
    const mark = isFilePart(part) && part.cache !== undefined ? { cache_control: cacheControl(part.cache) } : {};
    return { ...encodePart(part), ...mark };
  });
}

/** The provider takes no empty text. */
export function notBlank(text: string): string {
  return text.trim() === "" ? " " : text;
}

function encodePart(
  part: Exclude<ContentPart, string>,
): ImageBlock | AnthropicDocumentBlock | AnthropicContainerUpload {
  if (isImage(part)) {
    return { type: "image", source: { type: "base64", media_type: imageMediaType(part.data), data: part.data } };
  }
  if (!isFilePart(part)) throw new ValueError("The content of a user message must be text, images and files.");
  switch (partKind(part)) {
    case "image":
      return { type: "image", source: imageSource(part) };
    case "audio":
      throw unsupportedInput(describePart(part), CLIENT, "Claude takes no recordings. Give the text that is spoken.");
    case "video":
      throw unsupportedInput(describePart(part), CLIENT, "Claude takes no video. Give images of it.");
    default:
      return encodeDocument(part);
  }
}

function imageSource({ base64, url, fileId }: FilePart): ImageBlock["source"] {
  if (base64 !== undefined) return { type: "base64", media_type: imageMediaType(base64), data: base64 };
  return url === undefined ? { type: "file", file_id: fileId ?? "" } : { type: "url", url };
}

function encodeDocument(part: FilePart): AnthropicDocumentBlock | AnthropicContainerUpload {
  const { name, title = name, context, citations, fileId, mediaType } = part;
  // What is no document is read by the code that the provider runs.
  const isDocument = mediaType === "application/pdf" || mediaType.startsWith("text/");
  if (fileId !== undefined && !isDocument) return { type: "container_upload", file_id: fileId };
  return {
    type: "document",
    source: documentSource(part),
    ...(title === undefined ? {} : { title }),
    ...(context === undefined ? {} : { context }),
    ...(citations === undefined ? {} : { citations: { enabled: citations } }),
  };
}

function documentSource(part: FilePart): AnthropicDocumentBlock["source"] {
  const { base64, url, fileId, mediaType } = part;
  if (fileId !== undefined) return { type: "file", file_id: fileId };
  if (mediaType === "application/pdf") {
    return base64 === undefined
      ? { type: "url", url: url ?? "" }
      : { type: "base64", media_type: "application/pdf", data: base64 };
  }
  if (base64 !== undefined && TEXT.test(mediaType)) {
    return { type: "text", media_type: "text/plain", data: textOfFile(base64) };
  }
  const why = "Claude takes PDF as bytes or by URL, texts as bytes, and other files by file id, to be read by code.";
  throw unsupportedInput(describePart(part), CLIENT, `${why} Turn it into a PDF or a text.`);
}
