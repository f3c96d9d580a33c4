import { expect, onTestFinished, test } from "vitest";
import { makeTree } from "../lib/make-tree.ts";
import { tree } from "./tree.ts";

async function problemsOf(files: Record<string, string>): Promise<readonly string[]> {
  return (await tree.check(await makeTree(files, onTestFinished))).problems;
}

test.each(["home", "root", "Users", "work"])("a path under /%s is one of one machine", async (folder) => {
  const path = ["", folder, "someone", "project"].join("/");
  expect(await problemsOf({ "docs/a.md": `x\ncd ${path}\n` })).toEqual([
    expect.stringMatching(/^docs\/a\.md:2: .* a path of one machine$/),
  ]);
});

test("other paths pass", async () => {
  const text = `/workspace/code.py https://example.com/home/page ./root/x /tmp/x packages/work/x /usr/local/bin\n`;
  expect(await problemsOf({ "a.md": text })).toEqual([]);
});

test.each(["TODO: later", "// FIXME", "good enough for now", "// @ts-ignore", "test.only("])(
  "%s is found in what people write, not in what was recorded",
  async (text) => {
    expect(await problemsOf({ "src/a.ts": text, "x/fixtures/a.json": text })).toEqual([
      expect.stringMatching(/^src\/a\.ts:1/),
    ]);
  },
);

test("the address of a registry is found, also in recorded files", async () => {
  const text = "https://registry.npmjs.org/x";
  expect(await problemsOf({ ".npmrc": `registry=${text}`, "x/fixtures/a.json": text })).toHaveLength(2);
});

test("a lock file carries no addresses and no unreviewed install scripts", async () => {
  const packages = {
    "": { hasInstallScript: true },
    "node_modules/a": { resolved: "https://example.com/a.tgz" },
    "node_modules/b": { hasInstallScript: true },
    "node_modules/x/node_modules/c": { hasInstallScript: true },
    "packages/core": {},
    "node_modules/@tesserae/core": { resolved: "packages/core", link: true },
  };
  const files = {
    "package-lock.json": JSON.stringify({ packages }),
    "package.json": JSON.stringify({ allowScripts: { c: false } }),
  };
  expect(await problemsOf(files)).toEqual([
    expect.stringContaining("a carries an address"),
    expect.stringContaining("b runs a script when it is installed"),
  ]);
});

test("a lock file that lacks a platform's package, which npm ci refuses, is found", async () => {
  const optionalDependencies = { "@x/linux": "1", "@x/darwin": "1" };
  const packages = { "": {}, "node_modules/x": { optionalDependencies }, "node_modules/@x/linux": {} };
  expect(await problemsOf({ "package-lock.json": JSON.stringify({ packages }) })).toEqual([
    "package-lock.json: @x/darwin of node_modules/x is missing; `npm ci` refuses it",
  ]);
});
