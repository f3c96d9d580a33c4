/** The pieces of memory that are used again are of these sizes; streams begin with a small one. */
export const SMALL_SLAB: number = 8 * 1024;
/** Bytes of a slab for the streams of larger answers. */
export const LARGE_SLAB: number = 64 * 1024;
/** So many of each are kept for those who come next. */
const MOST_SMALL = 256;
const MOST_LARGE = 64;

/**
 * Memory for the bytes of streams, used again and again. Memory of its own for each stream is memory outside of the heap: the
 * collector of garbage looks through all of the heap each time when so many megabytes of it have been taken.
 */
export class SlabPool {
  readonly #small: Buffer[] = [];
  readonly #large: Buffer[] = [];
  #room = Buffer.alloc(0);

  /** Memory of at least so many bytes, with anything in it. */
  take(bytes: number): Buffer {
    if (bytes <= SMALL_SLAB) return this.#small.pop() ?? Buffer.allocUnsafeSlow(SMALL_SLAB);
    if (bytes <= LARGE_SLAB) return this.#large.pop() ?? Buffer.allocUnsafeSlow(LARGE_SLAB);
    return Buffer.allocUnsafeSlow(bytes);
  }

  /** Takes memory back that nobody looks at any more. */
  give(slab: Buffer): void {
    if (slab.length === SMALL_SLAB && this.#small.length < MOST_SMALL) this.#small.push(slab);
    if (slab.length === LARGE_SLAB && this.#large.length < MOST_LARGE) this.#large.push(slab);
  }

  /** The parts as one piece, which is good until the next one is asked for. */
  joined(parts: readonly Buffer[]): Buffer {
    const length = parts.reduce((sum, part) => sum + part.length, 0);
    if (length > this.#room.length) this.#room = Buffer.allocUnsafeSlow(length);
    let at = 0;
    for (const part of parts) {
      this.#room.set(part, at);
      at += part.length;
    }
    return this.#room.subarray(0, length);
  }
}
