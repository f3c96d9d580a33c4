import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Breaker } from "./breaker.ts";

const fail = (breaker: Breaker, times: number, now: number): void => {
  for (let time = 0; time < times; time++) {
    breaker.ask(now);
    breaker.failed(now);
  }
};
const succeed = (breaker: Breaker, times: number, now: number): void => {
  for (let time = 0; time < times; time++) {
    breaker.ask(now);
    breaker.succeeded(now);
  }
};
const START = 1_800_000_000_000;

test("fewer than 20 requests open nothing, however many fail", () => {
  const breaker = new Breaker();
  fail(breaker, 19, START);
  expect(breaker.ask(START)).toEqual({ allowed: true });
  fail(breaker, 1, START);
  expect(breaker.ask(START)).toEqual({ allowed: false, retryAfterMs: 30_000 });
});

test("it takes half of the requests to fail", () => {
  const breaker = new Breaker();
  succeed(breaker, 11, START);
  fail(breaker, 10, START);
  expect(breaker.isOpen).toBe(false);
  fail(breaker, 1, START);
  expect(breaker.isOpen).toBe(true);
});

test("what happened more than a minute ago does not count", () => {
  const breaker = new Breaker();
  fail(breaker, 19, START);
  fail(breaker, 19, START + 61_000);
  expect(breaker.isOpen).toBe(false);
  fail(breaker, 1, START + 62_000);
  expect(breaker.isOpen).toBe(true);
});

describe("after 30 seconds", () => {
  const opened = (): Breaker => {
    const breaker = new Breaker();
    fail(breaker, 20, START);
    return breaker;
  };
  const later = START + 30_000;

  test("three probes pass, and three successes close", () => {
    const breaker = opened();
    expect(breaker.ask(later - 1)).toMatchObject({ allowed: false });
    for (let probe = 0; probe < 3; probe++) expect(breaker.ask(later)).toEqual({ allowed: true });
    expect(breaker.ask(later)).toMatchObject({ allowed: false });
    for (let probe = 0; probe < 3; probe++) breaker.succeeded(later);
    expect(breaker.isOpen).toBe(false);
    expect(breaker.ask(later)).toEqual({ allowed: true });
    fail(breaker, 19, later);
    expect(breaker.isOpen).toBe(false);
  });

  test("a probe that fails opens for twice as long, up to five minutes", () => {
    const breaker = opened();
    let now = later;
    for (const seconds of [60, 120, 240, 300, 300]) {
      expect(breaker.ask(now)).toEqual({ allowed: true });
      breaker.failed(now);
      expect(breaker.ask(now)).toEqual({ allowed: false, retryAfterMs: seconds * 1000 });
      now += seconds * 1000;
    }
  });

  test("a probe that tells nothing makes room for another", () => {
    const breaker = opened();
    for (let probe = 0; probe < 3; probe++) breaker.ask(later);
    expect(breaker.ask(later)).toMatchObject({ allowed: false });
    breaker.abandoned();
    expect(breaker.ask(later)).toEqual({ allowed: true });
  });
});

test("whatever happens, it refuses only for a time, and a healthy upstream is reached again", () => {
  const step = fc.tuple(fc.constantFrom("ok", "fail", "gone"), fc.integer({ min: 0, max: 40_000 }));
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const breaker = new Breaker();
      let now = START;
      for (const [what, wait] of steps) {
        now += wait;
        const permission = breaker.ask(now);
        if (!permission.allowed) {
          expect(permission.retryAfterMs).toBeGreaterThan(0);
          expect(permission.retryAfterMs).toBeLessThanOrEqual(300_000);
        } else if (what === "ok") breaker.succeeded(now);
        else if (what === "fail") breaker.failed(now);
        else breaker.abandoned();
      }
      now += 300_000;
      succeed(breaker, 3, now);
      expect(breaker.ask(now)).toEqual({ allowed: true });
    }),
  );
});

test("a clock that is set back keeps no upstream away for longer, and makes nothing of what is old", () => {
  const hour = 3_600_000;
  const breaker = new Breaker();
  fail(breaker, 19, START);
  fail(breaker, 1, START - hour);
  expect(breaker.isOpen).toBe(false);
  fail(breaker, 19, START - hour);
  expect(breaker.ask(START - hour)).toMatchObject({ allowed: false });
  expect(breaker.ask(START - 2 * hour)).toEqual({ allowed: true });
});

test("an upstream that asks for a wait is throttled until then, and requests are let through all the same", () => {
  const breaker = new Breaker();
  expect(breaker.isThrottled(START)).toBe(false);
  breaker.throttle(START + 5000);
  // A shorter wait that is heard of later does not end a longer one.
  breaker.throttle(START + 1000);
  expect([breaker.isThrottled(START + 4999), breaker.isThrottled(START + 5000)]).toEqual([true, false]);
  expect([breaker.ask(START), breaker.isOpen]).toEqual([{ allowed: true }, false]);
});
