import { CancelledError, ValueError } from "../errors/kinds.ts";
import type { Envelope } from "./envelope.ts";
import { MessageTimeoutError } from "./exceptions.ts";
import { SignalWatches } from "./signal-watches.ts";

/** What a timer can hold; a longer timeout is no timeout. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * The callers that wait for an answer. Each is settled exactly once, by the first of answer, error, abort, timeout
 * and stop; what comes later is discarded. The list runs through the envelopes themselves.
 */
export class PendingCalls {
  #first: Envelope | undefined = undefined;
  readonly #watches = new SignalWatches((call, reason) => {
    this.reject(call, new CancelledError(undefined, { cause: reason }));
  });

  /** Begins to wait. The signal of the call is not aborted yet. */
  add(call: Envelope): void {
    const first = this.#first;
    call.next = first;
    if (first !== undefined) first.previous = call;
    this.#first = call;
    if (call.signal !== undefined) this.#watches.add(call.signal, call);
  }

  /** Gives the call a time limit; its handler sees the end of it through its signal. */
  limitTime(call: Envelope, timeoutMs: number): void {
    if (timeoutMs > LONGEST_TIMER_MS) return;
    const controller = new AbortController();
    call.signal = call.signal === undefined ? controller.signal : AbortSignal.any([call.signal, controller.signal]);
    call.timer = setTimeout(() => {
      const error = new MessageTimeoutError(String(call.recipient), timeoutMs);
      this.reject(call, error);
      controller.abort(error);
    }, timeoutMs);
  }

  resolve(call: Envelope, value: unknown): void {
    const { resolve } = call;
    if (resolve === undefined) return;
    this.#remove(call);
    resolve(value);
  }

  reject(call: Envelope, error: unknown): void {
    const { reject } = call;
    if (reject === undefined) return;
    this.#remove(call);
    reject(error);
  }

  /** Rejects every caller. */
  rejectAll(makeError: () => unknown): void {
    for (let call = this.#first; call !== undefined; call = this.#first) this.reject(call, makeError());
    this.#watches.clearSpare();
  }

  #remove(call: Envelope): void {
    const { previous, next } = call;
    if (previous === undefined) this.#first = next;
    else previous.next = next;
    if (next !== undefined) next.previous = previous;
    call.previous = undefined;
    call.next = undefined;
    call.resolve = undefined;
    call.reject = undefined;
    if (call.timer !== undefined) clearTimeout(call.timer);
    if (call.watch !== undefined) this.#watches.remove(call, call.watch);
  }
}

/** What is wrong with a timeout, if anything. */
export function timeoutFault(timeoutMs: number): ValueError | undefined {
  return timeoutMs >= 0 ? undefined : new ValueError(`timeoutMs must be a number from 0, got ${timeoutMs}.`);
}
