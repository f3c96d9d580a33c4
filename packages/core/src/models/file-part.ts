import { ValueError } from "../errors/kinds.ts";
import { isObject, type JsonObject } from "../json.ts";
import { bytesToBase64, type Image } from "./image.ts";

/** How long a provider is asked to keep what it was sent in its cache: five minutes or an hour. */
export type CacheTtl = "5m" | "1h";

/** How closely a model looks at an image. */
export type ImageDetail = "auto" | "low" | "high";

/**
 * A file in what a user says: a PDF, a text, a recording, or an image that lies at an address or of which more is said
 * than its bytes. Plain data; exactly one of `base64`, `url` and `fileId` says where the bytes are. What a client cannot
 * send it refuses before anything is sent.
 */
export interface FilePart {
  readonly type: "File";
  /** Such as `application/pdf`, `text/plain`, `audio/wav`; `image/*` for an image of whatever kind. */
  readonly mediaType: string;
  /** The file's name, for the model. */
  readonly name?: string;
  /** The bytes in base64. */
  readonly base64?: string;
  /** Where the provider fetches it. */
  readonly url?: string;
  /** The provider's id of a file that was uploaded to it before. */
  readonly fileId?: string;
  /** Of an image: how closely the model looks. OpenAI only. */
  readonly detail?: ImageDetail;
  /** Of a document: its title, for the model. Anthropic only. */
  readonly title?: string;
  /** Of a document: what the model should know of it, and not cite. Anthropic only. */
  readonly context?: string;
  /** Of a document: whether the answer is to cite it. Anthropic only. */
  readonly citations?: boolean;
  /** Asks the provider to keep all up to the end of this part in its cache. A hint: a provider without marks ignores it. */
  readonly cache?: CacheTtl;
}

/** A part of what a user says to a model: text, an image, a file. */
export type ContentPart = string | Image | FilePart;

/** What makes a {@link FilePart}; bytes may be given as they are, and what is `undefined` is left out. */
export type FilePartInit = { readonly [name in keyof Omit<FilePart, "type">]: FilePart[name] | undefined } & {
  /** The bytes, in place of `base64`. */
  readonly bytes?: Uint8Array | undefined;
};

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
  const { base64, url, fileId } = value;
  return [base64, url, fileId].filter((source) => typeof source === "string").length === 1;
}

/** The JSON of a file. None of its keys is `data`: AutoGen would take the file for an image. */
export function filePartToJson({ mediaType, fileId, ...others }: FilePart): JsonObject {
  return { ...others, media_type: mediaType, ...(fileId && { file_id: fileId }) };
}

/** Reads a file; the pointer says where it stands, for the error. */
export function filePartFromJson(json: Record<string, unknown>, pointer: string): FilePart {
  const { media_type: mediaType, file_id: fileId, ...others } = json;
  return checked({ ...others, mediaType, ...(fileId === undefined ? {} : { fileId }) }, pointer);
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
