import fc from "fast-check";
import { expect, test } from "vitest";
import { endOfString, jsonStrings } from "./json-strings.ts";

test("the strings of JSON text are found with their escapes", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: "binary" })), (texts) => {
      const json = JSON.stringify(texts);
      const found = [...jsonStrings(json)].map(
        ({ start, end }) => JSON.parse(json.slice(start - 1, end + 1)) as unknown,
      );
      expect(found).toEqual(texts);
    }),
  );
});

test("a string's end is found at every depth of JSON in JSON", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.integer({ min: 0, max: 4 }), (text, depth) => {
      let json = JSON.stringify(text);
      for (let level = 0; level < depth; level += 1) json = JSON.stringify(json);
      const quote = `${"\\".repeat(2 ** depth - 1)}"`;
      // The outer quotes are those of depth 0, 1 ... before the one of the text itself.
      const start = json.indexOf(quote) + quote.length;
      let inner = json.slice(start, endOfString(json, start, depth));
      for (let level = 0; level <= depth; level += 1) inner = JSON.parse(`"${inner}"`) as string;
      expect(inner).toBe(text);
    }),
  );
});
