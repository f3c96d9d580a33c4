import {
  type ContentPart,
  type FilePart,
  isFilePart,
  ValueError,
  type CacheTtl,
  type JsonObject,
} from "@tesserae/core";
import { describePart, unsupportedInput } from "../shared/unsupported-input.ts";
import type { LanguageModel } from "./language-model.ts";

type Part = Readonly<Record<string, unknown>>;

/** A part of what a user says, as the model's specification has it. */
export function encodeUserPart(part: ContentPart, model: LanguageModel): Part {
  if (typeof part === "string") return { type: "text", text: part };
  if (part.type === "Image") return { type: "file", mediaType: part.mediaType, data: bytes(part.data, model) };
  if (!isFilePart(part)) throw new ValueError("The content of a user message must be text, images and files.");
  const { mediaType, name } = part;
  return {
    type: "file",
    mediaType,
    data: dataOf(part, model),
    ...(name === undefined ? {} : { filename: name }),
    ...cacheOptions(part.cache),
  };
}

/** A mark for the cache, in the words of the one provider of the AI SDK that has marks; others do not look at it. */
export function cacheOptions(cache: CacheTtl | undefined): { readonly providerOptions?: JsonObject } {
  if (cache === undefined) return {};
  const cacheControl = cache === "5m" ? { type: "ephemeral" } : { type: "ephemeral", ttl: cache };
  return { providerOptions: { anthropic: { cacheControl } } };
}

function dataOf(part: FilePart, model: LanguageModel): unknown {
  const isV4 = model.specificationVersion === "v4";
  const { base64, url, fileId } = part;
  if (base64 !== undefined) return bytes(base64, model);
  if (url !== undefined) {
    if (!URL.canParse(url)) throw new ValueError(`The url of a file is ${JSON.stringify(url)}: it must be absolute.`);
    return isV4 ? { type: "url", url: new URL(url) } : new URL(url);
  }
  if (isV4 && fileId !== undefined) {
    const provider = model.provider.split(".", 1)[0] ?? model.provider;
    return { type: "reference", reference: { [provider]: fileId } };
  }
  const why = "models of the AI SDK take file ids since the specification v4. Give the file's bytes.";
  throw unsupportedInput(describePart(part), "AISDKChatCompletionAdapter", why);
}

function bytes(data: string, { specificationVersion }: LanguageModel): unknown {
  return specificationVersion === "v4" ? { type: "data", data } : data;
}
