import { raceSignal, type Awaitable } from "@tesserae/core";

/** Goes on with a value at once when it is there: what needs no waiting costs no turn of the microtask queue. */
export function whenReady<T, U>(value: Awaitable<T>, goOn: (value: T) => Awaitable<U>): Awaitable<U> {
  return value instanceof Promise ? value.then((ready) => goOn(ready)) : goOn(value);
}

/** Waits for the user's code, but not longer than the run lasts. What is there already is given back as it is. */
export function unlessAborted<T>(value: Awaitable<T>, signal: AbortSignal | undefined): Awaitable<T> {
  return value instanceof Promise ? raceSignal(value, signal) : value;
}
