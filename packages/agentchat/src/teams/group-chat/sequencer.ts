/** Runs tasks one at a time, in the order they were given. */
export class Sequencer {
  #last: Promise<void> | undefined;

  /** Runs the task after those before it; at once when there are none. A failed task does not stop the next. */
  run(task: () => void | Promise<void>): void | Promise<void> {
    const before = this.#last;
    const running = before === undefined ? task() : before.then(task, task);
    if (!(running instanceof Promise)) return;
    this.#last = running;
    void this.#forget(running);
    return running;
  }

  async #forget(running: Promise<void>): Promise<void> {
    try {
      await running;
    } catch {
      // It belongs to the one who gave the task.
    }
    if (this.#last === running) this.#last = undefined;
  }
}
