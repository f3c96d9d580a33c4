import { Arrivals, type JoinedItem, type JoinOptions } from "../run/join.ts";
import type { Json } from "../json.ts";

/** What a journaled join needs of its session. */
export interface JoinHost {
  /** True while the run is answered from its record. */
  readonly following: boolean;
  /** True when the record says how the run ended: an arrival that it does not hold is one too many. */
  readonly complete: boolean;
  /** Milliseconds after which an arrival that does not come means that the run has left its record. */
  readonly stuckAfterMs: number;
  order(address: string, value: Json): void;
  stuck(address: string, awaited: Json | undefined): Error;
  surplus(address: string): Error;
}

/** A join of a journaled run: the order of arrival is written while more than one iterable is open, and followed. */
export class RunJoin<T> {
  readonly #host: JoinHost;
  readonly #address: string;
  readonly #recorded: readonly Json[];
  readonly #arrivals: Arrivals<T>;
  readonly #unordered: ((value: T) => boolean) | undefined;
  #at = 0;
  #relaxed = false;
  #stuck: ReturnType<typeof setTimeout> | undefined;
  #failure: Error | undefined;

  constructor(
    host: JoinHost,
    address: string,
    recorded: readonly Json[],
    items: readonly AsyncIterable<T>[],
    options: JoinOptions<T>,
  ) {
    this.#host = host;
    this.#address = address;
    this.#recorded = recorded;
    this.#arrivals = new Arrivals(items);
    this.#unordered = options.unordered;
  }

  /** Leaves the recorded order when something else has arrived and waits; true when it did. */
  relax(): boolean {
    if (this.#relaxed || !this.#follows() || !this.#arrivals.ready) return false;
    this.#cut();
    this.#arrivals.wake();
    return true;
  }

  /** The record is used up: what it still says of this join cannot be waited for. */
  live(): void {
    if (this.#follows()) this.#cut();
    this.#arrivals.wake();
  }

  async *items(): AsyncGenerator<JoinedItem<T>> {
    const arrivals = this.#arrivals;
    try {
      while (arrivals.open > 0) {
        if (this.#failure !== undefined) throw this.#failure;
        const free = this.#unordered === undefined ? undefined : this.#takeUnordered(this.#unordered);
        const arrival = free ?? this.#takeOrdered();
        if (arrival === undefined) await this.#wait();
        else if (arrival.type === "error") throw arrival.error;
        else if (arrival.type === "value") {
          yield { index: arrival.index, value: arrival.value };
          arrivals.advance(arrival.index);
        }
      }
    } finally {
      clearTimeout(this.#stuck);
      await arrivals.close();
    }
  }

  async #wait(): Promise<void> {
    // Something is there, but not what was recorded to come next.
    if (this.#follows() && this.#arrivals.ready) {
      const awaited = this.#recorded[this.#at];
      this.#stuck ??= setTimeout(() => {
        this.#failure = this.#host.stuck(this.#address, awaited);
        this.#arrivals.wake();
      }, this.#host.stuckAfterMs);
    }
    await this.#arrivals.wait();
  }

  #takeUnordered(unordered: (value: T) => boolean): ReturnType<Arrivals<T>["take"]> {
    return this.#arrivals.take((arrival) => arrival.type === "value" && unordered(arrival.value));
  }

  #takeOrdered(): ReturnType<Arrivals<T>["take"]> {
    if (this.#arrivals.open < 2) return this.#arrivals.take(() => true);
    if (this.#follows()) {
      const expected = this.#recorded[this.#at];
      const arrival = this.#arrivals.take(({ index }) => index === expected);
      if (arrival !== undefined) {
        this.#at += 1;
        clearTimeout(this.#stuck);
        this.#stuck = undefined;
      }
      return arrival;
    }
    if (!this.#relaxed && this.#host.complete && this.#host.following && this.#arrivals.ready) {
      throw this.#host.surplus(this.#address);
    }
    const arrival = this.#arrivals.take(() => true);
    if (arrival !== undefined) {
      this.#at += 1;
      this.#host.order(this.#address, arrival.index);
    }
    return arrival;
  }

  #follows(): boolean {
    return !this.#relaxed && this.#at < this.#recorded.length;
  }

  #cut(): void {
    clearTimeout(this.#stuck);
    this.#relaxed = true;
    this.#host.order(this.#address, { cut: this.#at });
  }
}
