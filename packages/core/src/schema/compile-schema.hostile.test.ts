import { describe, expect, test } from "vitest";
import { compileSchema } from "./compile-schema.ts";
import { SchemaConversionError, UnsupportedKeywordError } from "./errors.ts";
import type { JsonSchema } from "./json-schema.ts";

const list: JsonSchema = {
  $ref: "#/$defs/node",
  $defs: { node: { type: "object", properties: { next: { $ref: "#/$defs/node" } } } },
};

function nest(levels: number, bottom: unknown, wrap: (inner: unknown) => unknown): unknown {
  let value = bottom;
  for (let level = 0; level < levels; level += 1) value = wrap(value);
  return value;
}

describe("hostile values", () => {
  test("deep nesting is refused at the limit, with the reason", () => {
    const deep = nest(100_000, {}, (next) => ({ next }));
    const result = compileSchema(list).validate(deep);
    expect(result.ok).toBe(false);
    expect(result.ok ? "" : result.issues[0]?.message).toContain("at most 256 levels of nesting");
    expect(compileSchema(list).is(nest(200, {}, (next) => ({ next })))).toBe(true);
    expect(compileSchema(list, { maxDepth: 10 }).is(nest(200, {}, (next) => ({ next })))).toBe(false);
  });

  test("a value that contains itself is refused, with every option", () => {
    const cyclic: Record<string, unknown> = {};
    cyclic["next"] = cyclic;
    for (const options of [
      {},
      { coerce: true, defaults: true },
      { unknownKeys: "collect" },
      { unknownKeys: "strip" },
    ] as const) {
      const result = compileSchema(list, options).validate(cyclic);
      expect(result.ok ? "" : result.issues[0]?.message).toContain("contains itself");
    }
    // Where nothing looks inside, it does not matter.
    expect(compileSchema({ type: "object" }).is(cyclic)).toBe(true);
    expect(compileSchema({ uniqueItems: true, items: { enum: [{ a: 1 }] } }).is([cyclic, cyclic])).toBe(false);
  });

  test("`not` does not turn a value that was given up into one that fits", () => {
    const deep = nest(1000, {}, (next) => ({ next }));
    const negated: JsonSchema = {
      not: { $ref: "#/$defs/node" },
      $defs: { node: { properties: { next: { $ref: "#/$defs/node" } } } },
    };
    const result = compileSchema(negated).validate(deep);
    expect(result.ok ? "" : result.issues.map(({ message }) => message).join()).toContain("levels of nesting");
  });

  test("alternatives inside alternatives do not double the work with every level", () => {
    const branch = (key: string): JsonSchema => ({
      type: "object",
      properties: { x: { $ref: "#/$defs/t" } },
      required: [key],
    });
    const schema = (keyword: string): JsonSchema => ({
      $ref: "#/$defs/t",
      $defs: {
        t: {
          anyOf: [
            { type: "null" },
            {
              [keyword]: [
                { properties: { x: { $ref: "#/$defs/t" } } },
                branch("b"),
                { properties: { x: { $ref: "#/$defs/t" } } },
              ],
            },
          ],
        },
      },
    });
    const value = nest(200, { x: 1 }, (x) => ({ x }));
    for (const keyword of ["anyOf", "oneOf", "allOf"]) {
      for (const options of [{}, { coerce: true, defaults: true, unknownKeys: "strip" }] as const) {
        compileSchema(schema(keyword), options).validate(value);
        compileSchema(schema(keyword), options).validate(nest(200, { x: null, b: 1 }, (x) => ({ x, b: 1 })));
      }
    }
  });

  test("a schema of few bytes that stands for millions of checks is no trap", () => {
    const $defs: Record<string, JsonSchema> = { d0: { type: "object", required: ["a"] } };
    for (let level = 1; level <= 40; level += 1)
      $defs[`d${level}`] = { allOf: [{ $ref: `#/$defs/d${level - 1}` }, { $ref: `#/$defs/d${level - 1}` }] };
    const bomb = compileSchema({ $ref: "#/$defs/d40", $defs });
    expect(bomb.is({ a: 1 })).toBe(true);
    const result = bomb.validate({});
    expect(result.ok ? 0 : result.issues.length).toBeGreaterThan(0);
  });

  test("huge arrays are read once", () => {
    const huge = Array.from({ length: 300_000 }, (_, index) => ({ id: index }));
    const schema: JsonSchema = {
      uniqueItems: true,
      items: { $ref: "#/$defs/i" },
      $defs: { i: { properties: { id: { type: "integer" } } } },
    };
    expect(compileSchema(schema).is(huge)).toBe(true);
    expect(compileSchema(schema).is([...huge, { id: 5 }])).toBe(false);
    expect(compileSchema({ uniqueItems: true }).is([1, "1", true, null, [1], { a: 1 }, '{"a":1}', "[1]"])).toBe(true);
  });

  test.each([[undefined], [() => 1], [Symbol("s")], [1n], [new Date(0)], [new Map()], [Object.create(null)]])(
    "%s is no reason to crash",
    (value) => {
      for (const schema of [
        true,
        { type: "string" },
        { enum: [1] },
        { anyOf: [{ type: "integer" }, { const: {} }] },
        { not: true },
        { required: ["a"] },
      ] as const) {
        expect(() => compileSchema(schema).validate(value)).not.toThrow();
      }
    },
  );

  test("a validator that met a hostile value validates the next one as ever", () => {
    const compiled = compileSchema(list, { coerce: true });
    compiled.validate(nest(100_000, {}, (next) => ({ next })));
    expect(compiled.validate({ next: {} })).toEqual({ ok: true, value: { next: {} } });
  });
});

describe("schemas that cannot be used", () => {
  test.each<[unknown, string, string]>([
    [{ unevaluatedProperties: false }, "", "unevaluatedProperties"],
    [{ properties: { a: { $dynamicRef: "#a" } } }, "/properties/a", "$dynamicRef"],
    [{ items: { $id: "https://example.com/other" } }, "/items", "$id"],
    [{ items: { minimum: 1, exclusiveMinimum: true } }, "/items", "exclusiveMinimum"],
    [{ $defs: {}, items: { $ref: "https://example.com/other.json" } }, "/items", "$ref"],
    [{ anyOf: [{ type: "any" }] }, "/anyOf/0", "type"],
  ])("%j is refused: the keyword would change the verdict", (schema, pointer, keyword) => {
    try {
      compileSchema(schema as JsonSchema);
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(UnsupportedKeywordError);
      expect(error).toMatchObject({ code: "ERR_SCHEMA_UNSUPPORTED", pointer, keyword });
      expect(String(error)).toContain(keyword);
    }
  });

  test.each<[unknown, string]>([
    [{ pattern: "(" }, "is not a regular expression"],
    [{ pattern: "\\-" }, "needless escapes"],
    [{ properties: { a: { minLength: -1 } } }, '"minLength" at /properties/a must be an integer of at least 0'],
    [{ enum: [] }, '"enum" at the schema\'s root'],
    [{ anyOf: [] }, '"anyOf"'],
    [{ required: "a" }, "a list of strings"],
    [{ properties: [] }, '"properties"'],
    [{ properties: { a: 1 } }, "Expected a schema at /properties/a"],
    [{ multipleOf: 0 }, "above 0"],
    [{ $ref: "#" }, "leads back to itself"],
    [
      { $ref: "#/$defs/a", $defs: { a: { anyOf: [{ $ref: "#/$defs/b" }] }, b: { allOf: [{ $ref: "#/$defs/a" }] } } },
      "leads back to itself",
    ],
    [{ $ref: "#/$defs/constructor", $defs: {} }, "points at nothing"],
    [{ $ref: "#/$defs/Persn", $defs: { Person: {} } }, "Did you mean #/$defs/Person?"],
    [nest(100_000, {}, (items) => ({ items })), "nested more than"],
    [null, "Expected a schema at the schema's root"],
    ["string", "Expected a schema"],
  ])("schema %#: a clear error", (schema, message) => {
    expect(() => compileSchema(schema as JsonSchema)).toThrow(SchemaConversionError);
    expect(() => compileSchema(schema as JsonSchema)).toThrow(message);
  });

  test("a schema object that contains itself is refused", () => {
    const cyclic: Record<string, unknown> = {};
    cyclic["items"] = cyclic;
    expect(() => compileSchema(cyclic)).toThrow("contains itself");
  });
});
