import { describe, expect, test } from "vitest";
import {
  FormatNotSupportedError,
  ReferenceNotFoundError,
  SchemaConversionError,
  UnsupportedKeywordError,
} from "./errors.ts";
import type { JsonSchemaObject } from "./json-schema.ts";
import { schemaToValidator } from "./schema-to-validator.ts";

function check(schema: JsonSchemaObject, value: unknown): unknown {
  const result = schemaToValidator(schema).validate(value);
  return result.ok ? result.value : result.issues.map(({ pointer }) => pointer);
}

describe("schemaToValidator", () => {
  test("a $ref to nothing", () => {
    const schema = { type: "object", properties: { a: { $ref: "#/$defs/Missing" } } } as const;
    expect(() => schemaToValidator(schema)).toThrow(ReferenceNotFoundError);
    expect(() => schemaToValidator(schema)).toThrow(SchemaConversionError);
  });

  test("a format that is not known", () => {
    const schema = { type: "object", properties: { a: { type: "string", format: "emial" } } } as const;
    expect(() => schemaToValidator(schema)).toThrow(FormatNotSupportedError);
    expect(() => schemaToValidator(schema)).toThrow('Did you mean "email"?');
  });

  test.each([[{ title: "no type" }], [{}], [{ type: "unsupported" }], [{ minimum: 1 }]])(
    "a property %j without a type that is known",
    (property) => {
      const schema = { type: "object", properties: { a: property } } as JsonSchemaObject;
      expect(() => schemaToValidator(schema)).toThrow(UnsupportedKeywordError);
    },
  );

  test("anyOf of an array with 1 to 3 items and a string", () => {
    const schema: JsonSchemaObject = {
      type: "object",
      properties: {
        v: { anyOf: [{ type: "array", items: { type: "string" }, minItems: 1, maxItems: 3 }, { type: "string" }] },
      },
      required: ["v"],
    };
    expect(check(schema, { v: ["a", "b"] })).toEqual({ v: ["a", "b"] });
    expect(check(schema, { v: "a" })).toEqual({ v: "a" });
    expect(check(schema, { v: [] })).toEqual(["/v"]);
    expect(check(schema, { v: ["a", "b", "c", "d"] })).toEqual(["/v"]);
  });

  test("a discriminated oneOf picks Cat or Dog", () => {
    const schema: JsonSchemaObject = {
      type: "object",
      properties: {
        pet: { oneOf: [{ $ref: "#/$defs/Cat" }, { $ref: "#/$defs/Dog" }], discriminator: { propertyName: "pet_type" } },
      },
      required: ["pet"],
      $defs: {
        Cat: {
          type: "object",
          properties: { pet_type: { type: "string", enum: ["cat"] }, hunting: { type: "string" } },
          required: ["pet_type", "hunting"],
        },
        Dog: {
          type: "object",
          properties: { pet_type: { type: "string", enum: ["dog"] }, pack: { type: "integer" } },
          required: ["pet_type", "pack"],
        },
      },
    };
    expect(check(schema, { pet: { pet_type: "cat", hunting: "lazy" } })).toEqual({
      pet: { pet_type: "cat", hunting: "lazy" },
    });
    expect(check(schema, { pet: { pet_type: "dog", pack: "3" } })).toEqual({ pet: { pet_type: "dog", pack: 3 } });
    expect(check(schema, { pet: { pet_type: "dog", hunting: "x" } })).toEqual(["/pet"]);
    expect(check(schema, { pet: { pet_type: "cow" } })).toEqual(["/pet/pet_type"]);
  });

  test("int32 and enum limits are enforced", () => {
    const schema: JsonSchemaObject = {
      type: "object",
      properties: { n: { type: "integer", format: "int32" }, e: { enum: ["a", "b"] } },
      required: ["n", "e"],
    };
    expect(check(schema, { n: 2147483647, e: "a" })).toEqual({ n: 2147483647, e: "a" });
    expect(check(schema, { n: 2147483648, e: "c" })).toEqual(["/n", "/e"]);
    expect(check(schema, { n: -2147483649, e: "b" })).toEqual(["/n"]);
  });

  test("an optional property without default may be null, and is null when it is missing", () => {
    const schema: JsonSchemaObject = {
      type: "object",
      properties: {
        a: { type: "string" },
        b: { type: "integer", default: 5 },
        c: { type: "array", items: { type: "integer" }, minItems: 1 },
      },
    };
    expect(check(schema, {})).toEqual({ a: null, b: 5, c: null });
    expect(check(schema, { a: null, b: "7", c: ["1"], extra: 1 })).toEqual({ a: null, b: 7, c: [1] });
    expect(check(schema, { b: null })).toEqual(["/b"]);
  });

  test("the parts of allOf are taken together: what one requires is required", () => {
    const schema: JsonSchemaObject = {
      allOf: [{ $ref: "#/$defs/Base" }, { type: "object", properties: { b: { type: "integer" } }, required: ["a"] }],
      $defs: {
        Base: {
          type: "object",
          properties: { a: { type: "string" }, d: { type: "integer", default: 1 } },
          minProperties: 1,
        },
      },
    };
    expect(check(schema, { a: "x" })).toEqual({ a: "x", b: null, d: 1 });
    expect(check(schema, {})).toEqual([""]);
  });

  test("recursive types", () => {
    const schema: JsonSchemaObject = {
      type: "object",
      properties: { name: { type: "string" }, sub: { type: "array", items: { $ref: "#/$defs/Category" } } },
      required: ["name", "sub"],
      $defs: {
        Category: {
          type: "object",
          properties: { name: { type: "string" }, sub: { type: "array", items: { $ref: "#/$defs/Category" } } },
          required: ["name"],
        },
      },
    };
    expect(check(schema, { name: "a", sub: [{ name: "b", sub: [{ name: "c" }] }] })).toEqual({
      name: "a",
      sub: [{ name: "b", sub: [{ name: "c", sub: null }] }],
    });
    expect(check(schema, { name: "a", sub: [{ name: "b", sub: [{}] }] })).toEqual(["/sub/0/sub/0"]);
  });
});
