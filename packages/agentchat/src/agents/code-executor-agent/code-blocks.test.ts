import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { extractCodeBlocks } from "./code-blocks.ts";

const LANGUAGES = ["python", "sh"];

describe("fenced code blocks", () => {
  test("of the languages, in any case, keep the language's spelling and the last newline", () => {
    const text = "a\n```python\nprint(1)\n```\nb\n```   SH\necho\n```";
    expect(extractCodeBlocks(text, LANGUAGES)).toEqual([
      { language: "python", code: "print(1)\n" },
      { language: "SH", code: "echo\n" },
    ]);
  });

  test.each([
    "```\nx\n```",
    "```py\nx\n```",
    "```python3\nx\n```",
    "```shell\nx\n```",
    "```python x\n```",
    "``sh\nx\n``",
  ])("without a language, or in another one, are left out: %j", (text) => {
    expect(extractCodeBlocks(text, LANGUAGES)).toEqual([]);
  });

  test("end at the first three backticks; carriage returns are line ends too", () => {
    expect(extractCodeBlocks("```sh\r\na\r\n``` ```sh\nb```", LANGUAGES)).toEqual([
      { language: "sh", code: "a\r\n" },
      { language: "sh", code: "b" },
    ]);
  });

  test("of a language with signs that expressions know", () => {
    expect(extractCodeBlocks("```c++\nx\n```\n```c\ny\n```", ["c++"])).toEqual([{ language: "c++", code: "x\n" }]);
  });

  test("are found again in any text that is fenced", () => {
    const code = fc.string().filter((text) => !text.includes("`"));
    fc.assert(
      fc.property(fc.array(code), (codes) => {
        const text = codes.map((one) => `\`\`\`sh\n${one}\`\`\``).join("\n\n");
        expect(extractCodeBlocks(text, LANGUAGES).map((block) => block.code)).toEqual(codes);
      }),
    );
  });

  test("a long text without an end is read in linear time", () => {
    expect(extractCodeBlocks("```sh\n".repeat(20_000), LANGUAGES).length).toBeGreaterThan(0);
    expect(extractCodeBlocks("```python ".repeat(50_000), LANGUAGES)).toEqual([]);
  });
});
