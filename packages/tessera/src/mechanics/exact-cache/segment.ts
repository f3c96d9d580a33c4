import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { constants, zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { isRawObject } from "@tesserae/wire";
import type { Usage } from "@tesserae/wire/usage";
import type { CacheEntry } from "./cache-entry.ts";

/** Entries that were written together, as they are on disk. */
export interface Segment {
  /** The keys, {@link KEY_BYTES} each. */
  readonly keys: Uint8Array;
  /** What is known of each entry, as JSON. */
  readonly heads: string;
  /** The bodies, one after the other, compressed where `size` is not 0. */
  readonly bodies: Uint8Array;
  /** What the bodies come to when they are not compressed (zstd); 0 where they lie as they are. */
  readonly size: number;
  /** With a secret an HMAC over all of it, without one a checksum. */
  readonly seal: Uint8Array;
}

/** A key is a SHA-256. */
export const KEY_BYTES = 32;

/** Fewer bytes are not worth it. */
const LEAST_COMPRESSED = 4096;
/** Events of a stream say nearly the same each time: the fastest is as good as any. */
const FASTEST = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };

/** What is known of an entry beside its key and its body. */
type Head = Omit<CacheEntry, "key" | "body"> & { readonly length: number };

/** Packs entries into segments, all in the same memory. */
export class SegmentPacker {
  readonly #secret: Uint8Array | undefined;
  #room = Buffer.alloc(0);

  constructor(secret: Uint8Array | undefined) {
    this.#secret = secret;
  }

  packed(entries: readonly CacheEntry[]): Segment {
    const keys = Buffer.from(entries.map(({ key }) => key).join(""), "hex");
    const heads = JSON.stringify(entries.map(headOf));
    const unsealed = { keys, heads, ...compressed(this.#joined(entries)) };
    return { ...unsealed, seal: sealOf(unsealed, this.#secret) };
  }

  #joined(entries: readonly CacheEntry[]): Buffer {
    const length = entries.reduce((sum, { body }) => sum + body.length, 0);
    if (length > this.#room.length) this.#room = Buffer.allocUnsafeSlow(length);
    let at = 0;
    for (const { body } of entries) {
      this.#room.set(body, at);
      at += body.length;
    }
    return this.#room.subarray(0, length);
  }
}

/** Less is sealed, written and kept in memory then, which costs more than the compressing. */
function compressed(whole: Buffer): Pick<Segment, "bodies" | "size"> {
  const bodies = whole.length < LEAST_COMPRESSED ? whole : zstdCompressSync(whole, FASTEST);
  return bodies.length < whole.length ? { bodies, size: whole.length } : { bodies: Buffer.from(whole), size: 0 };
}

/** Whether a segment is what was written. */
export function isSealed(segment: Segment, secret: Uint8Array | undefined): boolean {
  const expected = sealOf(segment, secret);
  return segment.seal.length === expected.length && timingSafeEqual(segment.seal, expected);
}

/** The entries of a segment whose seal is right. */
export function unpacked({ keys, heads, bodies, size }: Segment): readonly CacheEntry[] {
  const names = keyTexts(keys);
  const whole =
    size > 0
      ? zstdDecompressSync(bodies, { maxOutputLength: size })
      : Buffer.from(bodies.buffer, bodies.byteOffset, bodies.byteLength);
  const list: unknown = JSON.parse(heads);
  const entries: CacheEntry[] = [];
  let at = 0;
  for (const head of Array.isArray(list) ? list : []) {
    if (!isHead(head)) break;
    const { length, ...known } = head;
    entries.push({ key: names[entries.length] ?? "", ...known, body: whole.subarray(at, at + length) });
    at += length;
  }
  return entries;
}

/** The keys of a segment in hexadecimal digits. */
export function keyTexts(keys: Uint8Array): readonly string[] {
  const digits = Buffer.from(keys.buffer, keys.byteOffset, keys.byteLength).toString("hex");
  return Array.from({ length: Math.floor(keys.length / KEY_BYTES) }, (_, index) =>
    digits.slice(index * 2 * KEY_BYTES, (index + 1) * 2 * KEY_BYTES),
  );
}

function headOf({ key: _, body, ...head }: CacheEntry): Head {
  return { ...head, length: body.length };
}

function sealOf({ keys, heads, bodies, size }: Omit<Segment, "seal">, secret: Uint8Array | undefined): Buffer {
  const sealed = secret === undefined ? createHash("sha256") : createHmac("sha256", secret);
  // The lengths tell where one part ends and the next begins.
  return sealed
    .update(`tessera-segment-v2\n${size}\n${keys.length}\n${heads.length}\n${heads}`)
    .update(keys)
    .update(bodies)
    .digest();
}

function isHead(value: unknown): value is Head {
  return (
    isRawObject(value) &&
    typeof value["length"] === "number" &&
    typeof value["tenant"] === "string" &&
    typeof value["workload"] === "string" &&
    typeof value["model"] === "string" &&
    (value["form"] === "json" || value["form"] === "sse") &&
    typeof value["contentType"] === "string" &&
    (value["finish"] === null || typeof value["finish"] === "string") &&
    typeof value["createdAt"] === "number" &&
    typeof value["expiresAt"] === "number" &&
    isUsage(value["usage"])
  );
}

/** The seal says that it is what was written. */
function isUsage(value: unknown): value is Usage {
  return isRawObject(value) && typeof value["inputTokens"] === "number";
}
