import { CancelledError, RuntimeError } from "../errors/kinds.ts";
import { seededRandom } from "./seeded-random.ts";
import type { VirtualClock } from "./virtual-clock.ts";

/** A runtime that is not started: the schedule dispatches its messages. */
export interface SteppedRuntime {
  readonly unprocessedMessagesCount: number;
  processNext(): Promise<void>;
}

/** Options of {@link SeededSchedule}. */
export interface SeededScheduleOptions {
  /** Moved on to the next timer whenever nothing else can go on. Install it first. */
  readonly clock?: VirtualClock | undefined;
  /** Called before each step, with its number from 0 and its name: the place to abort, to save or to look. */
  readonly onStep?: ((step: number, name: string) => void) | undefined;
  /** Real milliseconds in which nothing happens before a run counts as stuck. Default: 5000. */
  readonly patienceMs?: number | undefined;
}

/** Something that waits to go on. */
interface Waiting {
  readonly name: string;
  go(): void;
}

/**
 * Decides by a seed who goes on. Models, tools and agents of a test wait for their {@link turn}; whenever nothing else
 * can happen, one of those that wait is let go on, or a runtime that is driven dispatches its next message. The same
 * seed gives the same order, another seed another one: what depends on the order is found, and found again.
 *
 * What waits for the world outside of the process (files, sockets) is waited for, but its order is not the seed's.
 */
export class SeededSchedule {
  /** The names of the steps so far, in order. */
  readonly steps: string[] = [];
  readonly #random: () => number;
  readonly #options: SeededScheduleOptions;
  readonly #waiting = new Set<Waiting>();
  readonly #runtimes: { readonly name: string; readonly runtime: SteppedRuntime }[] = [];
  #running = false;

  constructor(seed: string | number, options: SeededScheduleOptions = {}) {
    this.#random = seededRandom(seed);
    this.#options = options;
  }

  /**
   * Waits until the schedule lets the caller go on; outside of {@link run} it goes on at once.
   * @throws CancelledError when the signal aborts meanwhile.
   */
  turn(name = "turn", signal?: AbortSignal): Promise<void> {
    if (signal?.aborted === true) return Promise.reject(new CancelledError(undefined, { cause: signal.reason }));
    if (!this.#running) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const onAbort = (): void => {
        this.#waiting.delete(entry);
        reject(new CancelledError(undefined, { cause: signal?.reason }));
      };
      const entry: Waiting = {
        name,
        go: () => {
          signal?.removeEventListener("abort", onAbort);
          resolve();
        },
      };
      signal?.addEventListener("abort", onAbort, { once: true });
      this.#waiting.add(entry);
    });
  }

  /** Dispatches the messages of a runtime, which must not be started, one a step. */
  drive(runtime: SteppedRuntime, name = "message"): void {
    this.#runtimes.push({ runtime, name });
  }

  /**
   * Runs a body to its end.
   * @throws RuntimeError when the body is stuck; else what the body throws.
   */
  async run<T>(body: () => Promise<T>): Promise<T> {
    if (this.#running) throw new RuntimeError("The schedule runs already. Make one for each run.");
    this.#running = true;
    let over = false;
    const end = (): void => {
      over = true;
    };
    try {
      const promise = body();
      promise.then(end, end);
      let idleSince = performance.now();
      for (;;) {
        await quiet();
        if (over) return await promise;
        if (await this.#step()) idleSince = performance.now();
        else if (performance.now() - idleSince > (this.#options.patienceMs ?? 5000)) throw this.#stuck();
      }
    } finally {
      this.#running = false;
      for (const { go } of this.#waiting) go();
      this.#waiting.clear();
    }
  }

  /** Lets one go on; false when nobody can. */
  async #step(): Promise<boolean> {
    const ready: Waiting[] = [...this.#waiting];
    for (const { runtime, name } of this.#runtimes) {
      // An error of a handler reaches whoever stops the runtime.
      const go = (): void => void runtime.processNext().catch(() => undefined);
      if (runtime.unprocessedMessagesCount > 0) ready.push({ name, go });
    }
    // No number is drawn while there is nobody to choose: how long the world takes must not change the order.
    const chosen = ready.length === 0 ? undefined : ready[Math.floor(this.#random() * ready.length)];
    if (chosen !== undefined) {
      this.#note(chosen.name);
      this.#waiting.delete(chosen);
      chosen.go();
      return true;
    }
    const { clock } = this.#options;
    if (clock?.next === undefined) return false;
    this.#note(`clock +${clock.next} ms`);
    return clock.advanceToNext();
  }

  #note(name: string): void {
    this.steps.push(name);
    this.#options.onStep?.(this.steps.length - 1, name);
  }

  #stuck(): RuntimeError {
    const last = this.steps.slice(-5).join(", ") || "none";
    return new RuntimeError(
      `The run is stuck: it has not ended, and nothing waits for a turn, a message or the clock. Steps: ` +
        `${this.steps.length}, the last ones: ${last}.`,
    );
  }
}

/**
 * Runs a scenario once as it is, then once for each of its steps, with an abort there. The scenario makes everything
 * anew, runs its work in `schedule.run` and checks what came of it: that it ended, and how.
 *
 * @returns how many steps the scenario has.
 */
export async function abortAtEveryStep(
  seed: string | number,
  scenario: (schedule: SeededSchedule, signal: AbortSignal, abortsAt: number | undefined) => Promise<void>,
): Promise<number> {
  const schedule = new SeededSchedule(seed);
  await scenario(schedule, new AbortController().signal, undefined);
  const { length } = schedule.steps;
  for (let at = 0; at < length; at += 1) {
    const controller = new AbortController();
    const onStep = (step: number, name: string): void => {
      if (step === at) controller.abort(new Error(`aborted before step ${step}, ${name}`));
    };
    await scenario(new SeededSchedule(seed, { onStep }), controller.signal, at);
  }
  return length;
}

/** Lets everything run that is ready; work that itself waits for a turn of the event loop is waited for, too. */
async function quiet(): Promise<void> {
  for (let round = 0; round < 3; round += 1) await new Promise((resolve) => setImmediate(resolve));
}
