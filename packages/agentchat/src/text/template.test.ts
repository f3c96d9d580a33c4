import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fillTemplate } from "./template.ts";

describe("a template of Python's str.format", () => {
  test("fills in names; text stands as it is, everything else as compact JSON", () => {
    const filled = fillTemplate("a {field1} b {field2} {list} {none} {flag}", {
      field1: "x",
      field2: 42,
      list: [{ a: 1 }, "it's"],
      none: null,
      flag: true,
    });
    expect(filled).toBe(`a x b 42 [{"a":1},"it's"] null true`);
  });

  test("doubled braces are braces", () => {
    expect(fillTemplate("{{json}} {{{name}}}", { name: "x" })).toBe("{json} {x}");
  });

  test("a value is put in as it is, whatever signs are in it", () => {
    expect(fillTemplate("<{value}>", { value: "{other} $& $1 {{" })).toBe("<{other} $& $1 {{>");
  });

  test("a name without a value is an error that lists the names", () => {
    expect(() => fillTemplate("{missing}", { name: 1, other: 2 })).toThrow(/\{missing\}.*name, other/);
    expect(() => fillTemplate("{toString}", {})).toThrow(/toString/);
  });

  test("a single brace is an error that says how to write it", () => {
    expect(() => fillTemplate("a } b", {})).toThrow(/"\}\}"/);
    expect(() => fillTemplate("a { b", {})).toThrow(/"\{\{"/);
  });

  test("any text survives when its braces are doubled", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(fillTemplate(text.replaceAll("{", "{{").replaceAll("}", "}}"), {})).toBe(text);
      }),
    );
  });

  test("any value survives", () => {
    fc.assert(
      fc.property(fc.string(), (value) => {
        expect(fillTemplate("[{value}]", { value })).toBe(`[${value}]`);
      }),
    );
  });
});
