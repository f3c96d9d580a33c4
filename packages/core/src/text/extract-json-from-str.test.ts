import { describe, expect, test } from "vitest";
import { isTesseraeError } from "../errors/tesserae-error.ts";
import { extractJsonFromStr } from "./extract-json-from-str.ts";

const object = '\n{\n "name": "John",\n "age": 30\n}\n';
const john = { name: "John", age: 30 };

describe("extractJsonFromStr", () => {
  test("reads plain JSON", () => {
    expect(extractJsonFromStr(object)).toEqual([john]);
  });

  test("reads a block fenced as json, in any case", () => {
    expect(extractJsonFromStr(`Here: \`\`\`json${object}\`\`\` done`)).toEqual([john]);
    expect(extractJsonFromStr(`\`\`\` JSON${object}\`\`\``)).toEqual([john]);
  });

  test("reads a block without language", () => {
    expect(extractJsonFromStr(`\`\`\`${object}\`\`\``)).toEqual([john]);
  });

  test("two blocks give a list of two", () => {
    expect(extractJsonFromStr(`\`\`\`json${object}\`\`\`\nand\n\`\`\`\n[1, null]\n\`\`\``)).toEqual([john, [1, null]]);
  });

  test("a block of another language is refused, by name", () => {
    expect(() => extractJsonFromStr(`\`\`\`notjson${object}\`\`\``)).toThrow(
      "Expected JSON object, but found language: notjson",
    );
    expect(() => extractJsonFromStr("```c++\n{}\n```")).toThrow("found language: c++");
  });

  test.each([[""], ["no json"], ["```json\n{broken\n```"], ["```json {} ```"]])(
    "%j is no JSON: a clear error",
    (text) => {
      try {
        extractJsonFromStr(text);
        expect.unreachable();
      } catch (error) {
        expect(isTesseraeError(error, "ERR_INVALID_ARGUMENT")).toBe(true);
        expect(String(error)).toContain("to be JSON");
      }
    },
  );

  test("a long text of backticks is read in no time worth naming", () => {
    expect(() => extractJsonFromStr("```\n".repeat(20_000))).toThrow("to be JSON");
    expect(() => extractJsonFromStr("`".repeat(200_000))).toThrow("to be JSON");
    expect(() => extractJsonFromStr(`\`\`\`${" ".repeat(50_000)}`)).toThrow("to be JSON");
  });
});
