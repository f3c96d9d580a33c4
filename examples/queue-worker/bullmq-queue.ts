/** BullMQ as the queue of a worker. */
import { randomUUID } from "node:crypto";
import { isObject } from "@tesserae/core";
import type { Delivery, Outcome, Queue } from "./queue.ts";

/** What is needed of a `Job` of BullMQ. */
export interface BullJob {
  readonly id?: string | undefined;
  readonly data: unknown;
  readonly attemptsStarted: number;
  extendLock(token: string, milliseconds: number): Promise<number>;
  moveToCompleted(value: unknown, token: string, fetchNext: boolean): Promise<unknown>;
  moveToFailed(error: Error, token: string, fetchNext: boolean): Promise<unknown>;
  moveToDelayed(timestamp: number, token: string): Promise<unknown>;
}

/** What is needed of `new Worker(name, undefined, { connection, lockDuration })`. */
export interface BullWorker {
  getNextJob(token: string, options?: { block?: boolean }): Promise<BullJob | undefined>;
}

//#region bullmq
/**
 * Jobs are added with `{ text }` as their data, and with one attempt, the default: our worker counts for itself. The
 * worker of BullMQ has no processor; its `lockDuration` is the lease of a job that was just taken, its `maxStalledCount`
 * as high as our `maxAttempts`, and its `startStalledCheckTimer()` was called: it brings jobs back whose lock is over.
 */
export class BullQueue implements Queue {
  readonly #worker: BullWorker;
  readonly #jobs = new Map<string, BullJob>();

  constructor(worker: BullWorker) {
    this.#worker = worker;
  }

  async take(): Promise<Delivery | undefined> {
    const receipt = randomUUID();
    const job = await this.#worker.getNextJob(receipt, { block: false });
    if (job === undefined) return undefined;
    const text = isObject(job.data) ? job.data["text"] : undefined;
    if (job.id === undefined || typeof text !== "string") throw new Error(`No task in the job ${job.id}.`);
    this.#jobs.set(receipt, job);
    return { id: job.id, text, attempt: job.attemptsStarted, receipt };
  }

  extend({ receipt }: Delivery, leaseMs: number): Promise<boolean> {
    return this.#tell(receipt, (job) => job.extendLock(receipt, leaseMs));
  }

  async finish({ receipt }: Delivery, outcome: Outcome): Promise<boolean> {
    const told = await this.#tell(receipt, (job) => {
      if (outcome.type === "done") return job.moveToCompleted(outcome.result, receipt, false);
      if (outcome.type === "failed") return job.moveToFailed(new Error(outcome.error), receipt, false);
      return job.moveToDelayed(Date.now() + outcome.delayMs, receipt);
    });
    this.#jobs.delete(receipt);
    return told;
  }

  /** A job whose lock is over is refused. */
  async #tell(receipt: string, tell: (job: BullJob) => Promise<unknown>): Promise<boolean> {
    const job = this.#jobs.get(receipt);
    if (job === undefined) return false;
    return tell(job).then(
      (answer) => answer !== 0,
      () => false,
    );
  }
}
//#endregion
