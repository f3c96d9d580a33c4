import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { extractMarkdownCodeBlocks } from "./markdown-blocks.ts";

const python = (code: string) => ({ language: "python", code });

describe("extractMarkdownCodeBlocks", () => {
  test.each([
    ["a block with a language", "Hi\n```python\nprint(1)\n```\nbye", [python("print(1)")]],
    ["a block without one", "```\nls\n```", [{ language: "", code: "ls" }]],
    ["spaces around the language", "```  python \nx\n```  ", [python("x")]],
    ["an info string", '```python title="a b" {1,3}\nx\n```', [python("x")]],
    [
      "attributes glued to the language",
      "```python,no_run\nx\n```\n```js{1}\ny\n```",
      [python("x"), { language: "js", code: "y" }],
    ],
    ["languages that are no words", "```c++\nx\n```", [{ language: "c++", code: "x" }]],
    ["tildes", "~~~python\nx\n~~~", [python("x")]],
    ["backticks in a block of tildes", "~~~python\n```\nx\n```\n~~~", [python("```\nx\n```")]],
    ["a longer fence", "````python\nx\n````", [python("x")]],
    ["a closer longer than its opener", "```python\nx\n`````", [python("x")]],
    ["CRLF", "```python\r\na\r\n\r\nb\r\n```\r\n", [python("a\n\nb")]],
    ["an empty block", "```python\n```", [python("")]],
    ["blank lines are kept", "```python\n\nx\n\n```", [python("\nx\n")]],
    ["two blocks", "```python\na\n```\n```sh\nb\n```", [python("a"), { language: "sh", code: "b" }]],
    ["a block in a list", "1. Run\n   ```python\n   if x:\n       y\n   ```", [python("if x:\n    y")]],
    ["a block after a list marker", "- ```python\n  x\n  ```\n2) ```python\n   y\n   ```", [python("x"), python("y")]],
    ["a block after prose", "Run: ```python\nx\n```\nthen\n```python\ny\n```", [python("x"), python("y")]],
    ["prose that mentions a fence", "Start with ```python\nlike so\n```python\ny\n```", [python("y")]],
    ["an indented closer", "```python\nx\n    ```\nand\n```python\ny\n```", [python("x"), python("y")]],
    [
      "a fence in a doc string",
      '```python\n"""\n    ```\n    x\n    ```\n"""\n```',
      [python('"""\n    ```\n    x\n    ```\n"""')],
    ],
    [
      "code inside an outer, longer fence",
      "````markdown\n```python\nx\n```\n````",
      [{ language: "markdown", code: "```python\nx\n```" }],
    ],
    ["fences with an info string do not close", "```python\na\n```sh\nb\n```", [python("a\n```sh\nb")]],
    ["inline code is no fence", "```x``` and ``` y ```\nz", []],
    ["an unclosed block gives nothing", "```python\nrm -rf", []],
    ["an unclosed outer fence hides what is in it", "````\n```python\nx\n```", []],
    ["indented code is not taken", "    x = 1", []],
    ["nothing", "", []],
  ])("%s", (_, text, blocks) => {
    expect(extractMarkdownCodeBlocks(text)).toEqual(blocks);
  });

  const line = fc.string().map((text) => text.replaceAll(/[`~\r\n]/g, "."));
  const code = fc.array(line).map((lines) => lines.join("\n"));
  const fence = fc.record({ char: fc.constantFrom("`", "~"), length: fc.integer({ min: 3, max: 8 }) });
  const language = fc.constantFrom("", "python", "sh", "C#");

  test("any code between fences comes back as it was, in order", () => {
    fc.assert(
      fc.property(fc.array(fc.record({ fence, language, code, prose: line })), (parts) => {
        const text = parts.map((part) => {
          const marks = part.fence.char.repeat(part.fence.length);
          return `${part.prose.replaceAll(/[-*+]/g, ".")}\n${marks}${part.language}\n${part.code}\n${marks}\n`;
        });
        expect(extractMarkdownCodeBlocks(text.join("\n"))).toEqual(
          parts.map((part) => ({ language: part.language, code: part.code })),
        );
      }),
    );
  });

  test("a document inside a longer fence is one block, whatever fences it has", () => {
    const inner = fc.array(fc.oneof(line, fc.constantFrom("```", "~~~~", "```python", "   ```", "- ```sh", "x ```sh")));
    fc.assert(
      fc.property(inner, (lines) => {
        const document = lines.join("\n");
        expect(extractMarkdownCodeBlocks(`\`\`\`\`\`markdown\n${document}\n\`\`\`\`\``)).toEqual([
          { language: "markdown", code: document },
        ]);
      }),
    );
  });

  test("line ends and position do not matter, and no code is invented", () => {
    const piece = fc.constantFrom("```", "````", "~~~", "python", "\n", " ", "    ", "x", "- ", "1. ", "\t");
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        const text = pieces.join("");
        const blocks = extractMarkdownCodeBlocks(text);
        expect(extractMarkdownCodeBlocks(text.replaceAll("\n", "\r\n"))).toEqual(blocks);
        const lines = new Set(["", ...text.split("\n").map((entry) => entry.trim())]);
        for (const block of blocks) {
          for (const entry of block.code.split("\n")) expect(lines).toContain(entry.trim());
        }
      }),
      { numRuns: 500 },
    );
  });

  test("a megabyte of fences is read in one pass", () => {
    expect(extractMarkdownCodeBlocks("```a\nx\n```\n".repeat(90_000))).toHaveLength(90_000);
    expect(extractMarkdownCodeBlocks("     ```\n".repeat(50_000))).toHaveLength(25_000);
    expect(extractMarkdownCodeBlocks("see ```a\n".repeat(50_000))).toEqual([]);
    expect(extractMarkdownCodeBlocks(`${" ".repeat(1_000_000)}x`)).toEqual([]);
  });
});
