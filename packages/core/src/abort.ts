import { CancelledError } from "./errors/kinds.ts";

/**
 * Waits for the promise, or rejects with `CancelledError` as soon as the signal aborts.
 * The listener is removed when either happens, so that a long-lived signal keeps nothing. What a promise that lost does
 * later is ignored.
 */
export function raceSignal<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  return new Promise<T>((resolve, reject) => {
    const onAbort = (): void => reject(new CancelledError(undefined, { cause: signal.reason }));
    promise.then(
      (value) => {
        signal.removeEventListener("abort", onAbort);
        resolve(value);
      },
      (error: unknown) => {
        signal.removeEventListener("abort", onAbort);
        reject(error);
      },
    );
    // After the promise has its handlers: what is no signal must not leave it without any.
    if (signal.aborted) onAbort();
    else signal.addEventListener("abort", onAbort, { once: true });
  });
}
