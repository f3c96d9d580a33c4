import { CancelledError } from "../errors/kinds.ts";

/** The longest time that one timer can wait, about 24.8 days. */
const LONGEST_TIMER = 2 ** 31 - 1;

/** Waits; rejects with `CancelledError` as soon as the signal aborts. Less than a millisecond is a turn of the event loop. */
export function sleep(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) {
      reject(new CancelledError(undefined, { cause: signal.reason }));
      return;
    }
    let left = milliseconds;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const onAbort = (): void => {
      clearTimeout(timer);
      reject(new CancelledError(undefined, { cause: signal?.reason }));
    };
    const wait = (): void => {
      const step = Math.min(left, LONGEST_TIMER);
      left -= step;
      timer = setTimeout(left > 0 ? wait : done, step);
    };
    const done = (): void => {
      signal?.removeEventListener("abort", onAbort);
      resolve();
    };
    signal?.addEventListener("abort", onAbort, { once: true });
    wait();
  });
}
