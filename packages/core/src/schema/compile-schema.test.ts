import { describe, expect, test } from "vitest";
import { compileSchema, type CompileOptions } from "./compile-schema.ts";
import { formatIssues } from "./issue.ts";
import type { JsonSchema } from "./json-schema.ts";

function issuesOf(schema: JsonSchema, value: unknown, options: CompileOptions = {}): string[] {
  const result = compileSchema(schema, options).validate(value);
  return result.ok
    ? []
    : result.issues.map(({ pointer, keyword, schemaPointer }) => `${pointer} ${keyword} ${schemaPointer}`);
}

function messageOf(schema: JsonSchema, value: unknown): string {
  const result = compileSchema(schema).validate(value);
  return result.ok ? "fits" : formatIssues(result.issues);
}

const person: JsonSchema = {
  type: "object",
  properties: {
    name: { type: "string", minLength: 1 },
    age: { type: "integer", minimum: 0 },
    mode: { enum: ["fast", "slow"] },
    tags: { type: "array", items: { type: "string" } },
  },
  required: ["name", "age"],
  additionalProperties: false,
};

describe("issues", () => {
  test("come all at once, each with the place in the value and in the schema", () => {
    expect(issuesOf(person, { age: -1, mode: "fats", tags: ["a", 1, null], "a/b": 1 })).toEqual([
      " required /required",
      "/age minimum /properties/age/minimum",
      "/mode enum /properties/mode/enum",
      "/tags/1 type /properties/tags/items/type",
      "/tags/2 type /properties/tags/items/type",
      "/a~1b additionalProperties /additionalProperties",
    ]);
  });

  test("say in plain words what was expected and what was found", () => {
    expect(messageOf(person, { nmae: "x", age: 1.5, mode: "fats" }).split("\n")).toEqual([
      'the key "name" (a string) is missing; found "nmae", did you mean "name"?',
      '/nmae: "nmae" is not a known key; did you mean "name"?',
      "/age: expected an integer, found the number 1.5",
      '/mode: expected "fast" or "slow", found "fats"; did you mean "fast"?',
    ]);
    expect(messageOf(person, [])).toBe("expected an object, found an empty array");
    expect(messageOf(person, { name: "", age: 1 })).toBe("/name: expected at least 1 character, found 0");
    expect(messageOf(person, { name: "x", age: 1, zzz: 1 })).toBe(
      '/zzz: "zzz" is not a known key; known are "name", "age", "mode" or "tags"',
    );
    expect(messageOf({ type: ["integer", "null"] }, "7")).toBe("expected an integer or null, found a string");
    expect(messageOf({ uniqueItems: true }, [1, { a: 1, b: 2 }, 3, { b: 2, a: 1 }])).toBe(
      "expected items that all differ, but items 1 and 3 are equal",
    );
  });

  test("do not show a text where another type was expected: it may be a secret", () => {
    expect(messageOf({ properties: { key: { type: "object" } } }, { key: "sk-secret" })).not.toContain("sk-secret");
  });

  test("are cut at the limit, and say so", () => {
    const result = compileSchema({ items: { type: "string" } }, { maxIssues: 3 }).validate(
      Array.from({ length: 1_000_000 }, () => 1),
    );
    expect(result.ok ? [] : result.issues.map(({ pointer, message }) => `${pointer} ${message}`)).toEqual([
      "/0 expected a string, found the number 1",
      "/1 expected a string, found the number 1",
      "/2 expected a string, found the number 1",
      " only the first 3 issues are listed",
    ]);
  });
});

describe("keywords", () => {
  test.each<[string, JsonSchema, readonly unknown[], readonly unknown[]]>([
    [
      "1.0 is an integer, NaN and infinities are no numbers",
      { type: "integer" },
      [1, 1.0, -0, 1e20],
      [1.5, Number.NaN, Infinity, "1", true, null],
    ],
    ["numbers are finite", { type: "number" }, [1.5, -1e308], [Number.NaN, -Infinity, 1n]],
    [
      "lengths count characters, not code units",
      { minLength: 2, maxLength: 3 },
      ["ab", "😀😀", "😀a😀", 5],
      ["a", "😀", "abcd", "😀😀😀😀"],
    ],
    ["patterns are not anchored and know Unicode", { pattern: "^\\p{L}+$" }, ["é", "ab", 1], ["", "a1"]],
    ["multiples are exact where numbers allow it", { multipleOf: 0.1 }, [0.3, 1.1, 0, 1e10], [0.35, 0.05]],
    ["multiples of large numbers", { multipleOf: 0.5 }, [1e308], [0.7]],
    [
      "a constant may be an object",
      { const: { a: [1, { b: null }] } },
      [{ a: [1, { b: null }] }],
      [{ a: [1, { b: 0 }] }, { a: [1] }, null],
    ],
    [
      "enum compares by value and type",
      { enum: [1, "1", null, [2]] },
      [1, "1", null, [2], 1.0],
      [true, "null", [], [3], 0],
    ],
    [
      "a list as items is a tuple (draft 7)",
      { items: [{ type: "string" }], additionalItems: false },
      [[], ["a"]],
      [["a", 1], [1]],
    ],
    ["nullable adds null to the type", { type: "string", nullable: true }, ["a", null], [1]],
    ["nullable says nothing without a type", { enum: ["a"], nullable: true }, ["a"], [null]],
    [
      "dependencies in both old forms",
      { dependencies: { a: ["b"], c: { required: ["d"] } } },
      [{ a: 1, b: 1 }, { c: 1, d: 1 }, {}],
      [{ a: 1 }, { c: 1 }],
    ],
    [
      "a key with undefined is missing",
      { required: ["a"], properties: { b: { type: "string" } }, additionalProperties: false },
      [{ a: 1, b: undefined }].slice(1),
      [{ a: undefined }],
    ],
    [
      "an own __proto__ is a key like others",
      JSON.parse(
        '{"properties":{"__proto__":{"type":"string"}},"required":["__proto__"],"additionalProperties":false}',
      ) as JsonSchema,
      [JSON.parse('{"__proto__":"a"}')],
      [{}, JSON.parse('{"__proto__":1}')],
    ],
    [
      "inherited keys are not there",
      { required: ["toString"] },
      [{ toString: 1 }],
      [{}, Object.create({ toString: 1 }) as object],
    ],
    ["the empty key counts", { required: [""] }, [{ "": 1 }], [{}]],
    [
      "anchors",
      { $defs: { n: { $anchor: "num", type: "number" } }, properties: { a: { $ref: "#num" } } },
      [{ a: 1 }],
      [{ a: "1" }],
    ],
    [
      "definitions and escaped pointers",
      { definitions: { "a/b %": { type: "number" } }, items: { $ref: "#/definitions/a~1b%20%25" } },
      [[1]],
      [["1"]],
    ],
    [
      "a reference by the root's own $id",
      {
        $id: "https://example.com/s",
        properties: { a: { $ref: "https://example.com/s#/$defs/t" } },
        $defs: { t: false },
      },
      [{}],
      [{ a: 1 }],
    ],
    [
      "keywords beside $ref hold too",
      { $defs: { s: { type: "string" } }, $ref: "#/$defs/s", minLength: 2 },
      ["ab"],
      ["a", 12],
    ],
    ["true and false", { properties: { a: true, b: false } }, [{ a: 1 }, {}], [{ b: 1 }]],
    [
      "what is not a keyword of JSON Schema is an annotation",
      { "x-order": 1, example: 2, deprecated: true, unevaluatedProperties: true },
      [1, {}],
      [],
    ],
  ])("%s", (_name, schema, fitting, failing) => {
    const compiled = compileSchema(schema);
    for (const value of fitting) expect(compiled.validate(value)).toEqual({ ok: true, value });
    for (const value of failing) {
      expect(compiled.validate(value).ok).toBe(false);
      expect(compiled.is(value)).toBe(false);
    }
  });
});

describe("unions", () => {
  const shapes: JsonSchema = {
    oneOf: [
      { type: "object", properties: { kind: { const: "circle" }, r: { type: "number" } }, required: ["kind", "r"] },
      {
        type: "object",
        properties: { kind: { const: "square" }, side: { type: "number" } },
        required: ["kind", "side"],
      },
    ],
  };

  test("alternatives that a constant tells apart give the issues of the one that was meant", () => {
    expect(messageOf(shapes, { kind: "square", side: "1" })).toBe("/side: expected a number, found a string");
    expect(messageOf(shapes, { kind: "sqare" })).toBe(
      '/kind: expected "circle" or "square", found "sqare"; did you mean "square"?',
    );
    expect(messageOf(shapes, {})).toBe('the key "kind" is missing; it must be "circle" or "square"');
    expect(messageOf(shapes, 1)).toBe('expected an object whose "kind" is "circle" or "square", found the number 1');
  });

  test("OpenAPI's discriminator chooses by constant, by mapping, or by the schema's name", () => {
    const $defs: Record<string, JsonSchema> = {
      cat: { type: "object", properties: { kind: { type: "string" }, meow: { type: "boolean" } }, required: ["meow"] },
      dog: { type: "object", properties: { kind: { type: "string" }, bark: { type: "boolean" } }, required: ["bark"] },
    };
    const oneOf: JsonSchema[] = [{ $ref: "#/$defs/cat" }, { $ref: "#/$defs/dog" }];
    const byName = { $defs, oneOf, discriminator: { propertyName: "kind" } };
    const mapped = { $defs, oneOf, discriminator: { propertyName: "kind", mapping: { C: "#/$defs/cat", D: "dog" } } };
    expect(issuesOf(byName, { kind: "dog", bark: true, meow: true })).toEqual([]);
    expect(issuesOf(byName, { kind: "dog" })).toEqual([" required /$defs/dog/required"]);
    expect(issuesOf(mapped, { kind: "C", meow: true })).toEqual([]);
    expect(issuesOf(mapped, { kind: "D" })).toEqual([" required /$defs/dog/required"]);
    expect(issuesOf(mapped, { kind: "cat", meow: true })).toEqual(["/kind discriminator /discriminator"]);
    expect(() => compileSchema({ anyOf: [{ type: "object" }], discriminator: { propertyName: "kind" } })).toThrow(
      "cannot tell alternative 0 apart",
    );
  });

  test("a value of no allowed type is told in one line, one that was nearly right in its own", () => {
    const schema: JsonSchema = {
      anyOf: [{ type: "string" }, { type: "array", items: { type: "string" } }, { type: "null" }],
    };
    expect(messageOf(schema, 7)).toBe("expected a string, an array or null, found the number 7");
    expect(messageOf(schema, ["a", 1])).toBe("/1: expected a string, found the number 1");
    expect(messageOf({ anyOf: [{ required: ["a"] }, { required: ["b"] }] }, {})).toBe(
      'fits none of the 2 allowed forms: (1) the key "a" is missing; (2) the key "b" is missing',
    );
    expect(messageOf({ oneOf: [{ minimum: 1 }, { maximum: 5 }] }, 3)).toContain("forms 1 and 2 all fit");
  });
});
