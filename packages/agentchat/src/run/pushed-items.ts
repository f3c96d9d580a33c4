import { RuntimeError } from "@tesserae/core";
import { deferred, type Deferred } from "../deferred.ts";

/** Performs the work and pushes its items. */
export type Produce<T> = (signal: AbortSignal, emit: (item: T) => void) => Promise<void>;

/**
 * An async iterable of items that somebody pushes: the bridge from `emit` to `for await`.
 *
 * The producer starts with the first `next`. Items that nobody waits for are kept in order; an abort drops them.
 * It has one reader. Leaving the loop early aborts the producer's signal and waits until it has ended.
 */
export class PushedItems<T> implements AsyncIterableIterator<T, void, undefined> {
  readonly #produce: Produce<T>;
  readonly #outer: AbortSignal | undefined;
  readonly #controller = new AbortController();
  #items: T[] = [];
  #at = 0;
  readonly #waiting: Deferred<IteratorResult<T, void>>[] = [];
  #producing: Promise<void> | undefined;
  #isRead = false;
  #ended = false;
  #failure: { readonly error: unknown } | undefined;

  constructor(signal: AbortSignal | undefined, produce: Produce<T>) {
    this.#outer = signal;
    this.#produce = produce;
  }

  /** @throws RuntimeError for a second reader: each would get some of the items. */
  [Symbol.asyncIterator](): this {
    if (this.#isRead && !this.#ended) {
      throw new RuntimeError("A stream has one reader, and this one is being read.");
    }
    this.#isRead = true;
    return this;
  }

  /** Starts the producer; harmless when it has started. Resolves when it has ended, whatever the outcome. */
  start(): Promise<void> {
    this.#producing ??= this.#run();
    return this.#producing;
  }

  next(): Promise<IteratorResult<T, void>> {
    if (!this.#ended) void this.start();
    if (this.#at < this.#items.length) return Promise.resolve({ done: false, value: this.#take() });
    if (this.#ended) return this.#finish();
    const waiting = deferred<IteratorResult<T, void>>();
    this.#waiting.push(waiting);
    return waiting.promise;
  }

  async return(): Promise<IteratorResult<T, void>> {
    this.#controller.abort();
    await this.#producing;
    this.#ended = true;
    this.#failure = undefined;
    this.#drop();
    return { done: true, value: undefined };
  }

  #take(): T {
    // `next` has seen that there is one.
    const item = this.#items[this.#at] as T;
    this.#at += 1;
    if (this.#at === this.#items.length) this.#drop();
    return item;
  }

  #drop(): void {
    this.#items = [];
    this.#at = 0;
  }

  readonly #emit = (item: T): void => {
    const waiting = this.#waiting.shift();
    if (waiting === undefined) this.#items.push(item);
    else waiting.resolve({ done: false, value: item });
  };

  readonly #onAbort = (): void => {
    this.#drop();
    this.#controller.abort(this.#outer?.reason);
  };

  async #run(): Promise<void> {
    const outer = this.#outer;
    if (outer?.aborted === true) this.#onAbort();
    else outer?.addEventListener("abort", this.#onAbort, { once: true });
    try {
      await this.#produce(this.#controller.signal, this.#emit);
    } catch (error) {
      this.#failure = { error };
    }
    outer?.removeEventListener("abort", this.#onAbort);
    this.#ended = true;
    for (const waiting of this.#waiting.splice(0)) this.#finish().then(waiting.resolve, waiting.reject);
  }

  /** The error is thrown once; after it the iterable is at its end. */
  #finish(): Promise<IteratorResult<T, void>> {
    const failure = this.#failure;
    this.#failure = undefined;
    if (failure === undefined) return Promise.resolve({ done: true, value: undefined });
    // oxlint-disable-next-line prefer-promise-reject-errors -- what was thrown is passed on as it is
    return Promise.reject(failure.error);
  }
}
