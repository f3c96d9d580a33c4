import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { isRawObject } from "@tesserae/wire";
import type { Usage } from "@tesserae/wire/usage";
import type { CacheEntry } from "./cache-entry.ts";

/** Entries that were written together, as they are on disk. */
export interface Segment {
  /** The keys, {@link KEY_BYTES} each. */
  readonly keys: Uint8Array;
  /** What is known of each entry, as JSON. */
  readonly heads: string;
  /** The bodies, one after the other. */
  readonly bodies: Uint8Array;
  /** With a secret an HMAC over all of it, without one a checksum. */
  readonly seal: Uint8Array;
}

/** A key is a SHA-256. */
export const KEY_BYTES = 32;

/** What is known of an entry beside its key and its body. */
type Head = Omit<CacheEntry, "key" | "body"> & { readonly length: number };

/** Packs entries into a segment. */
export function packed(entries: readonly CacheEntry[], secret: Uint8Array | undefined): Segment {
  const keys = Buffer.from(entries.map(({ key }) => key).join(""), "hex");
  const heads = JSON.stringify(entries.map(headOf));
  const bodies = Buffer.concat(entries.map(({ body }) => body));
  return { keys, heads, bodies, seal: sealOf({ keys, heads, bodies }, secret) };
}

/** Whether a segment is what was written. */
export function isSealed(segment: Segment, secret: Uint8Array | undefined): boolean {
  const expected = sealOf(segment, secret);
  return segment.seal.length === expected.length && timingSafeEqual(segment.seal, expected);
}

/** The entries of a segment whose seal is right. */
export function unpacked({ keys, heads, bodies }: Segment): readonly CacheEntry[] {
  const names = keyTexts(keys);
  const whole = Buffer.from(bodies.buffer, bodies.byteOffset, bodies.byteLength);
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

function sealOf({ keys, heads, bodies }: Omit<Segment, "seal">, secret: Uint8Array | undefined): Buffer {
  const sealed = secret === undefined ? createHash("sha256") : createHmac("sha256", secret);
  // The lengths tell where one part ends and the next begins.
  return sealed
    .update(`tessera-segment-v1\n${keys.length}\n${heads.length}\n${heads}`)
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
