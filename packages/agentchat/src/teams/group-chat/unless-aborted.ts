import { raceSignal, type Awaitable } from "@tesserae/core";

/** Waits for the user's code, but not longer than the run lasts. What is there already is given back as it is. */
export function unlessAborted<T>(value: Awaitable<T>, signal: AbortSignal | undefined): Awaitable<T> {
  return value instanceof Promise ? raceSignal(value, signal) : value;
}
