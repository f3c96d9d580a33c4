/** The size of a spare buffer. */
export const SPARE_BYTES: number = 64 * 1024;

const MOST = 8;

/**
 * Buffers in which bytes wait for a moment. They are used again: to make one for each answer would keep the garbage
 * collector busy.
 */
export class SpareBuffers {
  readonly #spare: Buffer[] = [];

  /** A buffer of {@link SPARE_BYTES} with anything in it. */
  take(): Buffer {
    return this.#spare.pop() ?? Buffer.allocUnsafeSlow(SPARE_BYTES);
  }

  /** Takes one back that nobody uses any more. */
  give(buffer: Buffer): void {
    if (this.#spare.length < MOST) this.#spare.push(buffer);
  }
}
