import { describe, expect, onTestFinished, test } from "vitest";
import { makeTree } from "../lib/make-tree.ts";
import { readRegion, syncPage } from "../lib/snippets.ts";
import { snippets } from "./snippets.ts";

const EXAMPLE = `import { x } from "x";

async function main() {
  //#region run
  const a = 1;
  if (a) {
    x(a);
  }
  //#region inner
  y();
  //#endregion
  //#endregion run
}
`;
const RUN = "const a = 1;\nif (a) {\n  x(a);\n}\ny();\n";

function fence(source: string, body: string): string {
  return `# Page\n\n\`\`\`ts ${source}\n${body}\`\`\`\n\nText.\n`;
}

async function rootWith(page: string, more: Record<string, string> = {}): Promise<string> {
  return makeTree({ "docs/page.md": page, "examples/a.ts": EXAMPLE, ...more }, onTestFinished);
}

async function problemsOf(page: string): Promise<readonly string[]> {
  return (await snippets.check(await rootWith(page))).problems;
}

describe("a region", () => {
  test("loses its indentation and the markers inside it", () => {
    expect(readRegion(EXAMPLE, "run")).toBe(RUN);
    expect(readRegion(EXAMPLE, "inner")).toBe("y();\n");
  });

  test("is the whole file without markers when none is named", () => {
    expect(readRegion("//#region a\nx();\n//#endregion\n", undefined)).toBe("x();\n");
  });

  test("that does not exist, or does not end, is none", () => {
    expect(readRegion(EXAMPLE, "other")).toBeUndefined();
    expect(readRegion("//#region a\nx();\n", "a")).toBeUndefined();
  });
});

test("a snippet equal to its region passes, and fences of other languages need none", async () => {
  expect(await problemsOf(fence(`source="examples/a.ts#run"`, RUN))).toEqual([]);
  expect(await problemsOf("```sh\nnpm install\n```\n\n```json\n{}\n```\n")).toEqual([]);
});

test("a snippet that differs is found, and the sync mends it", async () => {
  const root = await rootWith(fence(`source="examples/a.ts#run"`, "const a = 2;\n"));
  expect((await snippets.check(root)).problems).toEqual([expect.stringContaining("differs from its source")]);
  expect(syncPage(root, "docs/page.md").text).toBe(fence(`source="examples/a.ts#run"`, RUN));
});

test.each(["ts", "js", "typescript"])("%s without a source is found", async (language) => {
  expect(await problemsOf(`Text.\n\n\`\`\`${language}\nx();\n\`\`\`\n`)).toEqual([
    expect.stringMatching(/^docs\/page\.md:3: code without source/),
  ]);
});

test.each([
  ["examples/none.ts#run", "has no region"],
  ["examples/a.ts#none", "has no region none"],
  ["packages/core/src/a.ts#x", "is not in examples/"],
  ["examples/../packages/a.ts", "is not in examples/"],
])("the source %s is found", async (source, problem) => {
  expect(await problemsOf(fence(`source="${source}"`, ""))).toEqual([expect.stringContaining(problem)]);
});

test("`$` in a region is taken literally", async () => {
  const more = { "examples/b.ts": "f(`$&$1`);\n" };
  const root = await rootWith(fence(`source="examples/b.ts"`, ""), more);
  expect(syncPage(root, "docs/page.md").text).toContain("f(`$&$1`);");
});
