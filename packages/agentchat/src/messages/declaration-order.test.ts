import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { inDeclarationOrder } from "./declaration-order.ts";

const POINT = { type: "object", properties: { x: {}, y: {} }, required: ["x", "y"] };

describe("keys come in the order in which the schema declares them", () => {
  test("in nested objects, lists, references and alternatives", () => {
    const schema = {
      $defs: { Point: POINT },
      properties: {
        points: { items: { $ref: "#/$defs/Point" } },
        one: { anyOf: [{ $ref: "#/$defs/Point" }, { type: "null" }] },
        label: {},
      },
    };
    const value = { extra: 1, label: "l", one: { y: 2, x: 1 }, points: [{ y: 4, x: 3 }] };
    expect(JSON.stringify(inDeclarationOrder(schema, value))).toBe(
      '{"points":[{"x":3,"y":4}],"one":{"x":1,"y":2},"label":"l","extra":1}',
    );
  });

  test("a reference to itself ends", () => {
    const schema = { $ref: "#/$defs/a", $defs: { a: { $ref: "#/$defs/a" } } };
    expect(inDeclarationOrder(schema, { b: 1 })).toEqual({ b: 1 });
  });

  test("a recursive type is ordered at every depth", () => {
    const schema = { properties: { name: {}, children: { items: { $ref: "#" } } } };
    const value = { children: [{ children: [], name: "b" }], name: "a" };
    expect(JSON.stringify(inDeclarationOrder(schema, value))).toBe(
      '{"name":"a","children":[{"name":"b","children":[]}]}',
    );
  });

  test("nothing but the order changes", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (schema, value) => {
        expect(inDeclarationOrder(schema, value)).toEqual(value);
      }),
    );
  });
});
