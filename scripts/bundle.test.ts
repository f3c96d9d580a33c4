import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { bundlePackage } from "./bundle.ts";
import { makeTree } from "./lib/make-tree.ts";
import { runNode } from "./lib/run-tool.ts";

function entry(name: string): object {
  return { source: `./src/${name}.ts`, types: `./dist/${name}.d.ts`, default: `./dist/${name}.js` };
}

const FILES = {
  "packages/core/package.json": JSON.stringify({
    name: "@tesserae/core",
    type: "module",
    exports: { ".": entry("index"), "./more/extra": entry("more/extra"), "./package.json": "./package.json" },
  }),
  "packages/core/src/shared.ts": "/** Shared. */\nexport class Shared { readonly x: number = 1; }\n",
  "packages/core/src/index.ts": `import { join } from "node:path";
import { readThings } from "other-package";
export { Shared } from "./shared.ts";
export const path: string = join("a", "b");
export function read(): unknown { return readThings(); }
`,
  "packages/core/src/more/extra.ts": `import { Shared } from "../shared.ts";
export const isShared = (value: unknown): boolean => value instanceof Shared;
`,
  "packages/core/dist/shared.js": "// what tsc wrote",
  "packages/core/dist/gone.js": "// of a source that is no more",
  "packages/core/dist/shared.d.ts": "export declare class Shared { readonly x: number; }\n",
  "node_modules/other-package/package.json": JSON.stringify({ name: "other-package", main: "index.js" }),
  "node_modules/other-package/index.js": "exports.readThings = () => 'things';\n",
};

test("each entry is one file under its name; what entries share exists once; other packages stay outside", async () => {
  const root = await makeTree(FILES, onTestFinished);
  const written = await bundlePackage(root, "packages/core");
  expect(written).toEqual(expect.arrayContaining(["index.js", "more/extra.js"]));

  const dist = join(root, "packages/core/dist");
  const left = await readdir(dist, { recursive: true });
  expect(left.filter((file) => file.endsWith(".js")).toSorted()).toEqual(written.toSorted());
  expect(left).toContain("shared.d.ts");

  const [index, extra] = ["index.js", "more/extra.js"].map((file) => pathToFileURL(join(dist, file)).href);
  const program = `
    const { Shared, path, read } = await import("${index}");
    const { isShared } = await import("${extra}");
    console.log(JSON.stringify([isShared(new Shared()), Shared.name, path, read()]));
  `;
  const { output } = await runNode(["--input-type=module", "--eval", program], root);
  expect(JSON.parse(output)).toEqual([true, "Shared", join("a", "b"), "things"]);
});
