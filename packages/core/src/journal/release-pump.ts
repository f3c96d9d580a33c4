/** Runs a callback when everything that is ready to run has run. Taken at load: a test's fake timers do not stop a run. */
const later: (callback: () => void) => void = /* @__PURE__ */ taskQueue();

/**
 * Takes one step at a time, each in a task of its own: between two steps everything that the first one set free has run
 * as far as it can. So what a run does depends on the order of the steps only, never on how fast the world was.
 */
export class ReleasePump {
  readonly #step: () => boolean | Promise<boolean>;
  #scheduled = false;
  #busy = false;
  #woken = false;

  /** @param step does one thing, and tells whether there may be another. It never throws. */
  constructor(step: () => boolean | Promise<boolean>) {
    this.#step = step;
  }

  /** There may be something to do. */
  wake(): void {
    if (this.#busy) this.#woken = true;
    else if (!this.#scheduled) {
      this.#scheduled = true;
      later(() => this.#run());
    }
  }

  #run(): void {
    this.#scheduled = false;
    this.#busy = true;
    const more = this.#step();
    if (typeof more === "boolean") this.#done(more);
    else void more.then((again) => this.#done(again));
  }

  #done(more: boolean): void {
    const again = more || this.#woken;
    this.#busy = false;
    this.#woken = false;
    if (again) this.wake();
  }
}

function taskQueue(): (callback: () => void) => void {
  if (typeof globalThis.setImmediate === "function") return globalThis.setImmediate;
  return (callback) => {
    setTimeout(callback, 0);
  };
}
