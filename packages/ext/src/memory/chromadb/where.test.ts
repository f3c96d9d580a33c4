import { describe, expect, test } from "vitest";
import { fitsWhere } from "./where.ts";

describe("a filter over metadata", () => {
  test("compares only what has the same type", () => {
    expect(fitsWhere({ a: { $gt: 1 } }, { a: "2" })).toBe(false);
    expect(fitsWhere({ a: true }, { a: true })).toBe(true);
    expect(fitsWhere({ a: 1 }, { a: true })).toBe(false);
  });

  test.each([
    [{}, /one key or operator at each place, and not 0/],
    [{ a: 1, b: 2 }, /join several by \$and/],
    [{ $and: [{ a: 1 }] }, /two or more filters after \$and/],
    [{ $or: [{ a: 1 }, 2] }, /two or more filters after \$or/],
    [{ a: { $gt: 1, $lt: 2 } }, /one operator for a key/],
    [{ a: { $gt: "1" } }, /a number after \$gt/],
    [{ a: { $in: 1 } }, /a list after \$in/],
    [{ a: { $like: "x" } }, /not "\$like"/],
  ])("%j is refused", (where, message) => {
    expect(() => fitsWhere(where, { a: 1 })).toThrow(message);
  });
});
