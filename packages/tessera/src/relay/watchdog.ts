/** Something that must not stand still for too long. */
export interface Watched {
  /** The tick of the {@link Watchdog} after which it has stood still for too long. */
  deadline: number;
  /** Called at each tick after the deadline, until it is moved or the watching ends. */
  onDeadline(): void;
}

/**
 * One timer for all that is under way, in place of several a request: each moves its own deadline by writing a number.
 * Deadlines are kept to within a tick.
 */
export class Watchdog {
  /** Counts up, once a tick. */
  tick = 0;
  /** The length of a tick in milliseconds. */
  readonly tickMs: number;
  readonly #watched = new Set<Watched>();
  #timer: NodeJS.Timeout | undefined;

  constructor(tickMs: number) {
    this.tickMs = tickMs;
  }

  /** How many ticks make so many milliseconds, at least. */
  ticksOf(milliseconds: number): number {
    return Math.ceil(milliseconds / this.tickMs) + 1;
  }

  watch(watched: Watched): void {
    this.#watched.add(watched);
    this.#timer ??= setInterval(() => this.#onTick(), this.tickMs).unref();
  }

  unwatch(watched: Watched): void {
    this.#watched.delete(watched);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #onTick(): void {
    this.tick += 1;
    for (const watched of this.#watched) if (watched.deadline < this.tick) watched.onDeadline();
  }
}
