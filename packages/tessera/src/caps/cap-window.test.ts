import fc from "fast-check";
import { expect, test } from "vitest";
import { windowAt } from "./cap-window.ts";

const span = (window: "day" | "week" | "month", at: string): string[] => {
  const { start, end } = windowAt(window, Date.parse(at));
  return [start, end].map((time) => new Date(time).toISOString());
};

test.each([
  ["day", "2026-03-01T00:00:00.000Z", "2026-03-01", "2026-03-02"],
  ["day", "2026-03-01T23:59:59.999Z", "2026-03-01", "2026-03-02"],
  // 2 March 2026 is a Monday.
  ["week", "2026-03-01T23:59:59.999Z", "2026-02-23", "2026-03-02"],
  ["week", "2026-03-02T00:00:00.000Z", "2026-03-02", "2026-03-09"],
  ["week", "1969-12-31T12:00:00.000Z", "1969-12-29", "1970-01-05"],
  ["month", "2024-02-29T12:00:00.000Z", "2024-02-01", "2024-03-01"],
  ["month", "2026-12-31T23:59:59.999Z", "2026-12-01", "2027-01-01"],
] as const)("the %s of %s is from %s until before %s", (window, at, start, end) => {
  expect(span(window, at)).toEqual([`${start}T00:00:00.000Z`, `${end}T00:00:00.000Z`]);
});

test("every moment lies in its window, and the next window begins where it ends", () => {
  const moment = fc.integer({ min: Date.UTC(1960, 0), max: Date.UTC(2200, 0) });
  fc.assert(
    fc.property(fc.constantFrom("day", "week", "month"), moment, (window, at) => {
      const { start, end } = windowAt(window, at);
      expect(start <= at && at < end).toBe(true);
      expect(windowAt(window, end).start).toBe(end);
      expect(windowAt(window, end - 1)).toEqual({ start, end });
      if (window === "week") expect(new Date(start).getUTCDay()).toBe(1);
    }),
  );
});
