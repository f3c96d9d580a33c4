/** What a worker asks of a queue. */
import type { JsonObject } from "@tesserae/core";

//#region queue
/** A task that was given to a worker, until its lease is over. */
export interface Delivery {
  /** The same, however often the task is delivered: it names the journal of its run, too. */
  readonly id: string;
  readonly text: string;
  /** 1 the first time. */
  readonly attempt: number;
  /** Shows that the task was given to us: another one each time. */
  readonly receipt: string;
}

/** What became of a delivery. */
export type Outcome =
  | { readonly type: "done"; readonly result: JsonObject }
  | { readonly type: "failed"; readonly error: string }
  /** Somebody else shall try, so many milliseconds later. */
  | { readonly type: "again"; readonly delayMs: number };

/** A queue that gives each task to one worker at a time, and again when that one is not heard of. */
export interface Queue {
  /** The next task, which nobody else gets for so long; `undefined` where there is none. */
  take(leaseMs: number, options?: { readonly signal?: AbortSignal }): Promise<Delivery | undefined>;
  /** Keeps it for so long from now on. False: it is no longer ours. */
  extend(delivery: Delivery, leaseMs: number): Promise<boolean>;
  /** Says what became of it. False: it was no longer ours. */
  finish(delivery: Delivery, outcome: Outcome): Promise<boolean>;
}
//#endregion
