import { afterAll } from "vitest";

const TIMERS = ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "setImmediate", "Date"] as const;
const KEY = Symbol.for("tesserae.tests.real-timers");

/** Those of the process, as they were before its first file of tests. */
const known: unknown = Reflect.get(globalThis, KEY);
const real = known instanceof Map ? known : new Map<string, unknown>(TIMERS.map((name) => [name, globalThis[name]]));
Reflect.set(globalThis, KEY, real);

// Files share processes, which ones is up to chance: fake timers that one leaves would let another wait for ever.
afterAll(() => {
  const fake = TIMERS.filter((name) => globalThis[name] !== real.get(name));
  for (const name of fake) Reflect.set(globalThis, name, real.get(name));
  if (fake.length > 0) throw new Error(`The tests of this file leave fake timers to the next: ${fake.join(", ")}.`);
});
