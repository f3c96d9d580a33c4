import fc from "fast-check";
import { expect, test } from "vitest";
import { parseSince, type Since } from "./parse-since.ts";

const NOW = Date.UTC(2026, 10, 29, 12);
const SECONDS = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 } as const;
const UNITS = ["s", "m", "h", "d", "w"] as const;

test("shorthand is a sum of parts, in any order", () => {
  const part = fc.tuple(fc.integer({ min: 0, max: 999 }), fc.constantFrom(...UNITS));
  fc.assert(
    fc.property(fc.array(part, { minLength: 1, maxLength: 5 }), (parts) => {
      const text = parts.map(([amount, unit]) => `${amount}${unit}`).join("");
      const seconds = parts.reduce((sum, [amount, unit]) => sum + amount * SECONDS[unit], 0);
      expect(parseSince(text, NOW)).toBe(Math.max(0, NOW / 1000 - seconds));
    }),
  );
});

test("a duration object means the same as its shorthand", () => {
  const amount = fc.integer({ min: 0, max: 99 });
  fc.assert(
    fc.property(amount, amount, amount, amount, amount, (weeks, days, hours, minutes, seconds) => {
      const shorthand = `${weeks}w${days}d${hours}h${minutes}m${seconds}s`;
      expect(parseSince({ weeks, days, hours, minutes, seconds }, NOW)).toBe(parseSince(shorthand, NOW));
    }),
  );
});

test("a time is the same as number, as text, as Date and as ISO text in any offset", () => {
  const offset = fc.integer({ min: -23 * 60, max: 23 * 60 });
  fc.assert(
    fc.property(fc.integer({ min: 1e11, max: 4e12 }), offset, fc.constantFrom(":", ""), (time, minutes, colon) => {
      const local = new Date(time + minutes * 60_000).toISOString().slice(0, -1);
      const sign = minutes < 0 ? "-" : "+";
      const [hour, minute] = [Math.trunc(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
      const iso = `${local}${sign}${String(hour).padStart(2, "0")}${colon}${String(minute).padStart(2, "0")}`;
      expect(parseSince(time / 1000)).toBe(time / 1000);
      expect(parseSince(String(time / 1000))).toBe(time / 1000);
      expect(parseSince(new Date(time))).toBe(time / 1000);
      expect(parseSince(new Date(time).toISOString())).toBeCloseTo(time / 1000, 5);
      expect(parseSince(iso)).toBeCloseTo(time / 1000, 5);
      expect(() => parseSince(local)).toThrow(/no offset from UTC/);
    }),
  );
});

test.each<[Since, number]>([
  ["24h", NOW / 1000 - 86_400],
  ["7d", NOW / 1000 - 7 * 86_400],
  ["1d12h", NOW / 1000 - 129_600],
  ["1.5h", NOW / 1000 - 5400],
  [" 2w ", NOW / 1000 - 2 * 604_800],
  [{ hours: 0.5 }, NOW / 1000 - 1800],
  ["9999w", 0],
  [0, 0],
  ["2026-05-14T12:00Z", Date.UTC(2026, 4, 14, 12) / 1000],
  ["2026-05-14 12:00:00+02", Date.UTC(2026, 4, 14, 10) / 1000],
  ["2026-05-14T12:00:00.594123+00:00", Date.UTC(2026, 4, 14, 12) / 1000 + 0.594123],
  ["2024-02-29T00:00:00Z", Date.UTC(2024, 1, 29) / 1000],
])("%o is understood", (given, expected) => {
  expect(parseSince(given, NOW)).toBeCloseTo(expected, 6);
});

test.each<[unknown]>([
  [-1],
  ["-1"],
  ["-24h"],
  [Number.NaN],
  [Number.POSITIVE_INFINITY],
  [new Date(-1)],
  [new Date(Number.NaN)],
  [{ hours: -1 }],
  [{ hours: Number.NaN }],
  [{ hours: "1" }],
  [{ hour: 1 }],
  [{ h: 1 }],
  [{}],
  [[]],
  [null],
  [undefined],
  [true],
  [""],
  ["24y"],
  ["1h 2m"],
  ["h"],
  ["1.h"],
  ["24H"],
  ["yesterday"],
  ["2026-05-14"],
  ["2026-05-14T12:00:00"],
  ["2026-02-31T00:00:00Z"],
  ["2026-02-29T00:00:00Z"],
  ["2026-13-01T00:00:00Z"],
  ["2026-05-14T24:00:00Z"],
  ["2026-05-14T12:60:00Z"],
  ["2026-05-14T12:00:00+25:00"],
  ["1969-12-31T23:59:59Z"],
])("%o throws a TypeError", (given) => {
  expect(() => Reflect.apply(parseSince, undefined, [given])).toThrow(TypeError);
});

test("no text is taken for a time that is none, and none makes it throw something else", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[\d.smhdwTZ:+ -]{1,24}$/)), (text) => {
      try {
        expect(parseSince(text, NOW)).toBeGreaterThanOrEqual(0);
      } catch (error) {
        expect(error).toBeInstanceOf(TypeError);
      }
    }),
  );
});
