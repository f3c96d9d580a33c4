import { describe, expect, test } from "vitest";
import { z } from "zod";
import { isTesseraeError } from "../errors/tesserae-error.ts";
import { compileSchema } from "./compile-schema.ts";
import type { JsonSchemaObject } from "./json-schema.ts";
import { toParametersSchema } from "./parameters-schema.ts";
import { toJsonSchema } from "./to-json-schema.ts";

describe("toParametersSchema", () => {
  test("one required integer, as Python writes it, to the byte", () => {
    const schema: JsonSchemaObject = {
      title: "Args",
      required: ["x"],
      properties: { x: { description: "the number", title: "X", type: "integer" } },
    };
    expect(JSON.stringify(toParametersSchema(schema))).toBe(
      '{"type":"object","properties":{"x":{"type":"integer","title":"X","description":"the number"}},"required":["x"],"additionalProperties":false}',
    );
  });

  test("no parameters and only optional ones", () => {
    expect(toParametersSchema({ type: "object" })).toEqual({
      type: "object",
      properties: {},
      required: [],
      additionalProperties: false,
    });
    expect(toParametersSchema({ properties: { a: { type: "string", default: "x" } } }).required).toEqual([]);
  });

  test("definitions are inlined, with what stands beside the reference", () => {
    const parameters = toParametersSchema({
      type: "object",
      properties: { arg: { $ref: "#/$defs/Nested", description: "nested" } },
      required: ["arg"],
      $defs: {
        Nested: { type: "object", description: "own", properties: { y: { $ref: "#/$defs/Y" } }, required: ["y"] },
        Y: { type: "integer" },
      },
    });
    expect(parameters).toEqual({
      type: "object",
      properties: {
        arg: { type: "object", description: "nested", properties: { y: { type: "integer" } }, required: ["y"] },
      },
      required: ["arg"],
      additionalProperties: false,
    });
  });

  test("recursive types are kept under $defs, and only those", () => {
    const parameters = toParametersSchema({
      type: "object",
      properties: { tree: { $ref: "#/$defs/Tree" }, leaf: { $ref: "#/$defs/Leaf" } },
      $defs: {
        Leaf: { type: "string" },
        Tree: {
          type: "object",
          properties: { leaf: { $ref: "#/$defs/Leaf" }, kids: { type: "array", items: { $ref: "#/$defs/Tree" } } },
        },
      },
    });
    expect(parameters.properties).toEqual({ tree: { $ref: "#/$defs/Tree" }, leaf: { type: "string" } });
    expect(parameters.$defs).toEqual({
      Tree: {
        type: "object",
        properties: { leaf: { type: "string" }, kids: { type: "array", items: { $ref: "#/$defs/Tree" } } },
      },
    });
    expect(compileSchema(parameters).is({ tree: { kids: [{ leaf: "a" }] } })).toBe(true);
    expect(compileSchema(parameters).is({ tree: { kids: [{ leaf: 1 }] } })).toBe(false);
  });

  test("types that contain each other, pointers into properties, and a recursive root", () => {
    const mutual = toParametersSchema({
      properties: { a: { $ref: "#/$defs/A" } },
      $defs: { A: { properties: { b: { $ref: "#/$defs/B" } } }, B: { properties: { a: { $ref: "#/$defs/A" } } } },
    });
    expect(Object.keys(mutual.$defs ?? {})).toEqual(["A", "B"]);
    const zod = z.object({
      name: z.string(),
      get children(): z.ZodArray<z.ZodAny> {
        return z.array(zod) as never;
      },
    });
    const recursive = toParametersSchema(toJsonSchema(zod));
    expect(compileSchema(recursive).is({ name: "a", children: [{ name: "b", children: [] }] })).toBe(true);
    expect(compileSchema(recursive).is({ name: "a", children: [{ name: 1, children: [] }] })).toBe(false);
    const rootReference = toParametersSchema({
      $ref: "#/$defs/Node",
      $defs: { Node: { type: "object", properties: { next: { $ref: "#/$defs/Node" } } } },
    });
    expect(rootReference).toMatchObject({ type: "object", properties: { next: { $ref: "#/$defs/Node" } } });
    expect(
      toParametersSchema({ properties: { a: { type: "string" }, b: { $ref: "#/properties/a" } } }).properties["b"],
    ).toEqual({ type: "string" });
  });

  test("is the same text whatever the order of keywords, and keeps the order of properties", () => {
    const one = toParametersSchema({
      type: "object",
      properties: {
        b: { type: "string", minLength: 1, description: "d" },
        a: { items: { enum: [1], type: "integer" }, type: "array" },
      },
    });
    const two = toParametersSchema({
      properties: {
        b: { description: "d", minLength: 1, type: "string" },
        a: { type: "array", items: { type: "integer", enum: [1] } },
      },
      type: "object",
    });
    expect(JSON.stringify(one)).toBe(JSON.stringify(two));
    expect(Object.keys(one.properties)).toEqual(["b", "a"]);
  });

  test("additionalProperties of the schema itself is kept", () => {
    expect(toParametersSchema({ additionalProperties: true }).additionalProperties).toBe(true);
    expect(toParametersSchema({ additionalProperties: { type: "string" } }).additionalProperties).toEqual({
      type: "string",
    });
  });

  test("an intersection of objects is taken together", () => {
    const both = toParametersSchema(
      toJsonSchema(z.intersection(z.object({ a: z.string() }), z.object({ b: z.number().optional() }))),
    );
    expect(both).toMatchObject({
      properties: { a: { type: "string" }, b: { type: "number" } },
      required: ["a"],
      additionalProperties: false,
    });
  });

  test.each<[string, JsonSchemaObject]>([
    ["an optional parameter", { properties: { a: { type: "string" } } }],
    ["a default", { properties: { a: { type: "string", default: "x" }, b: true }, required: ["b"] }],
    ["other parameters", { properties: { a: true }, required: ["a"], additionalProperties: true }],
    [
      "other parameters by schema",
      { properties: { a: true }, required: ["a"], additionalProperties: { type: "string" } },
    ],
    ["a required parameter without schema", { required: ["a"] }],
  ])("strict refuses %s", (_name, schema) => {
    expect(() => toParametersSchema(schema, { strict: true })).toThrow(/^Strict mode is enabled/);
    expect(() => toParametersSchema(schema)).not.toThrow();
  });

  test("strict takes what providers take", () => {
    expect(
      toParametersSchema({ properties: { a: { type: ["string", "null"] } }, required: ["a"] }, { strict: true })
        .required,
    ).toEqual(["a"]);
  });

  test.each([
    [{ type: "string" }],
    [{ anyOf: [{ type: "object" }] }],
    [{ $ref: "#/$defs/s", $defs: { s: { type: "array" } } }],
  ] as JsonSchemaObject[][])("%j is no schema of an object", (schema) => {
    expect(() => toParametersSchema(schema)).toThrow("schema of an object");
  });

  test("a reference to nothing, a schema that is not JSON, and one that grows without bound are clear errors", () => {
    expect(() => toParametersSchema({ properties: { a: { $ref: "#/$defs/None" } } })).toThrow("points at nothing");
    try {
      toParametersSchema({ properties: { a: { default: new Date(0) } } });
      expect.unreachable();
    } catch (error) {
      expect(isTesseraeError(error)).toBe(true);
      expect(String(error)).toContain("/properties/a");
    }
    const $defs: Record<string, JsonSchemaObject> = { d0: { type: "string" } };
    for (let level = 1; level < 40; level += 1) {
      $defs[`d${level}`] = {
        properties: { a: { $ref: `#/$defs/d${level - 1}` }, b: { $ref: `#/$defs/d${level - 1}` } },
      };
    }
    expect(() => toParametersSchema({ properties: { a: { $ref: "#/$defs/d39" } }, $defs })).toThrow("Make it smaller");
  });
});
