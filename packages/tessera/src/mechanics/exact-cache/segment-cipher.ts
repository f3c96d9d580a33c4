import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import type { Segment } from "./segment.ts";

const ALGORITHM = "aes-256-gcm";
/** NIST SP 800-38D, 8.2: random ones are safe for 2^32 segments under one key. */
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** What stands in the place of the heads, which are encrypted with the bodies. */
const NO_HEADS = "";

/** Whether a segment is encrypted. */
export function isEncrypted({ heads }: Pick<Segment, "heads">): boolean {
  return heads === NO_HEADS;
}

/**
 * Encrypts segments for the disk (AES-256-GCM): heads and bodies, of which only the lengths can be seen. The keys stay as they
 * are, hashes of requests, and are bound to what belongs to them. The tag of the cipher is the segment's seal.
 */
export class SegmentCipher {
  readonly #key: Uint8Array;

  /** The key has 32 bytes. */
  constructor(key: Uint8Array) {
    this.#key = key;
  }

  encrypted({ keys, heads, bodies, size }: Segment): Segment {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(ALGORITHM, this.#key, nonce);
    const text = Buffer.from(heads);
    cipher.setAAD(boundTo(keys, size));
    const length = Buffer.alloc(4);
    length.writeUInt32BE(text.length);
    const parts = [nonce, cipher.update(length), cipher.update(text), cipher.update(bodies), cipher.final()];
    return { keys, heads: NO_HEADS, bodies: Buffer.concat(parts), size, seal: cipher.getAuthTag() };
  }

  /** `undefined` for what was encrypted with another key, or is not what was written. */
  decrypted({ keys, bodies, size, seal }: Segment): Segment | undefined {
    if (bodies.length < NONCE_BYTES || seal.length !== TAG_BYTES) return undefined;
    const decipher = createDecipheriv(ALGORITHM, this.#key, bodies.subarray(0, NONCE_BYTES));
    decipher.setAAD(boundTo(keys, size));
    decipher.setAuthTag(seal);
    let plain: Buffer;
    try {
      plain = Buffer.concat([decipher.update(bodies.subarray(NONCE_BYTES)), decipher.final()]);
    } catch {
      return undefined;
    }
    const end = 4 + plain.readUInt32BE(0);
    return { keys, heads: plain.toString("utf8", 4, end), bodies: plain.subarray(end), size, seal };
  }
}

function boundTo(keys: Uint8Array, size: number): Buffer {
  return Buffer.concat([Buffer.from(`tessera-segment-aes-v1\n${size}\n`), keys]);
}
