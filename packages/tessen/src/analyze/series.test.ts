import fc from "fast-check";
import { expect, test } from "vitest";
import { Series } from "./series.ts";

/** Numbers that look random and are the same in every run. */
function* numbers(count: number, seed: number): Generator<number> {
  let state = seed;
  for (let index = 0; index < count; index += 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    // From a thousandth of a millisecond to some hours.
    yield Math.exp((state / 2 ** 32) * 24 - 7);
  }
}

test("of very many values percentiles are right to a thousandth, and count, mean and maximum exactly", () => {
  fc.assert(
    fc.property(fc.integer({ min: 131_000, max: 200_000 }), fc.nat(), (count, seed) => {
      const values = [...numbers(count, seed)];
      const series = new Series();
      for (const value of values) series.add(value);
      const sorted = Float64Array.from(values).sort();
      const { p50, p95, p99, ...exact } = series.distribution();
      for (const [percent, found] of [
        [50, p50],
        [95, p95],
        [99, p99],
      ] as const) {
        const right = sorted[Math.ceil((percent * count) / 100) - 1] ?? NaN;
        expect(Math.abs((found ?? NaN) - right) / right).toBeLessThanOrEqual(count <= 131_072 ? 0 : 0.001);
      }
      const sum = values.reduce((total, value) => total + value, 0);
      expect(exact).toEqual({ count, mean: sum / count, max: sorted.at(-1) });
    }),
    {
      numRuns: 8,
      examples: [
        [131_072, 1],
        [131_073, 1],
      ],
    },
  );
});

test("values that are no time, or longer than any, do no harm among very many", () => {
  const series = new Series();
  for (let index = 0; index < 140_000; index += 1) series.add(index % 2 === 0 ? -5 : 0);
  for (const value of [1e300, Infinity, NaN, "7", null]) series.add(value);
  const { count, p50, p99, max } = series.distribution();
  expect({ count, max }).toEqual({ count: 140_001, max: 1e300 });
  expect(p50).toBeCloseTo(0, 2);
  expect(p99).toBeCloseTo(0, 2);
});

test("values that are all the same are that value, however many", () => {
  const series = new Series();
  for (let index = 0; index < 140_000; index += 1) series.add(800);
  expect(series.distribution()).toMatchObject({ mean: 800, max: 800 });
  expect(series.distribution().p50).toBe(800);
});
