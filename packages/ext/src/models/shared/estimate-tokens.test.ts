import fc from "fast-check";
import { expect, test } from "vitest";
import { estimateTokens } from "./estimate-tokens.ts";

/** Texts with their tokens in o200k_base and cl100k_base, as gpt-tokenizer 4.0.0 counts them. */
const COUNTED: readonly (readonly [string, string, number, number])[] = [
  [
    "English",
    "The quick brown fox jumps over the lazy dog. She sells sea shells by the sea shore, and nobody was ever really sure why that mattered to anyone at all. I'd like to know what you think about it, though; haven't you been there before?",
    51,
    53,
  ],
  [
    "French",
    "Tous les êtres humains naissent libres et égaux en dignité et en droits. Ils sont doués de raison et de conscience et doivent agir les uns envers les autres dans un esprit de fraternité.",
    41,
    50,
  ],
  [
    "Russian",
    "Все люди рождаются свободными и равными в своем достоинстве и правах. Они наделены разумом и совестью и должны поступать в отношении друг друга в духе братства.",
    41,
    74,
  ],
  [
    "Chinese",
    "人人生而自由，在尊严和权利上一律平等。他们赋有理性和良心，并应以兄弟关系的精神相对待。今天天气很好，我们一起去公园散步吧。",
    48,
    72,
  ],
  ["numbers", "3.14159265358979 2024-10-21 12:45:00, 1,234,567.89; +49 170 1234567; 192.168.10.254", 47, 47],
];

test.each(COUNTED)("%s is counted within a fifth", (_name, text, o200k, cl100k) => {
  expect(Math.abs(estimateTokens(text, "o200k") / o200k - 1)).toBeLessThan(0.2);
  expect(Math.abs(estimateTokens(text, "cl100k") / cl100k - 1)).toBeLessThan(0.2);
});

test("an empty text has none, any other has some, none has more than bytes", () => {
  expect(estimateTokens("")).toBe(0);
  fc.assert(
    fc.property(fc.string({ unit: "binary", minLength: 1 }), (text) => {
      const tokens = estimateTokens(text);
      expect(tokens).toBeGreaterThan(0);
      expect(tokens).toBeLessThanOrEqual(Buffer.byteLength(text) + 1);
    }),
  );
});

test("a long run of one letter or of spaces takes no time to speak of", () => {
  expect(estimateTokens("a".repeat(200_000))).toBeGreaterThan(1000);
  expect(estimateTokens(" ".repeat(200_000))).toBeGreaterThan(0);
  expect(estimateTokens("\n \n ".repeat(50_000))).toBeGreaterThan(0);
});
