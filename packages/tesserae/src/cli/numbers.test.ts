import { describe, expect, test } from "vitest";
import { costText, countText, dollars, durationText, plural, seconds, wholeNumber } from "./numbers.ts";

describe("numbers for people", () => {
  test.each([
    [0, "0.0 s"],
    [449, "0.4 s"],
    [59_940, "59.9 s"],
    [65_000, "1 min 05 s"],
    [3_725_000, "1 h 02 min"],
    [-5, "0.0 s"],
  ])("%d milliseconds are %s", (milliseconds, text) => {
    expect(durationText(milliseconds)).toBe(text);
  });

  test.each([
    [undefined, "unknown"],
    [null, "unknown"],
    [0, "$0.00"],
    [1_500_000_000_000, "$1.5000"],
    [12_345_678_900, "$0.0123"],
    [99_000_000, "$0.0000990"],
    [1, "$0.000000000001"],
  ])("%s pico-dollars are %s", (cost, text) => {
    expect(costText(cost)).toBe(text);
  });

  test("counts have commas, and words their plural", () => {
    expect(countText(1_234_567)).toBe("1,234,567");
    expect(countText(999)).toBe("999");
    expect([plural(0, "turn"), plural(1, "turn"), plural(1000, "turn")]).toEqual(["0 turns", "1 turn", "1,000 turns"]);
  });
});

describe("numbers from the command line", () => {
  test("are read", () => {
    expect(wholeNumber("--n", 0)("12")).toBe(12);
    expect(seconds("--t")("1.5")).toBe(1500);
    expect(dollars("--c")("$0.05")).toBe(50_000_000_000);
  });

  test.each(["", "-1", "1.5", "1e3", "0x10", "9007199254740993", "many"])("%j is no whole number", (text) => {
    expect(() => wholeNumber("--n", 0)(text)).toThrow("--n takes a whole number");
  });

  test.each(["", "0", "-1", "1e3", "2147484", "soon"])("%j is no number of seconds", (text) => {
    expect(() => seconds("--t")(text)).toThrow("--t takes a number of seconds");
  });

  test.each(["", "-1", "1e3", "much"])("%j is no amount of dollars", (text) => {
    expect(() => dollars("--c")(text)).toThrow("--c takes dollars");
  });
});
