import { expect, onTestFinished, test } from "vitest";
import { makeTree } from "../lib/make-tree.ts";
import { layering } from "./layering.ts";

function manifest(name: string, ...dependencies: string[]): string {
  return JSON.stringify({ name, dependencies: Object.fromEntries(dependencies.map((each) => [each, "0"])) });
}

async function problemsOf(files: Record<string, string>): Promise<readonly string[]> {
  return (await layering.check(await makeTree(files, onTestFinished))).problems;
}

const CORE = { "packages/core/package.json": manifest("@tesserae/core", "@tesserae/wire") };
const AGENTCHAT = { "packages/agentchat/package.json": manifest("@tesserae/agentchat", "@tesserae/core") };

test("imports along the arrows pass", async () => {
  const core = `import type { Usage } from "@tesserae/wire";\nimport { type Price } from "@tesserae/wire/prices";\n`;
  const agentchat = `import { ValueError } from "@tesserae/core";\nimport { x } from "./x.ts";\n`;
  const files = { "packages/core/src/a.ts": core, "packages/agentchat/src/a.ts": agentchat };
  expect(await problemsOf({ ...CORE, ...AGENTCHAT, ...files })).toEqual([]);
});

test("core may take types from wire, but no values", async () => {
  const files = { "packages/core/src/a.ts": `import {\n  type Usage,\n  sum,\n} from "@tesserae/wire";\n` };
  expect(await problemsOf({ ...CORE, ...files })).toEqual([
    `packages/core/src/a.ts:1: core must not import "@tesserae/wire" (allowed: wire types)`,
  ]);
});

test.each(["export { f } from", "import", "const x = await import("])(
  "%s against an arrow is found",
  async (before) => {
    const after = before.endsWith("(") ? ")" : "";
    const source = `${before} "@tesserae/agentchat"${after};\n`;
    const files = { "packages/core/src/a.ts": source };
    expect(await problemsOf({ ...CORE, ...files })).toEqual([expect.stringContaining(`core must not import`)]);
  },
);

test("agentchat, tessen and tessera do not import one another", async () => {
  const files = {
    "packages/tessen/package.json": manifest("@tesserae/tessen", "@tesserae/tessera"),
    "packages/tessen/src/a.ts": `import { x } from "@tesserae/tessera";`,
    "packages/agentchat/src/a.ts": `import { x } from "@tesserae/tessen";`,
  };
  expect(await problemsOf({ ...AGENTCHAT, ...files })).toHaveLength(2);
});

test("ext may import the client of tessera, and nothing else of it", async () => {
  const files = {
    "packages/ext/package.json": manifest("@tesserae/ext", "@tesserae/tessera"),
    "packages/ext/src/a.ts": `import { x } from "@tesserae/tessera/client";\nimport { y } from "@tesserae/tessera";`,
  };
  expect(await problemsOf(files)).toEqual([expect.stringContaining("packages/ext/src/a.ts:2")]);
});

test("a package that is not declared, and a path into another package, are found", async () => {
  const files = {
    "packages/agentchat/package.json": manifest("@tesserae/agentchat"),
    "packages/agentchat/src/a.ts": `import { x } from "@tesserae/core";\nimport { y } from "../../core/src/y.ts";`,
  };
  expect(await problemsOf(files)).toEqual([
    expect.stringContaining("missing in the dependencies"),
    expect.stringContaining("reaches into another package"),
  ]);
});

test("imports in comments and in tests do not count", async () => {
  const files = {
    "packages/core/src/a.ts": `/**\n * import { x } from "@tesserae/ext";\n */\n// import "@tesserae/ext";\nexport {};`,
    "packages/core/src/a.test.ts": `import { x } from "@tesserae/ext";`,
  };
  expect(await problemsOf({ ...CORE, ...files })).toEqual([]);
});

test("a package without arrows is found", async () => {
  const files = { "packages/extra/package.json": manifest("@tesserae/extra") };
  expect(await problemsOf(files)).toEqual(["packages/extra: no arrows are written for it"]);
});
