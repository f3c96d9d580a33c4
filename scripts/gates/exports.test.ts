import { describe, expect, onTestFinished, test } from "vitest";
import { makeTree } from "../lib/make-tree.ts";
import { undocumentedExports } from "./docstrings.ts";
import { exportMaps } from "./exports.ts";

async function problemsOf(files: Record<string, string>): Promise<readonly string[]> {
  return (await exportMaps.check(await makeTree(files, onTestFinished))).problems;
}

const GOOD = { source: "./src/index.ts", types: "./dist/index.d.ts", default: "./dist/index.js" };

function manifest(exports: unknown, more: object = {}): string {
  return JSON.stringify({ name: "@tesserae/core", exports, ...more });
}

const SOURCE = { "packages/core/src/index.ts": `export { a } from "./a.ts";` };

describe("export maps", () => {
  test("a map whose targets exist passes, built or not", async () => {
    const files = { "packages/core/package.json": manifest({ ".": GOOD, "./internal": null }), ...SOURCE };
    expect(await problemsOf(files)).toEqual([]);
    const built = { "packages/core/dist/index.d.ts": "", "packages/core/dist/index.js": "" };
    expect(await problemsOf({ ...files, ...built })).toEqual([]);
  });

  test("a source that is not there, and a built file that is not there after a build, are found", async () => {
    const map = { ".": GOOD, "./testing": { source: "./src/t.ts", types: "./dist/t.d.ts", default: "./dist/t.js" } };
    const files = { "packages/core/package.json": manifest(map), ...SOURCE };
    expect(await problemsOf(files)).toEqual([expect.stringContaining(`source names ./src/t.ts, which is not there`)]);
    const built = { "packages/core/dist/index.d.ts": "", "packages/core/dist/index.js": "" };
    expect(await problemsOf({ ...files, ...built })).toHaveLength(3);
  });

  test("a missing or misplaced condition is found", async () => {
    const map = { ".": { default: "./dist/index.js", source: "./src/index.ts", types: "./dist/other.d.ts" } };
    const problems = await problemsOf({ "packages/core/package.json": manifest(map), ...SOURCE });
    expect(problems).toEqual([
      expect.stringContaining("types should be ./dist/index.d.ts"),
      expect.stringContaining(`"default" must come last`),
    ]);
    const plain = await problemsOf({ "packages/core/package.json": manifest({ ".": "./dist/index.js" }), ...SOURCE });
    expect(plain).toEqual([expect.stringContaining(`the condition "source" is missing`)]);
  });

  test("a bin that is not there is found", async () => {
    const files = { "packages/core/package.json": manifest({}, { bin: { core: "bin/core.js" } }) };
    expect(await problemsOf(files)).toEqual([expect.stringContaining("bin/core.js is not there")]);
  });
});

describe("sources", () => {
  test.each([`export * from "./a.ts";`, `export * as a from "./a.ts";`, `export type * from "./a.ts";`])(
    "%s is found",
    async (source) => {
      expect(await problemsOf({ "packages/core/src/index.ts": source })).toEqual([expect.stringContaining("export *")]);
    },
  );

  test("an export without a docstring is found, in sources and not in tests", async () => {
    const text = "export const answer = 42;\n";
    const files = { "packages/core/src/a.ts": text, "packages/core/src/a.test.ts": text };
    expect(await problemsOf(files)).toEqual(["packages/core/src/a.ts:1: answer is exported and has no docstring"]);
  });
});

describe("docstrings", () => {
  test.each([
    "/** What. */\nexport function f(): void {}",
    "/**\n * What.\n */\nexport abstract class F {}",
    "/** What. */\n// oxlint-disable-next-line x\nexport type F = 1;",
    "/** What. */\nexport function f(a: 1): 1;\nexport function f(a: 2): 2;\nexport function f(a: number): number {\n}",
    "function f() {}\nexport { f };",
  ])("%j is documented", (source) => {
    expect(undocumentedExports(source)).toEqual([]);
  });

  test.each([
    "export async function f() {}",
    "// What.\nexport interface f {}",
    "/* What. */\nexport class f {}",
    "/** What. */\nexport const a = 1;\nexport const f = 2;",
    "/** What. */\nconst a = 1;\n\nexport const f = 2;",
    "export declare function f(): void;",
    "export function* f() {}",
  ])("%j is not", (source) => {
    expect(undocumentedExports(source)).toMatchObject([{ name: "f" }]);
  });
});
