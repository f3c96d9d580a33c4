import { stringsInJson } from "./strings-in-json.ts";
import { omitWhole, truncationOf, type Capped, type Truncation } from "./truncation.ts";

const HEAD = 4096;
const TAIL = 1024;
/** Shorter strings are not cut: hardly anything would be gained. */
const MIN_LENGTH = HEAD + TAIL + 128;

/**
 * Makes JSON text fit into so many bytes: the longest strings keep their first 4 KiB and their last 1 KiB. Where that is
 * not enough all of it is left out.
 */
export function cutStrings(json: string, pointer: string, maxBytes: number): Capped {
  const value: unknown = JSON.parse(json);
  let excess = Buffer.byteLength(json) - maxBytes;
  const cuts: Truncation[] = [];
  const strings = [...stringsInJson(value, MIN_LENGTH, pointer)].sort((a, b) => b.text.length - a.text.length);
  for (const place of strings) {
    if (excess <= 0) break;
    const bytes = Buffer.from(place.text);
    const short = shortened(bytes);
    cuts.push(truncationOf(place.pointer, bytes));
    place.replace(short);
    excess -= bytes.length - Buffer.byteLength(short);
  }
  const cut = JSON.stringify(value);
  return Buffer.byteLength(cut) <= maxBytes ? { json: cut, cuts } : omitWhole(pointer, json);
}

function shortened(bytes: Buffer): string {
  let end = HEAD;
  let begin = bytes.length - TAIL;
  // Not in the middle of a character.
  while (isContinuation(bytes[end])) end -= 1;
  while (isContinuation(bytes[begin])) begin += 1;
  const marker = `… [tessen cut ${begin - end} bytes] …`;
  return bytes.toString("utf8", 0, end) + marker + bytes.toString("utf8", begin);
}

function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}
