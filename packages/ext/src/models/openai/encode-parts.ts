import {
  type ContentPart,
  type FilePart,
  imageToDataUri,
  isFilePart,
  isImage,
  partKind,
  ValueError,
} from "@tesserae/core";
import type { OpenAIChatPart } from "@tesserae/wire/openai-chat";
import { describePart, unsupportedInput } from "../shared/unsupported-input.ts";

const CLIENT = "OpenAIChatCompletionClient";
/** The formats of recordings, by media type. */
const AUDIO: ReadonlyMap<string, "wav" | "mp3"> = new Map([
  ["audio/wav", "wav"],
  ["audio/wave", "wav"],
  ["audio/x-wav", "wav"],
  ["audio/mpeg", "mp3"],
  ["audio/mp3", "mp3"],
]);
/** Marks where a prefix ends that the cache is to keep. */
export const BREAKPOINT = { prompt_cache_breakpoint: { mode: "explicit" } } as const;

/**
 * Text, images and files as the API has them. The prefix goes before the first part when that is text; `breakpoints`
 * says whether marks for the cache are written.
 *
 * @throws ValueError for what chat completions do not take.
 */
export function encodeParts(parts: readonly ContentPart[], prefix: string, breakpoints = false): OpenAIChatPart[] {
  return parts.map((part, index) => {
    if (typeof part === "string") return { type: "text", text: index === 0 ? prefix + part : part };
    const encoded = encodePart(part);
    return breakpoints && isFilePart(part) && part.cache !== undefined ? { ...encoded, ...BREAKPOINT } : encoded;
  });
}

function encodePart(part: Exclude<ContentPart, string>): OpenAIChatPart {
  if (isImage(part)) {
    return { type: "image_url", image_url: { url: imageToDataUri(part), detail: "auto" } };
  }
  if (!isFilePart(part)) throw new ValueError("The content of a user message must be text, images and files.");
  switch (partKind(part)) {
    case "image":
      return encodeImage(part);
    case "audio":
      return encodeAudio(part);
    case "video":
      throw unsupportedInput(describePart(part), CLIENT, "chat completions take no video. Give images of it.");
    default:
      return encodeFile(part);
  }
}

function encodeImage(part: FilePart): OpenAIChatPart {
  const { base64, mediaType, detail = "auto" } = part;
  if (part.url !== undefined) return { type: "image_url", image_url: { url: part.url, detail } };
  if (base64 === undefined || mediaType === "image/*") {
    const why = "chat completions take images as bytes of a known kind, or by URL. Say it in mediaType.";
    throw unsupportedInput(describePart(part), CLIENT, why);
  }
  return { type: "image_url", image_url: { url: `data:${mediaType};base64,${base64}`, detail } };
}

function encodeAudio(part: FilePart): OpenAIChatPart {
  const format = AUDIO.get(part.mediaType);
  if (part.base64 !== undefined && format !== undefined) {
    return { type: "input_audio", input_audio: { data: part.base64, format } };
  }
  throw unsupportedInput(describePart(part), CLIENT, "chat completions take recordings as bytes, in WAV or MP3.");
}

function encodeFile(part: FilePart): OpenAIChatPart {
  if (part.fileId !== undefined) return { type: "file", file: { file_id: part.fileId } };
  if (part.base64 === undefined) {
    const why = "chat completions take files as bytes or by file id. Fetch it and give its bytes.";
    throw unsupportedInput(describePart(part), CLIENT, why);
  }
  const { mediaType } = part;
  const filename = part.name ?? `file.${extensionOf(mediaType)}`;
  return { type: "file", file: { filename, file_data: `data:${mediaType};base64,${part.base64}` } };
}

/** The end of a name for a file without one; the API wants a name beside bytes. */
function extensionOf(mediaType: string): string {
  return mediaType === "text/plain" ? "txt" : (/\/(?:x-)?([a-z0-9]+)/.exec(mediaType)?.[1] ?? "bin");
}
