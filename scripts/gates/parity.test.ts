import { expect, onTestFinished, test } from "vitest";
import { makeTree } from "../lib/make-tree.ts";
import { parity } from "./parity.ts";

async function problemsOf(rows: unknown, ...tests: string[]): Promise<readonly string[]> {
  const files: Record<string, string> = { "tests/parity/manifest.json": JSON.stringify(rows) };
  for (const [index, text] of tests.entries()) files[`packages/core/src/${index}.test.ts`] = text;
  return (await parity.check(await makeTree(files, onTestFinished))).problems;
}

const ROW = { id: "core-1.2", spec: "core 1", text: "An agent type without a name is refused" };

test("a row that a test claims passes, one of several on a line too", async () => {
  const other = { ...ROW, id: "core-1.3" };
  expect(await problemsOf([ROW, other], "// claims: core-1.2, core-1.3\ntest()")).toEqual([]);
  expect(await problemsOf([ROW], "/** What it is. claims: core-1.2. */\ntest()")).toEqual([]);
});

test("a row that says why no test claims it passes", async () => {
  expect(await problemsOf([{ ...ROW, reason: "Needs a second machine." }])).toEqual([]);
});

test("a row without claim and reason is found, also with an empty reason", async () => {
  expect(await problemsOf([ROW], "test()")).toEqual([
    expect.stringContaining("no test claims core-1.2 (An agent type"),
  ]);
  expect(await problemsOf([{ ...ROW, reason: " " }])).toHaveLength(1);
});

test("a reason that has become stale is found", async () => {
  expect(await problemsOf([{ ...ROW, reason: "Hard." }], "// claims: core-1.2")).toEqual([
    expect.stringContaining("core-1.2 gives a reason for having no test, but packages/core/src/0.test.ts claims it"),
  ]);
});

test("a claim of an unknown row is found, with its file", async () => {
  expect(await problemsOf([], "", "// claims: core-9")).toEqual([
    "packages/core/src/1.test.ts: claims core-9, which is not in tests/parity/manifest.json",
  ]);
});

test("an id that is there twice, and a row of another shape, are found", async () => {
  expect(await problemsOf([ROW, ROW], "// claims: core-1.2")).toEqual([expect.stringContaining("is there twice")]);
  expect(await problemsOf([{ id: "core-1" }])).toEqual([expect.stringContaining("every row needs the strings")]);
  expect(await problemsOf({})).toEqual([expect.stringContaining("every row needs the strings")]);
});
