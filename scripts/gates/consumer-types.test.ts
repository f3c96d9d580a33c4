import { symlink } from "node:fs/promises";
import { join, resolve } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { makeTree } from "../lib/make-tree.ts";
import { consumerTypes } from "./consumer-types.ts";

const NODE_TYPES = resolve(import.meta.dirname, "../../node_modules/@types");
const UNDICI_TYPES = resolve(import.meta.dirname, "../../node_modules/undici-types");

async function problemsOf(declaration: string, exports: unknown): Promise<readonly string[]> {
  const files = {
    "packages/core/package.json": JSON.stringify({ name: "@tesserae/core", type: "module", exports }),
    "packages/core/dist/index.js": "export const a = 1;\n",
    "packages/core/dist/index.d.ts": declaration,
    "node_modules/@tesserae/.keep": "",
  };
  const root = await makeTree(files, onTestFinished);
  await symlink(join(root, "packages/core"), join(root, "node_modules/@tesserae/core"));
  await symlink(NODE_TYPES, join(root, "node_modules/@types"));
  await symlink(UNDICI_TYPES, join(root, "node_modules/undici-types"));
  return (await consumerTypes.check(root)).problems;
}

const ENTRY = { ".": { types: "./dist/index.d.ts", default: "./dist/index.js" } };

test("declarations that hold pass", async () => {
  expect(await problemsOf("export declare const a: number;\n", ENTRY)).toEqual([]);
});

test("a declaration that imports what users do not have is found", async () => {
  const problems = await problemsOf(`import type { X } from "not-there";\nexport declare const a: X;\n`, ENTRY);
  expect(problems.join("\n")).toContain("not-there");
});

test("a contradiction inside a declaration is found, which skipLibCheck would hide", async () => {
  const source = "interface A { x: string }\ninterface B extends A { x: number }\nexport declare const a: B;\n";
  expect((await problemsOf(source, ENTRY)).join("\n")).toContain("Interface 'B' incorrectly extends");
});

test("an entry without declarations is found", async () => {
  const exports = { ...ENTRY, "./more": { types: "./dist/more.d.ts", default: "./dist/more.js" } };
  expect((await problemsOf("export declare const a: number;\n", exports)).join("\n")).toContain("@tesserae/core/more");
});
