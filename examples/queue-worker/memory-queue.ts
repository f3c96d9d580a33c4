/** A queue in memory, for one process and for tests. */
import { randomUUID } from "node:crypto";
import type { Delivery, Outcome, Queue } from "./queue.ts";

interface Entry {
  readonly text: string;
  visibleAt: number;
  attempt: number;
  receipt: string;
  outcome?: Outcome;
}

/** Gives tasks in the order in which they were added. */
export class MemoryQueue implements Queue {
  readonly #tasks = new Map<string, Entry>();

  /** Adds a task; one whose id is known is not added again, unless it failed. */
  add(id: string, text: string): void {
    const known = this.#tasks.get(id);
    if (known === undefined || known.outcome?.type === "failed")
      this.#tasks.set(id, { text, visibleAt: 0, attempt: 0, receipt: "" });
  }

  /** How a task ended; `undefined` before that. */
  outcome(id: string): Outcome | undefined {
    return this.#tasks.get(id)?.outcome;
  }

  take(leaseMs: number): Promise<Delivery | undefined> {
    const now = Date.now();
    const found = [...this.#tasks].find(([, { outcome, visibleAt }]) => outcome === undefined && visibleAt <= now);
    if (found === undefined) return Promise.resolve(undefined);
    const [id, task] = found;
    task.visibleAt = now + leaseMs;
    task.attempt += 1;
    task.receipt = randomUUID();
    return Promise.resolve({ id, text: task.text, attempt: task.attempt, receipt: task.receipt });
  }

  extend(delivery: Delivery, leaseMs: number): Promise<boolean> {
    const task = this.#ours(delivery);
    if (task !== undefined) task.visibleAt = Date.now() + leaseMs;
    return Promise.resolve(task !== undefined);
  }

  finish(delivery: Delivery, outcome: Outcome): Promise<boolean> {
    const task = this.#ours(delivery);
    if (task === undefined) return Promise.resolve(false);
    task.receipt = "";
    if (outcome.type === "again") task.visibleAt = Date.now() + outcome.delayMs;
    else task.outcome = outcome;
    return Promise.resolve(true);
  }

  #ours({ id, receipt }: Delivery): Entry | undefined {
    const task = this.#tasks.get(id);
    return task?.receipt === receipt ? task : undefined;
  }
}
