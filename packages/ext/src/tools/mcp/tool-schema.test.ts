import type { JsonObject } from "@tesserae/core";
import { describe, expect, test } from "vitest";
import { parametersOf } from "./tool-schema.ts";

const of = (inputSchema: JsonObject): unknown => parametersOf({ name: "t", inputSchema });

describe("what a model is told of a tool's arguments", () => {
  test("is closed where the server leaves it open", () => {
    const closed = { type: "object", properties: {}, required: [], additionalProperties: false };
    expect(of({ type: "object" })).toEqual(closed);
    expect(of({ type: "object", properties: null, $schema: "x" })).toEqual(closed);
  });

  test("keeps everything that the server says", () => {
    const schema = {
      type: "object",
      properties: { a: { $ref: "#/$defs/A" }, b: { anyOf: [{ type: "string" }, { type: "null" }], default: null } },
      required: ["a"],
      additionalProperties: true,
      $defs: { A: { type: "object", properties: { next: { $ref: "#/$defs/A" } } } },
      anyOf: [{ required: ["a"] }, { required: ["b"] }],
      description: "Arguments.",
    };
    expect(of(schema)).toEqual(schema);
  });

  test("has items in every array that does not say what it holds, however deep", () => {
    expect(
      of({
        type: "object",
        properties: {
          plain: { type: "array" },
          nullable: { type: ["array", "null"] },
          said: { type: "array", items: { type: "array" } },
          tuple: { type: "array", prefixItems: [{ type: "array" }] },
          // A property may have the name of a keyword.
          items: { type: "object", additionalProperties: { type: "array" } },
          either: { oneOf: [{ type: "array" }, { type: "string", enum: ["array"] }] },
        },
        definitions: { D: { type: "array" } },
      }),
    ).toMatchObject({
      properties: {
        plain: { type: "array", items: {} },
        nullable: { type: ["array", "null"], items: {} },
        said: { type: "array", items: { type: "array", items: {} } },
        tuple: { type: "array", prefixItems: [{ type: "array", items: {} }] },
        items: { type: "object", additionalProperties: { type: "array", items: {} } },
        either: {
          oneOf: [
            { type: "array", items: {} },
            { type: "string", enum: ["array"] },
          ],
        },
      },
      definitions: { D: { type: "array", items: {} } },
    });
  });
});
