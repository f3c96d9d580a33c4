import { expect, test } from "vitest";
import * as z from "zod";
import type { JsonObject } from "../json.ts";
import { strictSchema } from "./strict-schema.ts";
import { toJsonSchema } from "./to-json-schema.ts";

const strictOf = (schema: JsonObject): JsonObject | string => {
  const made = strictSchema(schema);
  return made.ok ? made.schema : made.reason;
};

test("objects are closed and all properties required, however deep; the given schema stays as it is", () => {
  const schema = toJsonSchema(
    z.object({ a: z.string(), list: z.array(z.object({ b: z.number().default(1), c: z.string().nullish() })) }),
  );
  const before = structuredClone(schema);
  expect(strictOf(schema)).toEqual({
    type: "object",
    properties: {
      a: { type: "string" },
      list: {
        type: "array",
        items: {
          type: "object",
          properties: { b: { type: "number", default: 1 }, c: { type: ["string", "null"] } },
          required: ["b", "c"],
          additionalProperties: false,
        },
      },
    },
    required: ["a", "list"],
    additionalProperties: false,
  });
  expect(schema).toEqual(before);
});

test("what pydantic writes for optional fields is made required: their default is null", () => {
  const Node: JsonObject = {
    type: "object",
    title: "Node",
    properties: {
      value: { type: "integer" },
      next: { anyOf: [{ $ref: "#/$defs/Node" }, { type: "null" }], default: null },
    },
    required: ["value"],
  };
  expect(strictOf({ ...Node, $defs: { Node } })).toMatchObject({
    required: ["value", "next"],
    additionalProperties: false,
    $defs: { Node: { required: ["value", "next"], additionalProperties: false } },
  });
});

test("a property that is a reference may be left out where what it refers to may be null", () => {
  const schema = (target: JsonObject): JsonObject => ({
    type: "object",
    properties: { a: { $ref: "#/$defs/A~1B" } },
    $defs: { "A/B": target },
  });
  expect(strictOf(schema({ enum: ["x", null] }))).toMatchObject({ required: ["a"] });
  expect(strictOf(schema({ enum: ["x"] }))).toMatch(/\/properties\/a may be left out/);
  expect(strictOf(schema({ $ref: "#/$defs/A~1B" }))).toMatch(/\/properties\/a may be left out/);
});

test("alternatives are anyOf", () => {
  const schema = toJsonSchema(
    z.object({ a: z.discriminatedUnion("k", [z.object({ k: z.literal("x") }), z.object({ k: z.literal("y") })]) }),
  );
  const branch = (value: string): object => ({
    type: "object",
    properties: { k: { type: "string", const: value } },
    required: ["k"],
    additionalProperties: false,
  });
  expect(strictOf(schema)).toMatchObject({ properties: { a: { anyOf: [branch("x"), branch("y")] } } });
  expect(JSON.stringify(strictOf(schema))).not.toContain("oneOf");
});

test.each<[string, JsonObject, RegExp]>([
  ["a list", toJsonSchema(z.array(z.string())), /one object/],
  ["a union", toJsonSchema(z.union([z.object({ a: z.string() }), z.object({ b: z.string() })])), /one object/],
  ["an optional property", toJsonSchema(z.object({ a: z.string().optional() })), /^\/properties\/a may be left out/],
  ["a record", toJsonSchema(z.object({ a: z.record(z.string(), z.number()) })), /^\/properties\/a has propertyNames/],
  [
    "a map",
    { type: "object", properties: { a: { type: "object", additionalProperties: {} } }, required: ["a"] },
    /does not say its properties/,
  ],
  ["a tuple", toJsonSchema(z.object({ a: z.tuple([z.string()]) })), /^\/properties\/a has prefixItems/],
  [
    "an old tuple",
    { type: "object", properties: { a: { type: "array", items: [{}] } }, required: ["a"] },
    /is a tuple/,
  ],
  ["an open object", toJsonSchema(z.looseObject({ a: z.string() })), /^the whole is an object that may have more/],
  ["any object", { type: "object" }, /^the whole is an object that does not say its properties/],
  ["a condition", { type: "object", properties: {}, if: {} }, /^the whole has if/],
  ["a property that is never", { type: "object", properties: { a: false }, required: ["a"] }, /takes nothing/],
])("%s has no strict form", (_name, schema, reason) => {
  expect(strictOf(schema)).toMatch(reason);
});

test("words of a schema that are data are left alone", () => {
  const data = { type: "object", properties: { not: { const: { type: "object", not: 1 } } }, required: ["not"] };
  expect(strictOf(data)).toEqual({ ...data, additionalProperties: false });
});
