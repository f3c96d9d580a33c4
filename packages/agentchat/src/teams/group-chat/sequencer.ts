/** Runs tasks one at a time, in the order they were given. */
export class Sequencer {
  #last: Promise<unknown> | undefined;

  /** Runs the task after those before it; at once when there are none. */
  run(task: () => void | Promise<void>): void | Promise<void> {
    const before = this.#last;
    if (before === undefined) {
      const running = task();
      if (!(running instanceof Promise)) return;
      return this.#track(running);
    }
    return this.#track(before.then(task, task));
  }

  #track(running: Promise<void>): Promise<void> {
    const tracked = running.finally(() => {
      if (this.#last === tracked) this.#last = undefined;
    });
    this.#last = tracked;
    return tracked;
  }
}
