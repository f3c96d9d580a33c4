/** Set in the count of claims once no more records may be claimed. */
const STOPPED = 1 << 30;

/**
 * What a writer thread and the thread that it writes for know of each other without messages, which nobody reads while a
 * process ends: how many records were given, claimed and written.
 */
export class ThreadState {
  readonly memory: SharedArrayBuffer;
  readonly #counts: Int32Array<SharedArrayBuffer>;

  constructor(memory: SharedArrayBuffer = new SharedArrayBuffer(12)) {
    this.memory = memory;
    this.#counts = new Int32Array(memory);
  }

  get given(): number {
    return Atomics.load(this.#counts, 0);
  }

  get written(): number {
    return Atomics.load(this.#counts, 2);
  }

  get #claimed(): number {
    return Atomics.load(this.#counts, 1) & ~STOPPED;
  }

  get isStopped(): boolean {
    return (Atomics.load(this.#counts, 1) & STOPPED) !== 0;
  }

  /** A record was sent to the writer thread. */
  give(): void {
    Atomics.add(this.#counts, 0, 1);
  }

  /** The writer thread takes the next record on itself; false when it must leave it. */
  claim(): boolean {
    const before = Atomics.load(this.#counts, 1);
    return (before & STOPPED) === 0 && Atomics.compareExchange(this.#counts, 1, before, before + 1) === before;
  }

  /** The record that was claimed last could not be written: it is left after all. */
  leave(): void {
    Atomics.sub(this.#counts, 1, 1);
    Atomics.notify(this.#counts, 2);
  }

  /** The record that was claimed last is in the file. */
  wrote(): void {
    Atomics.add(this.#counts, 2, 1);
    Atomics.notify(this.#counts, 2);
  }

  /** From now on no record is claimed. */
  stop(): void {
    Atomics.or(this.#counts, 1, STOPPED);
    Atomics.notify(this.#counts, 2);
  }

  /** Blocks until another record is written; false when the writer has stopped or the time (milliseconds) is over. */
  waitForProgress(milliseconds: number): boolean {
    const before = this.written;
    const end = performance.now() + milliseconds;
    while (this.written === before) {
      const left = end - performance.now();
      if (left <= 0 || this.isStopped || before >= this.given) return false;
      Atomics.wait(this.#counts, 2, before, Math.min(left, 50));
    }
    return true;
  }

  /** Blocks until all that was given is written, the writer has stopped, or the time (milliseconds) is over. */
  wait(milliseconds: number): void {
    const end = performance.now() + milliseconds;
    for (let written = this.written; written < this.given && !this.isStopped; written = this.written) {
      const left = end - performance.now();
      if (left <= 0) return;
      // Short waits, as the writer can stop between the look at it and the wait.
      Atomics.wait(this.#counts, 2, written, Math.min(left, 50));
    }
  }

  /** Blocks until no record is between its claim and the file, or the time (milliseconds) is over. */
  waitForClaimed(milliseconds: number): void {
    const end = performance.now() + milliseconds;
    for (let written = this.written; written < this.#claimed; written = this.written) {
      const left = end - performance.now();
      if (left <= 0) return;
      Atomics.wait(this.#counts, 2, written, Math.min(left, 50));
    }
  }
}
