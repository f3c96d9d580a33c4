import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isTesseraeError } from "./errors/tesserae-error.ts";
import { assertJson, isJson, toJson } from "./to-json.ts";

describe("toJson", () => {
  test("returns the same value when it is JSON", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(toJson(value)).toBe(value);
      }),
    );
  });

  test("accepts exactly what survives writing and reading", () => {
    fc.assert(
      fc.property(
        fc.anything({
          withBigInt: true,
          withDate: true,
          withMap: true,
          withNullPrototype: true,
          withSparseArray: true,
        }),
        (value) => {
          if (!isJson(value)) return;
          // Minus zero is the one exception that is documented.
          const noMinusZero = JSON.stringify(value, (_key, part: unknown) => (part === 0 ? 0 : part));
          expect(JSON.stringify(JSON.parse(noMinusZero))).toBe(noMinusZero);
        },
      ),
    );
  });

  test("takes objects without prototype and objects of another realm", () => {
    expect(isJson(Object.assign(Object.create(null) as object, { a: 1 }))).toBe(true);
    expect(isJson(runInNewContext("({ a: [1, { b: null }] })"))).toBe(true);
  });

  test("takes half of a surrogate pair, which JSON can write", () => {
    expect(isJson({ a: "\ud83d" })).toBe(true);
  });

  test("names the place and the value", () => {
    try {
      toJson({ result: [{ at: new Date(0) }] }, 'the result of the tool "clock"');
      expect.unreachable();
    } catch (error) {
      expect(isTesseraeError(error, "ERR_EFFECT_NOT_JSON")).toBe(true);
      expect(String(error)).toContain(
        'Expected the result of the tool "clock" to be JSON, but found an instance of Date at /result/0/at.',
      );
    }
  });

  test("refuses undefined, cycles and endless nesting without crashing", () => {
    const cyclic: Record<string, unknown> = {};
    cyclic["self"] = cyclic;
    let deep: unknown = {};
    for (let level = 0; level < 50_000; level += 1) deep = { deep };
    expect(() => assertJson({ a: undefined })).toThrow("/a");
    expect(() => assertJson(cyclic)).toThrow("a cycle back to the whole value at /self");
    expect(() => assertJson(deep)).toThrow("deeper than 1000");
    expect(() =>
      assertJson({
        get a(): unknown {
          return Symbol("x");
        },
      }),
    ).toThrow("a symbol at /a");
  });
});
