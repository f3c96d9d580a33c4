const SLOW_MS = 5;
const WINDOW_MS = 60_000;
const MOST = 3;
const REST_MS = 300_000;

/**
 * Finds out that the disk makes the caller wait, as one on a network does: three writes of more than 5 ms within a
 * minute, one after the other, since a busy machine can stop any thread now and then. For five minutes no line is then
 * written on the caller's thread.
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
