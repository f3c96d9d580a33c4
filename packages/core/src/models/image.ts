import { ValueError } from "../errors/kinds.ts";
import { isObject, type JsonObject } from "../json.ts";

/**
 * An image as plain data: the original bytes, never re-encoded.
 * Its JSON form in AutoGen's files is `{"data": "<base64>"}`; the media type is then read off the bytes. An image of which
 * more is to be said, or that lies at an address, is a `FilePart`.
 */
export interface Image {
  readonly type: "Image";
  /** The bytes in base64. */
  readonly data: string;
  /** `image/png`, `image/jpeg`, `image/gif` or `image/webp`. */
  readonly mediaType: string;
}

const DATA_URI = /^data:(image\/(?:png|jpeg|gif|webp));base64,(.*)$/s;
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

/** Makes an image from base64; the media type is read off the first bytes. */
export function imageFromBase64(data: string): Image {
  if (data === "" || data.length % 4 !== 0 || !BASE64.test(data)) {
    throw new ValueError("An image's data must be base64 text that is not empty.");
  }
  return { type: "Image", data, mediaType: sniffMediaType(atob(data.slice(0, 24))) };
}

/** Makes an image from the bytes of a PNG, JPEG, GIF or WebP file. */
export function imageFromBytes(bytes: Uint8Array): Image {
  return imageFromBase64(bytesToBase64(bytes));
}

/** The base64 text of bytes. */
export function bytesToBase64(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(text);
}

/** Makes an image from a `data:image/…;base64,` URI. */
export function imageFromDataUri(uri: string): Image {
  const match = DATA_URI.exec(uri);
  if (match === null || match[1] === undefined || match[2] === undefined) {
    throw new ValueError(
      `Invalid URI format. Expected "data:image/png;base64,…" (or jpeg, gif, webp), got "${uri.slice(0, 40)}".`,
    );
  }
  return { ...imageFromBase64(match[2]), mediaType: match[1] };
}

/** The image as a `data:` URI. */
export function imageToDataUri(image: Image): string {
  return `data:${image.mediaType};base64,${image.data}`;
}

/** The image's bytes. */
export function imageToBytes(image: Image): Uint8Array {
  return Uint8Array.from(atob(image.data), (character) => character.charCodeAt(0));
}

/** AutoGen's JSON form of an image. */
export function imageToJson(image: Image): JsonObject {
  return { data: image.data };
}

/** Reads AutoGen's JSON form of an image. */
export function imageFromJson(json: unknown): Image {
  if (!isObject(json) || typeof json["data"] !== "string") {
    throw new ValueError('An image must be an object with its base64 text under "data".');
  }
  return imageFromBase64(json["data"]);
}

/** True for an image made by this module or read from our own JSON. */
export function isImage(value: unknown): value is Image {
  return isObject(value) && value["type"] === "Image" && typeof value["data"] === "string";
}

/** The signatures of AutoGen's table; anything else counts as JPEG. */
function sniffMediaType(head: string): string {
  if (head.startsWith("\x89PNG\r\n\x1a\n")) return "image/png";
  if (head.startsWith("GIF87a") || head.startsWith("GIF89a")) return "image/gif";
  if (head.startsWith("RIFF") && head.slice(8, 12) === "WEBP") return "image/webp";
  return "image/jpeg";
}
