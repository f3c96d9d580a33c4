import { crc32 } from "node:zlib";
import { isObject } from "../../json.ts";
import type { JournalEntry } from "../entries.ts";

/** Encrypts journals at rest: each line on its own. */
export interface LineCodec {
  encode(bytes: Uint8Array): Uint8Array;
  /** @throws when the bytes were not made by `encode` with the same key. */
  decode(bytes: Uint8Array): Uint8Array;
}

/** Bytes of the checksum at a line's end: `,"c":"` eight digits `"}`. */
const TAIL = 16;
const OPEN = ',"c":"';

/** An entry as a line: JSON whose last field is the CRC-32 of the bytes before it. */
export function encodeLine(entry: JournalEntry, codec: LineCodec | undefined): string {
  const json = JSON.stringify(entry);
  const body = codec === undefined ? json.slice(0, -1) : `{"x":"${seal(json, codec)}"`;
  return `${body}${OPEN}${crc32(body).toString(16).padStart(8, "0")}"}\n`;
}

/** What a line came to: an entry, or bytes that no writer left like this. */
export type DecodedLine = { readonly entry: JournalEntry } | { readonly bad: string };

/** Reads a line, given without its newline. @throws when the line is whole and the codec cannot read it. */
export function decodeLine(line: Buffer, codec: LineCodec | undefined): DecodedLine {
  if (line.length <= TAIL) return { bad: "it is too short" };
  const at = line.length - TAIL;
  const tail = line.toString("latin1", at);
  if (!tail.startsWith(OPEN) || !tail.endsWith('"}')) return { bad: "it has no checksum at its end" };
  const body = line.subarray(0, at);
  const sum = crc32(body).toString(16).padStart(8, "0");
  if (sum !== tail.slice(OPEN.length, OPEN.length + 8)) return { bad: "its checksum is wrong" };
  const json = parse(`${body.toString("utf8")}}`);
  const sealed = isObject(json) ? json["x"] : undefined;
  if (typeof sealed !== "string" || (isObject(json) && typeof json["e"] === "string")) return checked(json);
  if (codec === undefined) throw new Error("it is encrypted, and the store was given no codec");
  return checked(parse(Buffer.from(codec.decode(Buffer.from(sealed, "base64"))).toString("utf8")));
}

function seal(json: string, codec: LineCodec): string {
  return Buffer.from(codec.encode(Buffer.from(json, "utf8"))).toString("base64");
}

function checked(json: unknown): DecodedLine {
  // A line whose checksum is right was written by a writer of entries.
  return isObject(json) && typeof json["e"] === "string"
    ? { entry: json as unknown as JournalEntry }
    : { bad: "it is no entry" };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
