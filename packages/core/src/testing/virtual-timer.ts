/** What a timer asks the time of. */
interface Clock {
  readonly now: number;
}

/** A timer of a virtual clock, with the methods of Node's timers. */
export class VirtualTimer {
  readonly id: number;
  /** Milliseconds between two calls; `undefined` for a timer that fires once. */
  readonly interval: number | undefined;
  /** When it fires, in milliseconds since 1970. */
  due: number;
  readonly call: () => void;
  readonly #delay: number;
  readonly #clock: Clock;
  #referenced = true;

  constructor(id: number, call: () => void, delay: number, repeats: boolean, clock: Clock) {
    this.id = id;
    this.call = call;
    // As Node does: less than a millisecond, and what is no number, is one.
    this.#delay = delay >= 1 ? Math.trunc(delay) : 1;
    this.interval = repeats ? this.#delay : undefined;
    this.#clock = clock;
    this.due = clock.now + this.#delay;
  }

  restart(now: number): void {
    this.due = now + this.#delay;
  }

  ref(): this {
    this.#referenced = true;
    return this;
  }

  unref(): this {
    this.#referenced = false;
    return this;
  }

  hasRef(): boolean {
    return this.#referenced;
  }

  refresh(): this {
    this.restart(this.#clock.now);
    return this;
  }

  close(): this {
    clearTimeout(this.id);
    return this;
  }

  [Symbol.toPrimitive](): number {
    return this.id;
  }

  [Symbol.dispose](): void {
    this.close();
  }
}
