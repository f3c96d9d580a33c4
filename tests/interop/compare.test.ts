import { describe, expect, test } from "vitest";
import type { Json } from "@tesserae/core";
import { differencesOf } from "./src/compare.ts";
import { at, readDifferences, withDifferences } from "./src/differences.ts";

const same = (ours: unknown, expected: Json): boolean => differencesOf(ours, expected).length === 0;

describe("the comparer", () => {
  test("takes equal data, whatever the order of keys", () => {
    expect(same({ b: [1, { c: null }], a: "x" }, { a: "x", b: [1, { c: null }] })).toBe(true);
    expect(same(1, 1.0)).toBe(true);
  });

  test.each<readonly [unknown, Json]>([
    [1, "1"],
    [null, false],
    [undefined, null],
    [[1, 2], [1]],
    [
      [2, 1],
      [1, 2],
    ],
    [{ a: 1 }, { a: 1, b: null }],
    [{ a: 1, b: 2 }, { a: 1 }],
    [[], {}],
    [{}, []],
    ["x", {}],
  ])("tells %j from %j", (ours, expected) => {
    expect(same(ours, expected)).toBe(false);
  });

  test("says where", () => {
    expect(differencesOf({ a: [{ "b/c": 1 }] }, { a: [{ "b/c": 2 }] })).toEqual(["/a/0/b~1c: expected 2, found 1"]);
  });

  test("allows surplus keys where it is told to, but never a missing one", () => {
    const options = { surplus: (pointer: string) => pointer === "/state" };
    expect(differencesOf({ state: { a: 1, more: 2 } }, { state: { a: 1 } }, options)).toEqual([]);
    expect(differencesOf({ state: { more: 2 } }, { state: { a: 1 } }, options)).toHaveLength(1);
    expect(differencesOf({ state: {}, more: 1 }, { state: {} }, options)).toHaveLength(1);
  });

  test("knows the matchers", () => {
    expect(same("the end", { $match: "end$" })).toBe(true);
    expect(same("the end.", { $match: "end$" })).toBe(false);
    expect(same(5, { $match: "5" })).toBe(false);
    expect(same({ a: null }, { a: { $any: true } })).toBe(true);
    expect(same({}, { a: { $any: true } })).toBe(false);
    expect(same({}, { a: { $absent: true } })).toBe(true);
    expect(same({ a: null }, { a: { $absent: true } })).toBe(false);
  });

  test("of errors wants the fragment, and whether it was an abort; classes may differ", () => {
    const error = { error: { class: "ValueError", message: "is empty" } };
    expect(same({ error: { class: "Other", message: "The list is empty." } }, error)).toBe(true);
    expect(same({ error: { class: "ValueError", message: "full" } }, error)).toBe(false);
    expect(same({ error: { class: "CancelledError", message: "is empty" } }, error)).toBe(false);
    expect(
      same({ error: { class: "CancelledError", message: "" } }, { error: { class: "CancelledError", message: "x" } }),
    ).toBe(true);
    expect(
      same({ error: { class: "ValueError", message: "x" } }, { error: { class: "CancelledError", message: "x" } }),
    ).toBe(false);
  });
});

describe("intended differences", () => {
  test("are put in at their places, of their file only; the golden data stay as they are", () => {
    const golden = { a: [{ b: 1 }], c: 2 };
    const rows = [
      { file: "f", where: "/a/0/b", ours: 9 },
      { file: "other", where: "/c", ours: 9 },
      { file: "f", where: "/d", ours: { $absent: true } },
    ];
    expect(withDifferences(rows, "f", golden)).toEqual({ a: [{ b: 9 }], c: 2, d: { $absent: true } });
    expect(withDifferences(rows, "f", golden, { under: "/a" })).toEqual([{ b: 9 }]);
    expect(golden).toEqual({ a: [{ b: 1 }], c: 2 });
  });

  test("that name no place are errors", () => {
    expect(() => at({ a: 1 }, "/b")).toThrow(/nothing at/);
    expect(() => withDifferences([{ file: "f", where: "/x/y", ours: 1 }], "f", {})).toThrow(/nothing at/);
    expect(readDifferences().length).toBeGreaterThan(100);
  });
});
