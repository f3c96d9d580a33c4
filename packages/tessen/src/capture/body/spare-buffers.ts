/** The size of a spare buffer. */
export const SPARE_BYTES: number = 64 * 1024;

const MOST = 8;

/**
 * Buffers in which bytes wait for a moment. They are used again: to make one for each answer would keep the garbage
 * collector busy.
 */
export class SpareBuffers {
  readonly #spare: Uint8Array[] = [];

  /** A buffer of {@link SPARE_BYTES} with anything in it. */
  take(): Uint8Array {
    // No `Buffer`: its `slice` is no copy, and who takes a part to keep it would keep what comes here later.
    return this.#spare.pop() ?? new Uint8Array(SPARE_BYTES);
  }

  /** Takes one back that nobody uses any more. */
  give(buffer: Uint8Array): void {
    if (this.#spare.length < MOST) this.#spare.push(buffer);
  }
}
