import fc from "fast-check";
import { expect, test } from "vitest";
import { clean, cleanLine } from "./clean.ts";

test("control characters and marks of direction are left out, line breaks and tabs stay", () => {
  expect(clean("a\u001b[2Jb\u0000\u0007\u009b1m\u202e\u2066\u200f\u061c\ufeffc\r\nd\re\tf\u2028g")).toBe(
    "a[2Jb1mc\nd\ne\tfg",
  );
});

test("no text gets a control character to the terminal", () => {
  const anything = fc.string({ unit: "binary" });
  fc.assert(
    fc.property(anything, (text) => {
      expect(clean(text)).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
      expect(cleanLine(text, 20)).toMatch(/^[^\n\t]{0,20}$/);
    }),
  );
});

test("a line is one line of at most so many characters, whatever it was", () => {
  expect(cleanLine("  a\n\n b\t c ")).toBe("a b c");
  expect(cleanLine("abcdef", 4)).toBe("abc…");
  expect(cleanLine("x".repeat(1_000_000), 10)).toBe("xxxxxxxxx…");
  expect([undefined, null, 7, { a: 1 }, ["b"]].map((value) => cleanLine(value))).toEqual([
    "",
    "",
    "7",
    '{"a":1}',
    '["b"]',
  ]);
});
