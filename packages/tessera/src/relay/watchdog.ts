/** Something that must not stand still for too long. */
export interface Watched {
  /** The tick of the {@link Watchdog} after which it has stood still for too long. */
  deadline: number;
  /** Called at each tick after the deadline, until it is moved or the watching ends. */
  onDeadline(): void;
  /** The neighbours in the watchdog's list, which are its own to write. */
  before: Watched | undefined;
  after: Watched | undefined;
}

/**
 * One timer for all that is under way, in place of several a request: each moves its own deadline by writing a number.
 * Deadlines are kept to within a tick.
 *
 * A list and not a set: a set that much is put into and taken out of leaves tables behind, which keep what was in them
 * alive until the next full collection of garbage, and make each small one slow.
 */
export class Watchdog {
  /** Counts up, once a tick. */
  tick = 0;
  /** The length of a tick in milliseconds. */
  readonly tickMs: number;
  #first: Watched | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(tickMs: number) {
    this.tickMs = tickMs;
  }

  /** How many ticks make so many milliseconds, at least. */
  ticksOf(milliseconds: number): number {
    return Math.ceil(milliseconds / this.tickMs) + 1;
  }

  /** Watches from now on; not to be called twice for the same. */
  watch(watched: Watched): void {
    watched.after = this.#first;
    if (this.#first !== undefined) this.#first.before = watched;
    this.#first = watched;
    this.#timer ??= setInterval(() => this.#onTick(), this.tickMs).unref();
  }

  /** Ends the watching; does nothing where it has ended. */
  unwatch(watched: Watched): void {
    const { before, after } = watched;
    if (before !== undefined) before.after = after;
    else if (this.#first === watched) this.#first = after;
    if (after !== undefined) after.before = before;
    watched.before = undefined;
    watched.after = undefined;
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #onTick(): void {
    this.tick += 1;
    // Whoever is late may leave, and take others along: so all of them are found before one is told.
    const late: Watched[] = [];
    for (let at = this.#first; at !== undefined; at = at.after) if (at.deadline < this.tick) late.push(at);
    for (const watched of late) watched.onDeadline();
  }
}
