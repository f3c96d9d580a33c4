import { LimitError } from "./limits.ts";

/** Aborts a run when its time is up. Without a limit it is the caller's signal and nothing more. */
export class RunTimer {
  readonly signal: AbortSignal | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(maxDurationMs: number | undefined, signal: AbortSignal | undefined) {
    if (maxDurationMs === undefined) {
      this.signal = signal;
      return;
    }
    const controller = new AbortController();
    // A longer time than a timer can wait (24.8 days) is no limit for a process.
    this.#timer = setTimeout(
      () => controller.abort(durationError(maxDurationMs)),
      Math.min(maxDurationMs, 2 ** 31 - 1),
    );
    this.signal = signal === undefined ? controller.signal : AbortSignal.any([signal, controller.signal]);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}

/** The reason of the abort when the time is up. */
export function durationError(maxDurationMs: number): LimitError {
  return new LimitError("maxDurationMs", `The run may take ${maxDurationMs} ms; they are over.`);
}
