import { CancelledError, ValueError } from "../errors/kinds.ts";
import type { SendEnvelope } from "./envelope.ts";
import { MessageTimeoutError } from "./exceptions.ts";
import { SignalWatches } from "./signal-watches.ts";

/** What a timer can hold; a longer timeout is no timeout. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * The callers that wait for an answer. Each is settled exactly once, by the first of answer, error, abort, timeout
 * and stop; what comes later is discarded.
 *
 * Calls whose message or answer is in the queue are found there; those that are being handled are listed here, through
 * the envelopes themselves.
 */
export class PendingCalls {
  #first: SendEnvelope | undefined = undefined;
  readonly #watches = new SignalWatches((call, reason) => {
    this.reject(call, new CancelledError(undefined, { cause: reason }));
  });

  /** Rejects the caller as soon as the signal aborts. It is not aborted yet. */
  watch(call: SendEnvelope, signal: AbortSignal): void {
    this.#watches.add(signal, call);
  }

  /** Lists a call that leaves the queue without being settled. */
  list(call: SendEnvelope): void {
    if (call.listed || call.resolve === undefined) return;
    const first = this.#first;
    call.listed = true;
    call.next = first;
    if (first !== undefined) first.previous = call;
    this.#first = call;
  }

  /** Gives the call a time limit; its handler sees the end of it through its signal. */
  limitTime(call: SendEnvelope, timeoutMs: number): void {
    if (timeoutMs > LONGEST_TIMER_MS) return;
    const controller = new AbortController();
    call.signal = call.signal === undefined ? controller.signal : AbortSignal.any([call.signal, controller.signal]);
    call.timer = setTimeout(() => {
      const error = new MessageTimeoutError(String(call.recipient), timeoutMs);
      this.reject(call, error);
      controller.abort(error);
    }, timeoutMs);
  }

  resolve(call: SendEnvelope, value: unknown): void {
    const { resolve } = call;
    if (resolve === undefined) return;
    this.#settle(call);
    resolve(value);
  }

  reject(call: SendEnvelope, error: unknown): void {
    const { reject } = call;
    if (reject === undefined) return;
    this.#settle(call);
    reject(error);
  }

  /** Rejects every caller that is listed. */
  rejectAll(makeError: () => unknown): void {
    for (let call = this.#first; call !== undefined; call = this.#first) this.reject(call, makeError());
    this.#watches.clearSpare();
  }

  #settle(call: SendEnvelope): void {
    call.resolve = undefined;
    call.reject = undefined;
    if (call.listed) this.#unlist(call);
    if (call.timer !== undefined) clearTimeout(call.timer);
    if (call.watch !== undefined) this.#watches.remove(call, call.watch);
  }

  #unlist(call: SendEnvelope): void {
    const { previous, next } = call;
    if (previous === undefined) this.#first = next;
    else previous.next = next;
    if (next !== undefined) next.previous = previous;
    call.listed = false;
    call.previous = undefined;
    call.next = undefined;
  }
}

/** What is wrong with a timeout, if anything. */
export function timeoutFault(timeoutMs: number): ValueError | undefined {
  return timeoutMs >= 0 ? undefined : new ValueError(`timeoutMs must be a number from 0, got ${timeoutMs}.`);
}
