import { afterAll, describe, expect, test } from "vitest";
import { TemporaryFolder } from "../../testing/temporary-folder.ts";
import { readRows } from "./rows.ts";

const folder = new TemporaryFolder();
afterAll(() => folder.remove());

function csv(text: string): unknown {
  return readRows(folder.write("data.csv", text));
}

describe("CSV", () => {
  test("has numbers as numbers and empty cells as null", () => {
    expect(csv("a,b,c\n1,x,\n-2.5e3,,3\n")).toEqual([
      { a: 1, b: "x", c: null },
      { a: -2500, b: null, c: 3 },
    ]);
  });

  test("may be quoted, with separators, line ends and quotes inside", () => {
    expect(csv('name,note\r\n"Doe, Ada","said ""yes""\nand left"\r\n')).toEqual([
      { name: "Doe, Ada", note: 'said "yes"\nand left' },
    ]);
  });

  test("may be separated by semicolons or tabs, and begin with a byte order mark", () => {
    expect(csv("\uFEFFa;b\n1;2\n")).toEqual([{ a: 1, b: 2 }]);
    expect(csv("a\tb\n1\t2")).toEqual([{ a: 1, b: 2 }]);
  });

  test("leaves out empty lines, fills short ones and refuses long ones, naming the line", () => {
    expect(csv("a,b\n\n1\n")).toEqual([{ a: 1, b: null }]);
    expect(() => csv("a,b\n1,2\n1,2,3\n")).toThrow(/line 3: 3 cells/);
  });

  test("dates and identifiers stay text", () => {
    expect(csv("d,i\n2024-01-31,1_000\n")).toEqual([{ d: "2024-01-31", i: "1_000" }]);
  });

  test("an empty file is refused", () => {
    expect(() => csv("")).toThrow("is empty");
  });
});

describe("JSON", () => {
  test("is a list of objects, or an object with one", () => {
    expect(readRows(folder.write("a.json", [{ a: 1, b: "" }]))).toEqual([{ a: 1, b: null }]);
    expect(readRows(folder.write("b.json", { meta: 1, rows: [{ a: { deep: true } }] }))).toEqual([
      { a: '{"deep":true}' },
    ]);
  });

  test("anything else is refused, naming the file", () => {
    expect(() => readRows(folder.write("c.json", "{"))).toThrow(/c\.json is not JSON/);
    expect(() => readRows(folder.write("d.json", { a: 1 }))).toThrow(/d\.json holds no list/);
    expect(() => readRows(folder.write("e.json", [1]))).toThrow(/e\.json: row 1/);
  });
});
