import fc from "fast-check";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Watchdog, type Watched } from "./watchdog.ts";

class Runner implements Watched {
  deadline: number;
  before: Watched | undefined;
  after: Watched | undefined;
  calls = 0;
  readonly #onLate: () => void;

  constructor(deadline: number, onLate: () => void = () => {}) {
    this.deadline = deadline;
    this.#onLate = onLate;
  }

  onDeadline(): void {
    this.calls += 1;
    this.#onLate();
  }
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test("who is past its deadline is told at each tick, whoever moves it is not, and who left is not", () => {
  const watchdog = new Watchdog(100);
  const [late, moved, gone] = [new Runner(1), new Runner(1), new Runner(1)];
  for (const runner of [late, moved, gone]) watchdog.watch(runner);
  vi.advanceTimersByTime(100);
  expect([late.calls, moved.calls, gone.calls]).toEqual([0, 0, 0]);
  moved.deadline = watchdog.tick + watchdog.ticksOf(1000);
  watchdog.unwatch(gone);
  watchdog.unwatch(gone);
  vi.advanceTimersByTime(200);
  expect([late.calls, moved.calls, gone.calls]).toEqual([2, 0, 0]);
  vi.advanceTimersByTime(1000);
  expect(moved.calls).toBeGreaterThan(0);
  watchdog.stop();
});

test("a deadline is never early", () => {
  const watchdog = new Watchdog(100);
  const runner = new Runner(Number.MAX_SAFE_INTEGER);
  watchdog.watch(runner);
  vi.advanceTimersByTime(199);
  runner.deadline = watchdog.tick + watchdog.ticksOf(250);
  vi.advanceTimersByTime(250);
  expect(runner.calls).toBe(0);
  vi.advanceTimersByTime(250);
  expect(runner.calls).toBeGreaterThan(0);
  watchdog.stop();
});

test("who is told may leave, and make others leave", () => {
  const watchdog = new Watchdog(10);
  const runners: Runner[] = Array.from({ length: 5 }, (_, index) => {
    const next = (): Runner | undefined => runners[index + 1];
    return new Runner(0, () => {
      const runner = runners[index];
      const other = next();
      if (runner !== undefined) watchdog.unwatch(runner);
      if (other !== undefined) watchdog.unwatch(other);
    });
  });
  for (const runner of runners) watchdog.watch(runner);
  vi.advanceTimersByTime(10);
  vi.advanceTimersByTime(10);
  expect(runners.every(({ before, after }) => before === undefined && after === undefined)).toBe(true);
  watchdog.stop();
});

test("whoever comes and goes, exactly those who are there are told", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(9), { maxLength: 60 }), (steps) => {
      const watchdog = new Watchdog(10);
      const runners = Array.from({ length: 10 }, () => new Runner(-1));
      const present = new Set<Runner>();
      for (const step of steps) {
        const runner = runners[step];
        if (runner === undefined) continue;
        if (present.delete(runner)) {
          watchdog.unwatch(runner);
        } else {
          present.add(runner);
          watchdog.watch(runner);
        }
      }
      vi.advanceTimersByTime(10);
      watchdog.stop();
      for (const runner of runners) expect(runner.calls).toBe(present.has(runner) ? 1 : 0);
    }),
  );
});
