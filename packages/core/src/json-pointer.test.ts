import fc from "fast-check";
import { expect, test } from "vitest";
import { jsonPointer, parseJsonPointer } from "./json-pointer.ts";

test("writes the examples of RFC 6901, section 5", () => {
  expect(jsonPointer([])).toBe("");
  expect(jsonPointer(["foo", 0])).toBe("/foo/0");
  expect(jsonPointer([""])).toBe("/");
  expect(jsonPointer(["a/b"])).toBe("/a~1b");
  expect(jsonPointer(["m~n"])).toBe("/m~0n");
});

test("reads back what it wrote", () => {
  fc.assert(
    fc.property(fc.array(fc.string()), (path) => {
      expect(parseJsonPointer(jsonPointer(path))).toEqual(path);
    }),
  );
});

test("refuses what is not a pointer", () => {
  expect(parseJsonPointer("a")).toBeUndefined();
  expect(parseJsonPointer("/a~2")).toBeUndefined();
  expect(parseJsonPointer("/~")).toBeUndefined();
});
