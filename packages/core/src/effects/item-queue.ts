/** Passes items from one who pushes to one who pulls, in order and without loss; the push is not slowed down. */
export class ItemQueue<T> implements AsyncIterableIterator<T, undefined> {
  #items: T[] = [];
  #head = 0;
  #wake: (() => void) | undefined;
  #ended = false;
  #error: { readonly error: unknown } | undefined;
  readonly #onReturn: () => void;

  /** @param onReturn is called when the one who pulls leaves before the end. */
  constructor(onReturn: () => void) {
    this.#onReturn = onReturn;
  }

  push(item: T): void {
    if (this.#ended) return;
    this.#items.push(item);
    this.#notify();
  }

  end(): void {
    this.#ended = true;
    this.#notify();
  }

  fail(error: unknown): void {
    if (this.#ended) return;
    this.#error = { error };
    this.end();
  }

  /** Everything that arrived since the last call, at least one item; empty at the end. */
  async batch(): Promise<readonly T[]> {
    while (this.#head === this.#items.length) {
      if (this.#error !== undefined) throw this.#error.error;
      if (this.#ended) return [];
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    const items = this.#head === 0 ? this.#items : this.#items.slice(this.#head);
    this.#items = [];
    this.#head = 0;
    return items;
  }

  async next(): Promise<IteratorResult<T, undefined>> {
    if (this.#head === this.#items.length) {
      this.#items = [...(await this.batch())];
      this.#head = 0;
      if (this.#items.length === 0) return { done: true, value: undefined };
    }
    const value = this.#items[this.#head];
    this.#head += 1;
    // The index is inside of the list: `undefined` here is an item of that value.
    return { done: false, value: value as T };
  }

  return(): Promise<IteratorResult<T, undefined>> {
    if (!this.#ended) this.#onReturn();
    this.#ended = true;
    this.#items = [];
    this.#head = 0;
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #notify(): void {
    const wake = this.#wake;
    this.#wake = undefined;
    wake?.();
  }
}
