import fc from "fast-check";
import { expect, test } from "vitest";
import { addCosts, checkedCost, formatDollars, parseDollars, scaleCost } from "./pico-dollars.ts";

test.each([
  [0, "0.00"],
  [1, "0.000000000001"],
  [5_025_000_000, "0.005025"],
  [1_500_000_000_000, "1.50"],
  [-20_000_000_000, "-0.02"],
  [Number.MAX_SAFE_INTEGER, "9007.199254740991"],
  [12_345_678_901_234_567_890n, "12345678.90123456789"],
])("%s pico-dollars are %s dollars", (pico, dollars) => {
  expect(formatDollars(pico)).toBe(dollars);
});

test.each([
  [5_025_000_000, 4, "0.0050"],
  [5_050_000_000, 4, "0.0051"],
  [999_999_999_999, 2, "1.00"],
  [-1, 2, "0.00"],
  [1_500_000_000_000, 0, "2"],
])("%s pico-dollars with %s digits are %s", (pico, digits, dollars) => {
  expect(formatDollars(pico, { digits })).toBe(dollars);
});

test("text is read exactly, and what is written is read back", () => {
  expect(parseDollars("$0.05")).toBe(50_000_000_000);
  expect(parseDollars(0.1)).toBe(100_000_000_000);
  fc.assert(
    fc.property(fc.maxSafeNat(), (pico) => {
      expect(parseDollars(formatDollars(pico))).toBe(pico);
    }),
  );
});

test.each(["", "-1", "1e3", "1,5", "0.1234567890123", "abc"])("%j is no amount", (text) => {
  expect(() => parseDollars(text)).toThrow(expect.objectContaining({ code: "ERR_INVALID_ARGUMENT" }));
});

test("what is out of range is refused", () => {
  const code = "ERR_COST_RANGE";
  for (const wrong of [-1, 0.5, Number.NaN, Infinity, 2 ** 53]) {
    expect(() => checkedCost(wrong)).toThrow(expect.objectContaining({ code }));
  }
  expect(() => addCosts(Number.MAX_SAFE_INTEGER, 1)).toThrow(expect.objectContaining({ code }));
  expect(() => parseDollars("9999999")).toThrow(expect.objectContaining({ code }));
  expect(() => formatDollars(0.5)).toThrow(expect.objectContaining({ code }));
  expect(() => formatDollars(1, { digits: 13 })).toThrow(/digits/);
});

test("a fraction of a cost is rounded half up, exactly", () => {
  expect(scaleCost(5, 1, 2)).toBe(3);
  expect(scaleCost(Number.MAX_SAFE_INTEGER, 9_007_199_254_740_990, Number.MAX_SAFE_INTEGER)).toBe(
    9_007_199_254_740_990,
  );
  expect(() => scaleCost(1, 1, 0)).toThrow(expect.objectContaining({ code: "ERR_INVALID_ARGUMENT" }));
  expect(addCosts(1, 2, 3)).toBe(6);
});
