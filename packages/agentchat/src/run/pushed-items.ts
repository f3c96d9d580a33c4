/**
 * An async iterable of items that somebody pushes: the bridge from `emit` to `for await`.
 *
 * The producer starts with the first `next`. Items that nobody waits for are kept in order. Leaving the loop early
 * aborts the producer's signal and waits until it has ended.
 */
export class PushedItems<T> implements AsyncIterableIterator<T, void, undefined> {
  readonly #produce: (signal: AbortSignal, emit: (item: T) => void) => Promise<void>;
  readonly #controller = new AbortController();
  readonly #outer: AbortSignal | undefined;
  readonly #forwardAbort: () => void;
  #items: T[] = [];
  #at = 0;
  #waiting: { resolve: (result: IteratorResult<T, void>) => void; reject: (error: unknown) => void } | undefined;
  #producing: Promise<void> | undefined;
  #ended = false;
  #failed = false;
  #error: unknown;

  constructor(
    signal: AbortSignal | undefined,
    produce: (signal: AbortSignal, emit: (item: T) => void) => Promise<void>,
  ) {
    this.#produce = produce;
    this.#outer = signal;
    this.#forwardAbort = () => this.#controller.abort(signal?.reason);
    if (signal?.aborted === true) this.#forwardAbort();
    else signal?.addEventListener("abort", this.#forwardAbort, { once: true });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Starts the producer; harmless when it has started. Resolves when it has ended, whatever the outcome. */
  start(): Promise<void> {
    this.#producing ??= this.#run();
    return this.#producing;
  }

  next(): Promise<IteratorResult<T, void>> {
    void this.start();
    if (this.#at < this.#items.length) return Promise.resolve({ done: false, value: this.#take() });
    if (this.#ended) return this.#finish();
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
    });
  }

  async return(): Promise<IteratorResult<T, void>> {
    this.#controller.abort();
    this.#items = [];
    this.#at = 0;
    if (this.#producing !== undefined) await this.#producing;
    this.#items = [];
    this.#at = 0;
    this.#ended = true;
    this.#failed = false;
    return { done: true, value: undefined };
  }

  #take(): T {
    const item = this.#items[this.#at] as T;
    this.#at += 1;
    if (this.#at === this.#items.length) {
      this.#items = [];
      this.#at = 0;
    }
    return item;
  }

  readonly #emit = (item: T): void => {
    const waiting = this.#waiting;
    if (waiting === undefined) {
      this.#items.push(item);
      return;
    }
    this.#waiting = undefined;
    waiting.resolve({ done: false, value: item });
  };

  async #run(): Promise<void> {
    try {
      await this.#produce(this.#controller.signal, this.#emit);
    } catch (error) {
      this.#failed = true;
      this.#error = error;
    }
    this.#outer?.removeEventListener("abort", this.#forwardAbort);
    this.#ended = true;
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting !== undefined) this.#finish().then(waiting.resolve, waiting.reject);
  }

  /** The error is thrown once; after it the iterable is at its end. */
  #finish(): Promise<IteratorResult<T, void>> {
    if (!this.#failed) return Promise.resolve({ done: true, value: undefined });
    this.#failed = false;
    return Promise.reject(this.#error instanceof Error ? this.#error : new Error(String(this.#error)));
  }
}
