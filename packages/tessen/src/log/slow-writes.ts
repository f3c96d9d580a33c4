const SLOW_MS = 5;
const WINDOW_MS = 60_000;
const MOST = 3;
const APART_MS = 1000;
const REST_MS = 300_000;

/**
 * Finds out that the disk makes the caller wait, as one on a network does: three writes of more than 5 ms within a
 * minute. For five minutes no line is then written on the caller's thread.
 *
 * A busy machine stops threads as well, and most often right in a write, which wakes other threads. It does not do so at
 * every write for seconds: the three are a second apart, and no quick write is between them.
 */
export class SlowWrites {
  #times: number[] = [];
  #until = 0;

  /** A write began and ended at these times, in milliseconds; true when the disk has just become too slow. */
  add(begin: number, end: number): boolean {
    if (end - begin <= SLOW_MS) {
      if (this.#times.length > 0) this.#times = [];
      return false;
    }
    if (end < (this.#times.at(-1) ?? Number.NEGATIVE_INFINITY) + APART_MS) return false;
    this.#times = [...this.#times.filter((time) => time > end - WINDOW_MS), end];
    if (this.#times.length < MOST) return false;
    this.#times = [];
    this.#until = end + REST_MS;
    return true;
  }

  /** Whether the caller's thread is to be spared at this time. */
  isSlow(now: number): boolean {
    return now < this.#until;
  }
}
