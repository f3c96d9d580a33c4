/** An item of one of several iterables that race. */
export interface JoinedItem<T> {
  /** The place of its iterable in the list. */
  readonly index: number;
  readonly value: T;
}

/** Options of a join. */
export interface JoinOptions<T> {
  /**
   * True for items whose place among the others does not matter and is not recorded: the pieces of a streamed answer.
   * A replay gives them all, in order within their iterable, but not interleaved as they once were.
   */
  readonly unordered?: ((value: T) => boolean) | undefined;
}

/** Something arrived: an item, the end of an iterable, or its failure. */
export type Arrival<T> = { readonly index: number } & (
  | { readonly type: "value"; readonly value: T }
  | { readonly type: "done" }
  | { readonly type: "error"; readonly error: unknown }
);

/** Iterables that are read one item ahead each; the base of every join. */
export class Arrivals<T> {
  readonly #iterators: (AsyncIterator<T> | undefined)[];
  readonly #arrived: Arrival<T>[] = [];
  readonly #asked = new Set<number>();
  #wake: (() => void) | undefined;

  constructor(items: readonly AsyncIterable<T>[]) {
    this.#iterators = items.map((item) => item[Symbol.asyncIterator]());
    for (const index of this.#iterators.keys()) this.#pull(index);
  }

  /** How many iterables have not been seen to end. */
  get open(): number {
    let count = 0;
    for (const iterator of this.#iterators) if (iterator !== undefined) count += 1;
    return count;
  }

  /** True when something waits to be taken. */
  get ready(): boolean {
    return this.#arrived.length > 0;
  }

  /** Takes the first arrival that is accepted, if there is one; the next item of its iterable is asked for. */
  take(accept: (arrival: Arrival<T>) => boolean): Arrival<T> | undefined {
    const at = this.#arrived.findIndex(accept);
    if (at < 0) return undefined;
    const [arrival] = this.#arrived.splice(at, 1);
    if (arrival === undefined) return undefined;
    if (arrival.type !== "value") this.#iterators[arrival.index] = undefined;
    return arrival;
  }

  /** Asks the iterable for its next item: call it when the last one was handed over. */
  advance(index: number): void {
    this.#pull(index);
  }

  /** Resolves at the next arrival, or when {@link Arrivals.wake} is called. */
  wait(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  /** Lets the one who waits look again. */
  wake(): void {
    const wake = this.#wake;
    this.#wake = undefined;
    wake?.();
  }

  /**
   * Closes what is still open. A failing clean-up does not hide what ended the join, and an iterable that is still
   * busy with its next item is told but not waited for.
   */
  async close(): Promise<void> {
    const closing: Promise<unknown>[] = [];
    for (const [index, iterator] of this.#iterators.entries()) {
      const closed = iterator?.return?.();
      if (this.#asked.has(index)) closed?.catch(() => undefined);
      else if (closed !== undefined) closing.push(closed);
    }
    this.#iterators.fill(undefined);
    await Promise.allSettled(closing);
  }

  #pull(index: number): void {
    const iterator = this.#iterators[index];
    if (iterator === undefined) return;
    this.#asked.add(index);
    const arrive = (arrival: Arrival<T>): void => {
      this.#asked.delete(index);
      this.#arrived.push(arrival);
      this.wake();
    };
    iterator.next().then(
      (result) =>
        arrive(result.done === true ? { index, type: "done" } : { index, type: "value", value: result.value }),
      (error: unknown) => arrive({ index, type: "error", error }),
    );
  }
}

/** Merges iterables in the order of arrival. The first failure ends it; the others are closed. */
export async function* joinByArrival<T>(items: readonly AsyncIterable<T>[]): AsyncGenerator<JoinedItem<T>> {
  const arrivals = new Arrivals(items);
  try {
    while (arrivals.open > 0) {
      const arrival = arrivals.take(() => true);
      if (arrival === undefined) await arrivals.wait();
      else if (arrival.type === "error") throw arrival.error;
      else if (arrival.type === "value") {
        yield { index: arrival.index, value: arrival.value };
        arrivals.advance(arrival.index);
      }
    }
  } finally {
    await arrivals.close();
  }
}
