import fc from "fast-check";
import { expect, test } from "vitest";
import { RepeatedText } from "./repeated-text.ts";

test("whatever the values, the text is the one that is made of them, and made once for the same", () => {
  const value = fc.constantFrom<unknown>("a", "b", 1, undefined, null, Number.NaN);
  fc.assert(
    fc.property(fc.array(fc.array(value, { maxLength: 3 })), (lists) => {
      const repeated = new RepeatedText();
      for (const values of lists) {
        const make = (): string => values.map(String).join();
        expect(repeated.of(values, make)).toBe(make());
        if (values.some(Number.isNaN)) continue;
        expect(repeated.of([...values], () => expect.unreachable())).toBe(make());
      }
    }),
  );
});
