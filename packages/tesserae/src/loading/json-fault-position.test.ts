import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { jsonFaultPosition } from "./json-fault-position.ts";

describe("where a text stops being JSON", () => {
  test.each([
    ['{"a": x}', 6],
    ["[1, 2", 5],
    ['{"a": 1,}', 8],
    ["[1 2]", 3],
    ["{a: 1}", 1],
    ['{"a" 1}', 5],
    ["[1] x", 4],
    ['"open', 0],
    ["", 0],
    ['{"a": [1, {"b": tru}]}', 16],
    ["01", 1],
    ["{]", 1],
  ])("%s", (text, position) => {
    expect(jsonFaultPosition(text)).toBe(position);
  });

  test("a text that is cut anywhere is faulty where it was cut, or where its last word began", () => {
    fc.assert(
      fc.property(fc.json(), fc.nat(), (json, cut) => {
        const text = json.slice(0, cut % Math.max(1, json.length));
        fc.pre(!isJson(text));
        const position = jsonFaultPosition(text);
        expect(position).toBeLessThanOrEqual(text.length);
        // What stands before the fault is a beginning of the whole text.
        expect(json.startsWith(text.slice(0, position))).toBe(true);
      }),
    );
  });

  test("whole JSON is read to its end, however deep", () => {
    fc.assert(
      fc.property(fc.json(), (json) => {
        expect(jsonFaultPosition(json)).toBe(json.length);
      }),
    );
    const deep = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;
    expect(jsonFaultPosition(deep)).toBe(deep.length);
  });
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
