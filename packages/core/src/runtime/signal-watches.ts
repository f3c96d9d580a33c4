import type { SendEnvelope } from "./envelope.ts";

/** The calls that share one signal. */
export interface SignalWatch {
  readonly signal: AbortSignal;
  readonly calls: Set<SendEnvelope>;
  readonly listener: () => void;
}

/**
 * One abort listener a signal, however many calls use it, and none left on a signal that is no longer in use:
 * adding and removing a listener costs more than a whole message, and long-lived signals must not collect them.
 */
export class SignalWatches {
  readonly #watches = new Map<AbortSignal, SignalWatch>();
  /** The last watch without calls: the next call very likely has the same signal. */
  #spare: SignalWatch | undefined = undefined;
  readonly #onAbort: (call: SendEnvelope, reason: unknown) => void;

  constructor(onAbort: (call: SendEnvelope, reason: unknown) => void) {
    this.#onAbort = onAbort;
  }

  add(signal: AbortSignal, call: SendEnvelope): void {
    const watch = this.#watches.get(signal) ?? this.#make(signal);
    watch.calls.add(call);
    call.watch = watch;
    if (watch === this.#spare) this.#spare = undefined;
  }

  remove(call: SendEnvelope, watch: SignalWatch): void {
    call.watch = undefined;
    watch.calls.delete(call);
    if (watch.calls.size > 0 || this.#watches.get(watch.signal) !== watch) return;
    this.clearSpare();
    this.#spare = watch;
  }

  /** Lets go of the signal that is kept for the next call. */
  clearSpare(): void {
    const spare = this.#spare;
    if (spare === undefined) return;
    this.#spare = undefined;
    this.#watches.delete(spare.signal);
    spare.signal.removeEventListener("abort", spare.listener);
  }

  #make(signal: AbortSignal): SignalWatch {
    const calls = new Set<SendEnvelope>();
    const listener = (): void => {
      this.#watches.delete(signal);
      for (const call of calls) this.#onAbort(call, signal.reason);
    };
    const watch = { signal, calls, listener };
    signal.addEventListener("abort", listener, { once: true });
    this.#watches.set(signal, watch);
    return watch;
  }
}
