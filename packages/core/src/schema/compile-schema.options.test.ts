import { describe, expect, test } from "vitest";
import { compileSchema, type CompileOptions } from "./compile-schema.ts";
import type { JsonSchema } from "./json-schema.ts";

function valueOf(schema: JsonSchema, value: unknown, options: CompileOptions): unknown {
  const result = compileSchema(schema, options).validate(value);
  return result.ok ? result.value : "refused";
}

/** What pydantic 2 gives in lax mode for int, float and bool; "X" where it refuses. Made by running pydantic. */
const PYDANTIC: readonly (readonly [value: unknown, int: unknown, float: unknown, bool: unknown])[] = [
  ["7", 7, 7, "X"],
  [" 7 ", 7, 7, "X"],
  ["+7", 7, 7, "X"],
  ["-7", -7, -7, "X"],
  ["1_000", 1000, 1000, "X"],
  ["7.0", 7, 7, "X"],
  ["7.5", "X", 7.5, "X"],
  ["1e3", "X", 1000, "X"],
  ["", "X", "X", "X"],
  [true, 1, 1, true],
  [false, 0, 0, false],
  [1, 1, 1, true],
  [0, 0, 0, false],
  [2, 2, 2, "X"],
  [1.5, "X", 1.5, "X"],
  ["true", "X", "X", true],
  ["TRUE", "X", "X", true],
  [" true", "X", "X", "X"],
  ["yes", "X", "X", true],
  ["on", "X", "X", true],
  ["t", "X", "X", true],
  ["Y", "X", "X", true],
  ["1", 1, 1, true],
  ["0", 0, 0, false],
  ["off", "X", "X", false],
  ["1.0", 1, 1, "X"],
  ["abc", "X", "X", "X"],
  [null, "X", "X", "X"],
  [[], "X", "X", "X"],
  [{}, "X", "X", "X"],
  ["0x10", "X", "X", "X"],
  ["-0", 0, -0, "X"],
  ["00012", 12, 12, "X"],
  [".5", "X", 0.5, "X"],
  ["5.", "X", 5, "X"],
  ["1__0", "X", "X", "X"],
  ["_1", "X", "X", "X"],
  ["1.0e2", "X", 100, "X"],
  [" 1.5 ", "X", 1.5, "X"],
  ["１", "X", "X", "X"],
];

describe("coerce", () => {
  test.each(PYDANTIC)("%j becomes what pydantic makes of it", (value, int, float, bool) => {
    for (const [type, expected] of [
      ["integer", int],
      ["number", float],
      ["boolean", bool],
    ] as const) {
      expect(valueOf({ type }, value, { coerce: true })).toStrictEqual(expected === "X" ? "refused" : expected);
      // Nothing is ever made a string.
      expect(valueOf({ type: "string" }, value, { coerce: true })).toBe(typeof value === "string" ? value : "refused");
    }
  });

  test("an integer too large for a number is refused, not rounded", () => {
    expect(valueOf({ type: "integer" }, "9007199254740993", { coerce: true })).toBe("refused");
  });

  test("a number that is not finite is refused: it is not JSON", () => {
    expect(valueOf({ type: "number" }, "inf", { coerce: true })).toBe("refused");
    expect(valueOf({ type: "number" }, "1e999", { coerce: true })).toBe("refused");
  });

  test("an alternative that fits as it is goes before one that fits coerced", () => {
    const options = { coerce: true };
    expect(valueOf({ anyOf: [{ type: "integer" }, { type: "string" }] }, "7", options)).toBe("7");
    expect(valueOf({ anyOf: [{ type: "integer" }, { type: "null" }] }, "7", options)).toBe(7);
    expect(valueOf({ anyOf: [{ type: "boolean" }, { type: "integer" }] }, 1, options)).toBe(1);
    expect(
      valueOf({ anyOf: [{ type: "integer" }, { type: "array", items: { type: "integer" } }] }, ["1"], options),
    ).toEqual([1]);
    expect(valueOf({ type: ["integer", "boolean"] }, "true", options)).toBe(true);
    expect(valueOf({ const: 1 }, "1", options)).toBe("refused");
  });

  test("reaches everywhere and leaves the value that was passed in alone", () => {
    const schema: JsonSchema = {
      properties: { a: { items: { type: "integer" } }, b: { prefixItems: [{ type: "boolean" }] } },
      patternProperties: { "^n_": { type: "number" } },
      additionalProperties: { $ref: "#/$defs/i" },
      allOf: [{ properties: { c: { type: "integer" } } }],
      $defs: { i: { type: "integer" } },
    };
    const value = { a: ["1", 2], b: ["yes"], n_x: "1.5", other: "9", c: "3" };
    const before = structuredClone(value);
    expect(valueOf(schema, value, { coerce: true })).toEqual({ a: [1, 2], b: [true], n_x: 1.5, other: 9, c: 3 });
    expect(value).toEqual(before);
  });
});

describe("defaults", () => {
  const schema: JsonSchema = {
    type: "object",
    properties: {
      list: { type: "array", default: [] },
      nested: { type: "object", properties: { n: { type: "integer", default: 3 } }, default: {} },
      named: { $ref: "#/$defs/named" },
      given: { type: "string", default: "d" },
    },
    required: ["list"],
    $defs: { named: { type: "string", default: "anna" } },
  };

  test("fill what is missing, also inside defaults and behind references", () => {
    expect(valueOf(schema, { given: "x" }, { defaults: true })).toEqual({
      list: [],
      nested: { n: 3 },
      named: "anna",
      given: "x",
    });
    expect(valueOf(schema, { given: undefined }, { defaults: true })).toMatchObject({ given: "d" });
    expect(valueOf(schema, {}, {})).toBe("refused");
  });

  test("are a copy for every value", () => {
    const compiled = compileSchema<{ list: unknown[] }>(schema, { defaults: true });
    const first = compiled.validate({});
    if (first.ok) first.value.list.push(1);
    expect(compiled.validate({})).toMatchObject({ ok: true, value: { list: [] } });
  });

  test("are checked like any value", () => {
    expect(valueOf({ properties: { a: { type: "integer", default: "x" } } }, {}, { defaults: true })).toBe("refused");
  });

  test("come from the alternative that fits", () => {
    const union: JsonSchema = {
      anyOf: [
        { type: "object", properties: { a: { type: "string" }, x: { default: 1 } }, required: ["a"] },
        { type: "object", properties: { b: { type: "string" }, y: { default: 2 } }, required: ["b"] },
      ],
    };
    expect(valueOf(union, { b: "" }, { defaults: true })).toEqual({ b: "", y: 2 });
  });

  test("may be filled under the key __proto__ without touching the prototype", () => {
    const hostile = JSON.parse('{"properties":{"__proto__":{"default":{"polluted":1}}}}') as JsonSchema;
    const value = valueOf(hostile, {}, { defaults: true }) as object;
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(JSON.stringify(value)).toBe('{"__proto__":{"polluted":1}}');
  });
});

describe("unknown keys", () => {
  const schema: JsonSchema = {
    type: "object",
    properties: {
      a: { type: "object", properties: { b: { type: "integer" } }, additionalProperties: false },
      open: { type: "object" },
    },
    patternProperties: { "^x-": true },
  };
  const value = { a: { b: 1, c: 2 }, d: 3, "x-e": 4, open: { any: 5 } };

  test("without the option the schema decides", () => {
    expect(valueOf(schema, value, {})).toBe("refused");
    expect(valueOf(schema, { ...value, a: { b: 1 } }, {})).toEqual({ ...value, a: { b: 1 } });
  });

  test("ignore lets them through", () => {
    expect(valueOf(schema, value, { unknownKeys: "ignore" })).toBe(value);
  });

  test("strip leaves them out, of a copy", () => {
    expect(valueOf(schema, value, { unknownKeys: "strip" })).toEqual({ a: { b: 1 }, "x-e": 4, open: { any: 5 } });
    expect(value.a).toEqual({ b: 1, c: 2 });
  });

  test("error refuses them everywhere", () => {
    const result = compileSchema(schema, { unknownKeys: "error" }).validate(value);
    expect(result.ok ? [] : result.issues.map(({ pointer }) => pointer)).toEqual(["/a/c", "/d"]);
  });

  test("collect lets them through and lists them", () => {
    const compiled = compileSchema(schema, { unknownKeys: "collect" });
    expect(compiled.validate(value)).toEqual({ ok: true, value, unknownKeys: ["/a/c", "/d"] });
    expect(compiled.validate({})).toEqual({ ok: true, value: {} });
  });

  test("a key that any part of the schema knows is known", () => {
    const parts: JsonSchema = {
      properties: { a: true },
      allOf: [{ properties: { b: true } }, { $ref: "#/$defs/more" }],
      anyOf: [{ properties: { c: true } }, { properties: { d: true } }],
      $defs: { more: { properties: { e: true }, additionalProperties: false } },
    };
    expect(valueOf(parts, { a: 1, b: 1, c: 1, d: 1, e: 1, f: 1 }, { unknownKeys: "strip" })).toEqual({
      a: 1,
      b: 1,
      c: 1,
      d: 1,
      e: 1,
    });
  });

  test("of several alternatives that fit, the one that keeps most is taken", () => {
    const union: JsonSchema = { anyOf: [{ properties: { a: true } }, { properties: { a: true, b: true } }] };
    expect(valueOf(union, { a: 1, b: 2, c: 3 }, { unknownKeys: "strip" })).toEqual({ a: 1, b: 2 });
  });

  test("a schema that expressly allows others is left alone", () => {
    const open: JsonSchema = { properties: { a: true }, additionalProperties: true };
    for (const unknownKeys of ["strip", "error", "collect", "ignore"] as const) {
      expect(compileSchema(open, { unknownKeys }).validate({ z: 1 })).toEqual({ ok: true, value: { z: 1 } });
    }
  });
});
