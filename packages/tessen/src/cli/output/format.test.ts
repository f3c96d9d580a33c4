import { expect, test } from "vitest";
import {
  formatAge,
  formatBytes,
  formatClock,
  formatCount,
  formatDollars,
  formatDuration,
  formatShare,
  formatTime,
} from "./format.ts";

test.each([
  [0, "$0.00"],
  [312.4, "$312.40"],
  [1, "$1.00"],
  [0.5, "$0.5000"],
  [0.00123, "$0.0012"],
  [0.0000012, "$0.00000120"],
  [-2, "$-2.00"],
])("%d dollars are %s", (amount, text) => {
  expect(formatDollars(amount)).toBe(text);
});

test.each([
  [0, "0ms"],
  [842.4, "842ms"],
  [999.6, "1.0s"],
  [12_340, "12.3s"],
  [59_960, "1m00s"],
  [245_000, "4m05s"],
  [7_380_000, "2h03m"],
])("%d milliseconds are %s", (milliseconds, text) => {
  expect(formatDuration(milliseconds)).toBe(text);
});

test.each([
  [-5, "0s"],
  [59_999, "59s"],
  [60_000, "1m"],
  [3_600_000, "1h"],
  [2 * 86_400_000, "2d"],
])("%d milliseconds ago are %s", (milliseconds, text) => {
  expect(formatAge(milliseconds)).toBe(text);
});

test("bytes, counts and shares", () => {
  expect([0, 999, 1000, 3_400_000, 2e13].map(formatBytes)).toEqual(["0 B", "999 B", "1.0 kB", "3.4 MB", "20.0 TB"]);
  expect([0, 999, 1000, 1_234_567].map(formatCount)).toEqual(["0", "999", "1,000", "1,234,567"]);
  expect([0, 0.004, 0.5, 1].map(formatShare)).toEqual(["0%", "0.4%", "50%", "100%"]);
});

test("a time that is none is no reason to throw", () => {
  expect(formatClock(Number.NaN)).toBe("--:--:--.---");
  expect(formatTime(1e300)).toBe("unknown time");
});
