import { expect, onTestFinished, test } from "vitest";
import { makeTree } from "../lib/make-tree.ts";
import { fileSizes } from "./file-sizes.ts";

async function problemsOf(files: Record<string, string>): Promise<readonly string[]> {
  return (await fileSizes.check(await makeTree(files, onTestFinished))).problems;
}

function files(count: number, lines: number): Record<string, string> {
  const text = "x\n".repeat(lines);
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`src/${lines}-${index}.ts`, text]));
}

test("500 lines pass, 501 do not", async () => {
  expect(await problemsOf(files(1, 500))).toEqual([]);
  expect(await problemsOf(files(1, 501))).toEqual([expect.stringContaining("src/501-0.ts has 501 lines")]);
});

test("the median and the ninth decile are held", async () => {
  expect(await problemsOf(files(20, 101))).toEqual([expect.stringContaining("the median file has 101 lines")]);
  expect(await problemsOf({ ...files(17, 50), ...files(3, 301) })).toEqual([expect.stringContaining("301 lines")]);
  expect(await problemsOf({ ...files(18, 100), ...files(2, 300) })).toEqual([]);
});

test("generated files and fixtures do not count", async () => {
  const text = "x\n".repeat(900);
  const marked = `/* oxlint-disable max-lines */\n// Written by scripts/update-data.ts; do not edit.\n${text}`;
  expect(
    await problemsOf({
      "src/generated/a.ts": text,
      "src/b.generated.ts": text,
      "x/fixtures/c.ts": text,
      "src/d.ts": marked,
    }),
  ).toEqual([]);
});
