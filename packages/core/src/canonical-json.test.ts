import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonicalJson } from "./canonical-json.ts";
import { isTesseraeError } from "./errors/tesserae-error.ts";

function errorOf(run: () => unknown): Error {
  try {
    run();
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error("expected an error");
}

describe("canonical JSON (RFC 8785)", () => {
  test("writes the RFC's example of section 3.2.2", () => {
    const value = {
      numbers: [Number("333333333.33333329"), 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
      string: '\u20ac$\u000f\nA\'B"\\\\"/',
      literals: [null, true, false],
    };
    expect(canonicalJson(value)).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    );
  });

  test("sorts keys by UTF-16 code units, as in section 3.2.3", () => {
    const value = {
      "\u20ac": "Euro Sign",
      "\r": "Carriage Return",
      "\ufb33": "Hebrew Letter Dalet With Dagesh",
      "1": "One",
      "\ud83d\ude00": "Emoji: Grinning Face",
      "\u0080": "Control",
      "\u00f6": "Latin Small Letter O With Diaeresis",
    };
    expect(Object.values(JSON.parse(canonicalJson(value)) as object)).toHaveLength(7);
    const order = [...canonicalJson(value).matchAll(/:"([^"]*)"/g)].map((match) => match[1]);
    expect(order).toEqual([
      "Carriage Return",
      "One",
      "Control",
      "Latin Small Letter O With Diaeresis",
      "Euro Sign",
      "Emoji: Grinning Face",
      "Hebrew Letter Dalet With Dagesh",
    ]);
  });

  test.each([
    [0x0000000000000000n, "0"],
    [0x8000000000000000n, "0"],
    [0x0000000000000001n, "5e-324"],
    [0x8000000000000001n, "-5e-324"],
    [0x7fefffffffffffffn, "1.7976931348623157e+308"],
    [0x4340000000000000n, "9007199254740992"],
    [0x4430000000000000n, "295147905179352830000"],
    [0x44b52d02c7e14af5n, "9.999999999999997e+22"],
    [0x44b52d02c7e14af6n, "1e+23"],
    [0x444b1ae4d6e2ef4en, "999999999999999700000"],
    [0x444b1ae4d6e2ef50n, "1e+21"],
    [0x3eb0c6f7a0b5ed8cn, "9.999999999999997e-7"],
    [0x3eb0c6f7a0b5ed8dn, "0.000001"],
    [0x41b3de4355555553n, "333333333.3333332"],
    [0x3ee0000000000000n, "0.00000762939453125"],
  ])("writes the number with the bits %s as in appendix B", (bits, text) => {
    const view = new DataView(new ArrayBuffer(8));
    view.setBigUint64(0, bits);
    expect(canonicalJson(view.getFloat64(0))).toBe(text);
  });

  test("an own key __proto__ is data like any other", () => {
    expect(canonicalJson(JSON.parse('{"b":1,"__proto__":{"a":2}}'))).toBe('{"__proto__":{"a":2},"b":1}');
  });

  test("reads back to an equal value, and does not depend on the order of keys", () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
        const normal: unknown = JSON.parse(JSON.stringify(value));
        expect(JSON.parse(canonicalJson(value))).toEqual(normal);
      }),
    );
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: "grapheme" }), fc.jsonValue()), (object) => {
        const reversed = Object.fromEntries(Object.entries(object).reverse());
        expect(canonicalJson(reversed)).toBe(canonicalJson(Object.fromEntries(Object.entries(object))));
      }),
    );
  });

  test("many keys are sorted as few are", () => {
    for (const count of [1, 2, 19, 20, 21, 22, 200]) {
      const keys = Array.from({ length: count }, (_, index) => `k${(index * 7919) % count}`);
      const object = Object.fromEntries(keys.map((key) => [key, 1]));
      expect(canonicalJson(object)).toBe(
        `{${keys
          .toSorted()
          .map((key) => `"${key}":1`)
          .join(",")}}`,
      );
    }
  });

  test("keys come out in code unit order whatever they hold", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string({ unit: "grapheme" })), (keys) => {
        const text = canonicalJson(Object.fromEntries(keys.map((key) => [`k${key}`, null])));
        const sorted = keys.map((key) => `k${key}`).toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0));
        expect(text).toBe(`{${sorted.map((key) => `${JSON.stringify(key)}:null`).join(",")}}`);
      }),
    );
  });
});

describe("half of a surrogate pair", () => {
  test.each([["\ud83d"], ["\ude00"], ["a\ud83db"], ["\ude00\ud83d"]])("%j is refused, naming the place", (text) => {
    const error = errorOf(() => canonicalJson({ a: ["x", text] }));
    expect(isTesseraeError(error, "ERR_EFFECT_NOT_JSON")).toBe(true);
    expect(error.message).toContain("/a/1");
    expect(errorOf(() => canonicalJson({ [text]: 1 })).message).toContain("surrogate");
  });

  test("a whole pair passes", () => {
    expect(canonicalJson("a😀\n")).toBe('"a😀\\n"');
  });

  test("is escaped when asked for", () => {
    expect(canonicalJson({ a: "\ud83d" }, { loneSurrogates: "escape" })).toBe('{"a":"\\ud83d"}');
  });
});

class Point {
  readonly x = 1;
}

const cyclic: { inner: { list: unknown[] } } = { inner: { list: [1] } };
cyclic.inner.list.push(cyclic.inner);

describe("what is not JSON", () => {
  test.each<[string, unknown, string]>([
    ["undefined", { a: [{ b: undefined }] }, "undefined at /a/0/b"],
    ["undefined itself", undefined, "found undefined."],
    ["NaN", [Number.NaN], "NaN at /0"],
    ["infinity", { "a/b": { "~": Number.POSITIVE_INFINITY } }, "Infinity at /a~1b/~0"],
    ["a bigint", { n: 1n }, "a bigint at /n"],
    ["a function", { f: () => 1 }, "a function at /f"],
    ["a symbol", [Symbol("s")], "a symbol at /0"],
    ["a symbol as a key", { a: { [Symbol("s")]: 1 } }, "a symbol as a key at /a"],
    ["a class instance", { p: new Point() }, "an instance of Point at /p"],
    ["a date", [new Date(0)], "an instance of Date at /0"],
    ["a map", { m: new Map() }, "an instance of Map at /m"],
    ["bytes", { m: new Uint8Array(2) }, "an instance of Uint8Array at /m"],
    ["an inherited object", { m: Object.create({ a: 1 }) as unknown }, "at /m"],
    ["a hole in an array", [1, , 3], "undefined at /1"], // oxlint-disable-line no-sparse-arrays
    ["a cycle", cyclic, "a cycle back to /inner at /inner/list/1"],
  ])("%s is refused, naming the place", (_name, value, message) => {
    const error = errorOf(() => canonicalJson(value));
    expect(isTesseraeError(error, "ERR_EFFECT_NOT_JSON")).toBe(true);
    expect(error.message).toContain(message);
  });

  test("nesting without end is refused, and so is nesting deeper than a thousand levels", () => {
    let deep: unknown = 1;
    for (let level = 0; level < 100_000; level += 1) deep = [deep];
    expect(errorOf(() => canonicalJson(deep)).message).toContain("deeper than 1000");
  });

  test("the error names the value as the caller calls it", () => {
    expect(errorOf(() => canonicalJson(1n, { what: "the request" })).message).toContain(
      "Expected the request to be JSON",
    );
  });
});
