import type { SpendDays } from "./spend-days.ts";

/** How long it rests when all rows are added up, and between two groups of them, in milliseconds. */
const IDLE_MS = 500;
const BUSY_MS = 20;
/** The end of a gateway does not wait longer for what the next start can add up as well. */
const LAST_MS = 1000;

/** Adds up what was spent beside the requests: a few rows at a time, as fast as they come. */
export class AddingUp {
  readonly #days: Pick<SpendDays, "catchUp">;
  #timer: NodeJS.Timeout;

  constructor(days: Pick<SpendDays, "catchUp">) {
    this.#days = days;
    this.#timer = setTimeout(() => this.#next(), IDLE_MS).unref();
  }

  /** Adds up what is left, as far as that is soon done. */
  end(): void {
    clearTimeout(this.#timer);
    const until = performance.now() + LAST_MS;
    while (this.#step() && performance.now() < until);
  }

  #next(): void {
    this.#timer = setTimeout(() => this.#next(), this.#step() ? BUSY_MS : IDLE_MS).unref();
  }

  #step(): boolean {
    try {
      return this.#days.catchUp();
    } catch {
      // Another process may be writing. Whoever needs the sums adds up what is left, and is told then.
      return false;
    }
  }
}
