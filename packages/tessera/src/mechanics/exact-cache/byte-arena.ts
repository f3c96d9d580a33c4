const SLAB = 1024 * 1024;
/** So much is kept for what comes next. */
const MOST_KEPT = 4;

/**
 * Memory for bytes that are all let go of together, used again and again: pieces of their own would each count as memory
 * outside of the heap, and have all of the heap looked through when there are many.
 */
export class ByteArena {
  readonly #slabs: Buffer[] = [];
  /** The slab that is being filled, and how far. */
  #at = 0;
  #used = 0;

  /** A copy of the bytes, which is good until {@link ByteArena.clear}. */
  copyOf(bytes: Uint8Array): Buffer {
    // What is as large as a slab would leave most of one empty.
    if (bytes.length > SLAB / 2) return Buffer.from(bytes);
    if (this.#used + bytes.length > SLAB) {
      this.#at += 1;
      this.#used = 0;
    }
    const slab = (this.#slabs[this.#at] ??= Buffer.allocUnsafeSlow(SLAB));
    slab.set(bytes, this.#used);
    this.#used += bytes.length;
    return slab.subarray(this.#used - bytes.length, this.#used);
  }

  /** All copies are let go of. */
  clear(): void {
    this.#slabs.length = Math.min(this.#slabs.length, MOST_KEPT);
    this.#at = 0;
    this.#used = 0;
  }
}
