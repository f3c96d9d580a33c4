import { RuntimeError } from "../errors/kinds.ts";
import type { Envelope, PublishEnvelope } from "./envelope.ts";
import { QueueShutDownError, UndeliverableException } from "./exceptions.ts";
import type { PendingCalls } from "./pending-calls.ts";
import type { HandlerScopes } from "./handler-scopes.ts";
import { RingQueue } from "./ring-queue.ts";

/** What a loop is made of. */
export interface MessageLoopOptions {
  /** Begins the work on one envelope and never throws. */
  readonly deliver: (envelope: Envelope) => void;
  readonly scopes: HandlerScopes;
  readonly calls: PendingCalls;
  /** Envelopes between two macrotasks. */
  readonly yieldEvery: number;
  readonly maxQueueSize: number;
}

/**
 * The queue of a runtime, the task that empties it, and the count of what is unfinished.
 *
 * Each start is an epoch: stopping begins a new one, and whatever belongs to an older one no longer counts.
 */
export class MessageLoop {
  readonly #options: MessageLoopOptions;
  readonly #queue = new RingQueue<Envelope>();
  #epoch = 0;
  #running = false;
  #starts = 0;
  /** Accepted and not finished; an answer on its way belongs to its request. */
  #unfinished = 0;
  #held = 0;
  #shut = false;
  #closed = false;
  #fault: { readonly error: unknown } | undefined = undefined;
  #wakeLoop: (() => void) | undefined = undefined;
  #steppers: (() => void)[] = [];
  #waiters: { readonly ready: () => boolean; readonly resolve: () => void }[] = [];

  constructor(options: MessageLoopOptions) {
    this.#options = options;
  }

  get epoch(): number {
    return this.#epoch;
  }

  get queued(): number {
    return this.#queue.length;
  }

  get running(): boolean {
    return this.#running;
  }

  /** The error for a message that comes now, when none may. */
  get refusal(): Error | undefined {
    if (this.#closed) return closedError();
    return this.#shut ? new QueueShutDownError({ cause: this.#fault?.error }) : undefined;
  }

  /** Takes a new message. */
  accept(envelope: Envelope): void {
    this.#unfinished += 1;
    this.#queue.push(envelope);
    this.#arrived();
  }

  /** Takes a new message; the promise, if any, resolves when there is room for it. */
  acceptWhenRoom(envelope: PublishEnvelope): Promise<void> | undefined {
    this.accept(envelope);
    if (this.#queue.length <= this.#options.maxQueueSize) return undefined;
    return new Promise<void>((resolve, reject) => {
      envelope.resolve = resolve;
      envelope.reject = reject;
    });
  }

  /** Queues the answer to an accepted request. */
  answer(envelope: Envelope): void {
    this.#queue.push(envelope);
    this.#arrived();
  }

  /** The work on an envelope is done. */
  finish(envelope: Envelope): void {
    if (envelope.epoch !== this.#epoch) return;
    this.#unfinished -= 1;
    if (this.#waiters.length !== 0) this.#notify();
  }

  /** Takes the error of a background handler: everything stops until somebody is told. */
  fail(error: unknown): void {
    this.#fault = { error };
    this.#shut = true;
    this.#discard("The runtime was stopped by an unhandled exception", error);
  }

  /** Takes no messages any more, and discards what it has. */
  close(): void {
    this.#closed = true;
    this.#running = false;
    this.#discard("The runtime was closed", undefined);
  }

  start(): void {
    if (this.#closed) throw closedError();
    if (this.#running) throw new RuntimeError("Runtime is already started");
    this.#running = true;
    this.#shut = this.#fault !== undefined;
    this.#starts += 1;
    const epoch = this.#epoch;
    // A handler must not find itself in the handler of whoever started the runtime.
    this.#options.scopes.callOutside(() => void this.#run(epoch));
  }

  async stop(): Promise<void> {
    if (!this.#running && !this.#shut) throw new RuntimeError("Runtime is not started");
    this.#running = false;
    this.#discard("The runtime was stopped", undefined);
    this.#shut = false;
    this.#throwFault();
  }

  async stopWhenIdle(): Promise<void> {
    if (!this.#running) throw new RuntimeError("Runtime is not started");
    const started = this.#starts;
    // Checked again right before stopping: whoever got the last answer may have sent the next message.
    while (this.#unfinished > 0) await this.#until(() => this.#unfinished === 0);
    if (this.#running && started === this.#starts) await this.stop();
  }

  async stopWhen(condition: () => boolean | Promise<boolean>, intervalMs: number): Promise<void> {
    if (!this.#running) throw new RuntimeError("Runtime is not started");
    const started = this.#starts;
    while (this.#fault === undefined && !(await condition())) {
      await this.#untilIdleOr(intervalMs);
      if (!this.#running || started !== this.#starts) return;
    }
    if (this.#running && started === this.#starts) await this.stop();
  }

  /** Dispatches one envelope, waiting for it when there is none. */
  async processNext(): Promise<void> {
    for (;;) {
      this.#throwFault();
      const envelope = this.#take();
      if (envelope !== undefined) {
        this.#options.scopes.callOutside(() => this.#options.deliver(envelope));
        return;
      }
      const epoch = this.#epoch;
      await new Promise<void>((resolve) => this.#steppers.push(resolve));
      if (epoch !== this.#epoch && this.#fault === undefined) return;
    }
  }

  /** Waits until nothing is being handled and holds all messages back until the returned function is called. */
  async hold(): Promise<() => void> {
    // Without a loop nothing will empty the queue: then what is queued does not count.
    const ready = (): boolean => this.#unfinished === (this.#running ? 0 : this.#queue.length);
    while (!ready()) await this.#until(ready);
    this.#held += 1;
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.#held -= 1;
      this.#arrived();
    };
  }

  async #run(epoch: number): Promise<void> {
    const { deliver, yieldEvery } = this.#options;
    const turn = Promise.resolve();
    let left = yieldEvery;
    await turn;
    while (this.#epoch === epoch) {
      const envelope = this.#take();
      if (envelope === undefined) {
        await new Promise<void>((resolve) => (this.#wakeLoop = resolve));
        continue;
      }
      deliver(envelope);
      left -= 1;
      if (left > 0) {
        await turn;
      } else {
        left = yieldEvery;
        await new Promise<void>((resolve) => setImmediate(resolve));
      }
    }
  }

  #take(): Envelope | undefined {
    if (this.#held > 0) return undefined;
    const envelope = this.#queue.shift();
    if (envelope !== undefined && this.#options.maxQueueSize !== Infinity) this.#admit(envelope);
    return envelope;
  }

  /** Tells the publishers whose messages are within the limit now. */
  #admit(taken: Envelope): void {
    settlePublisher(taken);
    const last = this.#queue.at(this.#options.maxQueueSize - 1);
    if (last !== undefined) settlePublisher(last);
  }

  #arrived(): void {
    const wakeLoop = this.#wakeLoop;
    if (wakeLoop !== undefined) {
      this.#wakeLoop = undefined;
      wakeLoop();
    }
    if (this.#steppers.length !== 0) this.#steppers.shift()?.();
  }

  /** Drops what is queued and gives up on what is being handled; callers get an error. */
  #discard(reason: string, cause: unknown): void {
    this.#epoch += 1;
    this.#unfinished = 0;
    const makeError = (): Error =>
      new UndeliverableException(`${reason} before the message was answered.`, cause === undefined ? {} : { cause });
    for (const envelope of this.#queue.drain()) {
      if (envelope.kind === "publish") envelope.reject?.(makeError());
      else this.#options.calls.reject(envelope, makeError());
    }
    this.#options.calls.rejectAll(makeError);
    this.#wakeLoop?.();
    this.#wakeLoop = undefined;
    for (const step of this.#steppers.splice(0)) step();
    this.#notify();
  }

  #throwFault(): void {
    const fault = this.#fault;
    if (fault === undefined) return;
    this.#fault = undefined;
    // eslint-disable-next-line typescript/only-throw-error -- the handler's error, unchanged
    throw fault.error;
  }

  #until(ready: () => boolean): Promise<void> {
    return new Promise<void>((resolve) => this.#waiters.push({ ready, resolve }));
  }

  async #untilIdleOr(milliseconds: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      if (this.#unfinished === 0) return;
      const done = (): void => {
        clearTimeout(timer);
        resolve();
      };
      this.#waiters.push({ ready: () => this.#unfinished === 0, resolve: done });
    });
  }

  #notify(): void {
    const ready = this.#waiters.filter((waiter) => waiter.ready());
    if (ready.length === 0) return;
    this.#waiters = this.#waiters.filter((waiter) => !ready.includes(waiter));
    for (const waiter of ready) waiter.resolve();
  }
}

function closedError(): RuntimeError {
  return new RuntimeError("Runtime is closed");
}

function settlePublisher(envelope: Envelope): void {
  if (envelope.kind !== "publish" || envelope.resolve === undefined) return;
  envelope.resolve();
  envelope.resolve = undefined;
  envelope.reject = undefined;
}
