import { ValueError } from "../errors/kinds.ts";
import { isObject, type Json, type JsonObject } from "../json.ts";
import { bytesToBase64, type CacheTtl, type Image, type ImageDetail } from "./image.ts";

/**
 * A file in what a user says: a PDF, a text, a recording, or an image that lies at an address. Plain data; exactly one of
 * `base64`, `url` and `fileId` says where its bytes are. What a client cannot send it refuses before anything is sent.
 */
export interface FilePart {
  readonly type: "File";
  /** Such as `application/pdf`, `text/plain`, `audio/wav`; `image/*` for an image of whatever kind. */
  readonly mediaType: string;
  /** The file's name, for the model. */
  readonly name?: string | undefined;
  /** The bytes in base64. */
  readonly base64?: string | undefined;
  /** Where the provider fetches it. */
  readonly url?: string | undefined;
  /** The provider's id of a file that was uploaded to it before. */
  readonly fileId?: string | undefined;
  /** Of an image: how closely the model looks. OpenAI only. */
  readonly detail?: ImageDetail | undefined;
  /** Of a document: its title, for the model. Anthropic only. */
  readonly title?: string | undefined;
  /** Of a document: what the model should know of it, and not cite. Anthropic only. */
  readonly context?: string | undefined;
  /** Of a document: whether the answer is to cite it. Anthropic only. */
  readonly citations?: boolean | undefined;
  /** Asks the provider to keep all up to the end of this part in its cache. A hint: a provider without marks ignores it. */
  readonly cache?: CacheTtl | undefined;
}

/** A part of what a user says to a model: text, an image, a file. */
export type ContentPart = string | Image | FilePart;

/** What makes a {@link FilePart}; bytes may be given as they are. */
export interface FilePartInit extends Omit<FilePart, "type"> {
  /** The bytes, in place of `base64`. */
  readonly bytes?: Uint8Array | undefined;
}

/** The members by their keys in JSON. None is called `data`: AutoGen would take the file for an image. */
const KEYS = [
  ["type", "type"],
  ["mediaType", "media_type"],
  ["name", "name"],
  ["base64", "base64"],
  ["url", "url"],
  ["fileId", "file_id"],
  ["detail", "detail"],
  ["title", "title"],
  ["context", "context"],
  ["citations", "citations"],
  ["cache", "cache"],
] as const;

/**
 * Makes a {@link FilePart}.
 *
 * @throws ValueError unless exactly one of `bytes`, `base64`, `url` and `fileId` is given.
 * @example
 * UserMessage({ content: [filePart({ mediaType: "application/pdf", bytes: await readFile("a.pdf") }), "Sum it up."], source: "user" });
 */
export function filePart({ bytes, ...init }: FilePartInit): FilePart {
  const own = Object.entries(init).filter(([, value]) => value !== undefined);
  if (bytes !== undefined) own.push(["base64", bytesToBase64(bytes)]);
  const part = { type: "File", ...Object.fromEntries(own) };
  if (bytes !== undefined && init.base64 !== undefined) throw invalid("The file");
  return checked(part, "The file");
}

/** Makes a part of an image that lies at an address. The provider fetches it; OpenAI takes `data:` URIs here too. */
export function imageFromUrl(
  url: string,
  options: { readonly mediaType?: string; readonly detail?: ImageDetail; readonly cache?: CacheTtl } = {},
): FilePart {
  return filePart({ mediaType: "image/*", ...options, url });
}

/** Makes a part of a recording, by default in WAV. @throws ValueError as {@link filePart}. */
export function audioPart(init: Omit<FilePartInit, "mediaType"> & { readonly mediaType?: string }): FilePart {
  return filePart({ mediaType: "audio/wav", ...init });
}

/** True for a file as {@link filePart} makes it. */
export function isFilePart(value: unknown): value is FilePart {
  if (!isObject(value) || value["type"] !== "File" || typeof value["mediaType"] !== "string") return false;
  const given = [value["base64"], value["url"], value["fileId"]].filter((source) => source !== undefined);
  return (
    given.length === 1 &&
    KEYS.every(([name]) => {
      const kind = typeof value[name];
      return kind === "undefined" || kind === (name === "citations" ? "boolean" : "string");
    })
  );
}

/** The JSON of a file, in the order of {@link KEYS}. */
export function filePartToJson(part: FilePart): JsonObject {
  const json: Record<string, Json> = {};
  for (const [name, key] of KEYS) if (part[name] !== undefined) json[key] = part[name];
  return json;
}

/** Reads a file; the pointer says where it stands, for the error. */
export function filePartFromJson(json: Record<string, unknown>, pointer: string): FilePart {
  const part: Record<string, unknown> = {};
  for (const [name, key] of KEYS) if (json[key] !== undefined && json[key] !== null) part[name] = json[key];
  return checked(part, pointer);
}

/** What kind of thing an image or a file is, in a word: `image`, `audio`, `video` or `file`. */
export function partKind({ mediaType }: Image | FilePart): string {
  return /^(image|audio|video)\//.exec(mediaType)?.[1] ?? "file";
}

function checked(part: unknown, where: string): FilePart {
  if (isFilePart(part)) return part;
  throw invalid(where);
}

function invalid(where: string): ValueError {
  return new ValueError(`${where} must have a media type and exactly one of base64, url and file id.`);
}
