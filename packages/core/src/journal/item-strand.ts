/** Items that one of several racing calls pushes, as an iterable for a join. Each push waits until its item was handled. */
export class ItemStrand<T> implements AsyncIterableIterator<T, undefined> {
  #pushed: { readonly item: T; readonly handled: () => void }[] = [];
  /** Ends the push of the item that was handed out last. */
  #handled: (() => void) | undefined;
  #waiting: ((result: IteratorResult<T, undefined>) => void) | undefined;
  #ended = false;

  /** Resolves when the item was handled, or when nobody takes items any more. */
  push(item: T): Promise<void> {
    if (this.#ended) return Promise.resolve();
    return new Promise((handled) => {
      this.#pushed.push({ item, handled });
      this.#give();
    });
  }

  /** There will be no more items. */
  end(): void {
    this.#ended = true;
    this.#give();
  }

  next(): Promise<IteratorResult<T, undefined>> {
    this.#handled?.();
    this.#handled = undefined;
    return new Promise((resolve) => {
      this.#waiting = resolve;
      this.#give();
    });
  }

  return(): Promise<IteratorResult<T, undefined>> {
    this.#ended = true;
    this.#handled?.();
    for (const { handled } of this.#pushed.splice(0)) handled();
    this.#give();
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #give(): void {
    const waiting = this.#waiting;
    const next = this.#pushed[0];
    if (waiting === undefined || (next === undefined && !this.#ended)) return;
    this.#waiting = undefined;
    if (next === undefined) waiting({ done: true, value: undefined });
    else {
      this.#pushed.shift();
      this.#handled = next.handled;
      waiting({ done: false, value: next.item });
    }
  }
}
