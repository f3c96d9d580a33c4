import { describe, expect, onTestFinished, test } from "vitest";
import { makeTree } from "../lib/make-tree.ts";
import { attw, publint, unused } from "./package-tools.ts";

const MANIFEST = {
  name: "@tesserae/core",
  version: "1.0.0",
  type: "module",
  exports: { ".": { types: "./dist/index.d.ts", default: "./dist/index.js" } },
};
const GOOD = {
  "packages/core/package.json": JSON.stringify(MANIFEST),
  "packages/core/dist/index.js": "export const a = 1;\n",
  "packages/core/dist/index.d.ts": "export declare const a: number;\n",
};

async function problemsOf(gate: typeof publint, files: Record<string, string>): Promise<readonly string[]> {
  return (await gate.check(await makeTree(files, onTestFinished))).problems;
}

describe.each([publint, attw])("$name", (gate) => {
  test("passes a good package", async () => {
    expect(await problemsOf(gate, GOOD)).toEqual([]);
  });

  test("says when the packages are not built", async () => {
    const files = { "packages/core/package.json": JSON.stringify(MANIFEST) };
    expect(await problemsOf(gate, files)).toEqual([expect.stringContaining("packages/core is not built")]);
  });

  test("does not look at private packages", async () => {
    const manifest = JSON.stringify({ ...MANIFEST, private: true });
    expect(await problemsOf(gate, { "packages/core/package.json": manifest })).toEqual([]);
  });
});

test("publint finds an entry that is not there", async () => {
  const manifest = { ...MANIFEST, exports: { ".": "./dist/other.js" } };
  const problems = await problemsOf(publint, { ...GOOD, "packages/core/package.json": JSON.stringify(manifest) });
  expect(problems.join("\n")).toContain("other.js");
});

test("attw finds types that are not there", async () => {
  const manifest = { ...MANIFEST, exports: { ".": { types: "./dist/no.d.ts", default: "./dist/index.js" } } };
  const problems = await problemsOf(attw, { ...GOOD, "packages/core/package.json": JSON.stringify(manifest) });
  expect(problems.join("\n")).toMatch(/packages\/core: .*(resolution|Resolution)/);
});

test("knip finds a file that nothing imports, an export that nothing uses and a dependency that nothing needs", async () => {
  const files = {
    "package.json": JSON.stringify({ name: "x", type: "module", main: "src/index.ts", dependencies: { yaml: "2" } }),
    "knip.json": JSON.stringify({ entry: ["src/index.ts"], project: ["src/*.ts"] }),
    "src/index.ts": `import { used } from "./a.ts";\nused();\n`,
    "src/a.ts": "export function used(): void {}\nexport function idle(): void {}\n",
    "src/orphan.ts": "export const x = 1;\n",
  };
  const problems = (await problemsOf(unused, files)).join("\n");
  expect(problems).toContain("src/orphan.ts");
  expect(problems).toContain("idle");
  expect(problems).toContain("yaml");
  const good = { ...files, "src/a.ts": "export function used(): void {}\n" };
  const { "src/orphan.ts": _orphan, ...rest } = good;
  const manifest = JSON.stringify({ name: "x", type: "module", main: "src/index.ts" });
  expect(await problemsOf(unused, { ...rest, "package.json": manifest })).toEqual([]);
});
