import { ValueError } from "../errors/kinds.ts";
import { VirtualTimer } from "./virtual-timer.ts";

const PATCHED = ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "Date"] as const;

/** What the clock puts in the place of a global. */
type Replacements = { readonly [name in (typeof PATCHED)[number]]: unknown };

/**
 * A clock that stands still until it is moved: `Date`, `setTimeout` and `setInterval` of the whole process follow it
 * between {@link install} and {@link uninstall}. Hours then pass in no time, and always in the same way.
 *
 * Not followed: `setImmediate`, `performance.now`, `AbortSignal.timeout` and `node:timers/promises`.
 */
export class VirtualClock {
  readonly #timers = new Set<VirtualTimer>();
  readonly #originals = new Map<string, unknown>();
  #now: number;
  #made = 0;

  /** @param now what the clock shows at first, in milliseconds since 1970. Default: 2025-01-01, midnight UTC. */
  constructor(now: number = Date.UTC(2025, 0, 1)) {
    this.#now = now;
  }

  /** What the clock shows, in milliseconds since 1970. */
  get now(): number {
    return this.#now;
  }

  /** How many milliseconds until the next timer is due; `undefined` when there is none. */
  get next(): number | undefined {
    const timer = this.#first();
    return timer === undefined ? undefined : Math.max(0, timer.due - this.#now);
  }

  /** Takes the place of the process's clock. @throws ValueError when it has it already. */
  install(): this {
    if (this.#originals.size > 0) throw new ValueError("The virtual clock is installed already.");
    const replacements = this.#replacements();
    for (const name of PATCHED) {
      this.#originals.set(name, Reflect.get(globalThis, name));
      Reflect.set(globalThis, name, replacements[name]);
    }
    return this;
  }

  /** Gives the process its clock back. Timers that are not due yet never fire. */
  uninstall(): void {
    for (const [name, original] of this.#originals) Reflect.set(globalThis, name, original);
    this.#originals.clear();
    this.#timers.clear();
  }

  [Symbol.dispose](): void {
    this.uninstall();
  }

  /**
   * Moves the clock on. Timers fire one after the other, each at its time. Before the first and after each, everything
   * that has been set going and that waits for nothing outside of the process runs. Throws what a timer's function
   * throws.
   */
  async advance(milliseconds: number): Promise<void> {
    if (!(milliseconds >= 0)) throw new ValueError(`A clock moves on by 0 milliseconds or more, not ${milliseconds}.`);
    const end = this.#now + milliseconds;
    // What was begun just before may be about to start a timer.
    await settled();
    for (let timer = this.#first(); timer !== undefined && timer.due <= end; timer = this.#first()) {
      await this.#fire(timer);
    }
    this.#now = end;
    await settled();
  }

  /** Moves the clock on to the next timer and fires it; false when there is none. */
  async advanceToNext(): Promise<boolean> {
    const timer = this.#first();
    if (timer === undefined) return false;
    await this.#fire(timer);
    return true;
  }

  async #fire(timer: VirtualTimer): Promise<void> {
    this.#now = Math.max(this.#now, timer.due);
    if (timer.interval === undefined) this.#timers.delete(timer);
    else timer.restart(this.#now);
    timer.call();
    await settled();
  }

  /** The timer that is due first; of several, the one that was made first. */
  #first(): VirtualTimer | undefined {
    let first: VirtualTimer | undefined;
    for (const timer of this.#timers) {
      if (first === undefined || timer.due < first.due || (timer.due === first.due && timer.id < first.id))
        first = timer;
    }
    return first;
  }

  #replacements(): Replacements {
    const start =
      (repeats: boolean) =>
      (callback: (...args: unknown[]) => unknown, delay: unknown = 0, ...args: readonly unknown[]): VirtualTimer => {
        this.#made += 1;
        const timer = new VirtualTimer(this.#made, () => void callback(...args), Number(delay), repeats, this);
        this.#timers.add(timer);
        return timer;
      };
    const clear = (original: unknown) => (timer: unknown) => {
      for (const each of this.#timers) {
        if (each === timer || each.id === Number(timer)) {
          this.#timers.delete(each);
          return;
        }
      }
      // A timer of the process's own clock, made before this one was installed.
      if (typeof original === "function" && !(timer instanceof VirtualTimer))
        Reflect.apply(original, undefined, [timer]);
    };
    return {
      setTimeout: start(false),
      setInterval: start(true),
      clearTimeout: clear(globalThis.clearTimeout),
      clearInterval: clear(globalThis.clearInterval),
      Date: dateOf(this),
    };
  }
}

/** `Date`, with the time of a clock where none is given. */
function dateOf(clock: VirtualClock): unknown {
  return new Proxy(Date, {
    construct: (target, args, made) =>
      // What is constructed is a date, whatever the arguments.
      Reflect.construct(target, args.length === 0 ? [clock.now] : args, made) as object,
    apply: () => new Date(clock.now).toString(),
    get: (target, key) => (key === "now" ? () => clock.now : Reflect.get(target, key)),
  });
}

/** Lets everything run that is ready. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
