/** Something that is opened at its first use, once for all who use it, and again after it was taken away. */
export class OpenedOnce<Thing> {
  #opening: Promise<Thing> | undefined;
  #opened: Thing | undefined;

  /** The thing; `undefined` before it is open, and after `take`. */
  get opened(): Thing | undefined {
    return this.#opened;
  }

  /**
   * Opens it by `make`, unless another call does or did. After a failure the next call tries again.
   *
   * @throws what `make` throws.
   */
  async open(make: () => Promise<Thing>): Promise<Thing> {
    if (this.#opening !== undefined) return this.#opening;
    const opening = make();
    this.#opening = opening;
    try {
      const thing = await opening;
      if (this.#opening === opening) this.#opened = thing;
      return thing;
    } catch (error) {
      if (this.#opening === opening) this.#opening = undefined;
      throw error;
    }
  }

  /** Takes it away at once, for the caller to close; waits where it is still being opened. */
  async take(): Promise<Thing | undefined> {
    const opening = this.#opening;
    this.#opening = undefined;
    this.#opened = undefined;
    return opening?.catch(() => undefined);
  }
}
