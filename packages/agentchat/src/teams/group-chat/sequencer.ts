/** Runs tasks one at a time, in the order they were given. */
export class Sequencer {
  #busy = false;
  readonly #waiting: (() => void)[] = [];

  /** Runs the task after those before it; at once when there are none. A failed task does not stop the next. */
  run(task: () => void | Promise<void>): void | Promise<void> {
    if (!this.#busy) return this.#start(task);
    return new Promise<void>((resolve, reject) => {
      this.#waiting.push(() => {
        try {
          const running = this.#start(task);
          if (running === undefined) resolve();
          else running.then(resolve, reject);
        } catch (error) {
          reject(error);
        }
      });
    });
  }

  #start(task: () => void | Promise<void>): void | Promise<void> {
    const running = task();
    if (!(running instanceof Promise)) return undefined;
    this.#busy = true;
    return running.finally(this.#next);
  }

  readonly #next = (): void => {
    this.#busy = false;
    while (!this.#busy) {
      const start = this.#waiting.shift();
      if (start === undefined) return;
      start();
    }
  };
}
