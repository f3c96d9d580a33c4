import { expect, onTestFinished, test } from "vitest";
import { makeTree } from "../lib/make-tree.ts";
import { parity } from "./parity.ts";

const FILE = "packages/core/src/agent-type.test.ts";
const TESTS = `describe("an agent type", () => {
  test("without a name is refused", () => {});
});`;
const ROW = { id: "core-1.2", spec: "core 1", text: "An agent type without a name is refused." };
const CLAIMED = { ...ROW, claimedBy: [`${FILE} > without a name is refused`] };

async function problemsOf(...rows: unknown[]): Promise<readonly string[]> {
  const files = { "tests/parity/core.json": JSON.stringify(rows), [FILE]: TESTS, "packages/core/src/a.ts": TESTS };
  return (await parity.check(await makeTree(files, onTestFinished))).problems;
}

test("a row that a test claims passes, and so does one that says why none does", async () => {
  expect(await problemsOf(CLAIMED, { ...ROW, id: "core-1.3", reason: "Needs a second machine." })).toEqual([]);
});

test("a row without claim and reason is found, with the behaviour", async () => {
  const problem = expect.stringContaining("core-1.2: no test claims it, and no reason is given: An agent type without");
  expect(await problemsOf(ROW)).toEqual([problem]);
  expect(await problemsOf({ ...ROW, claimedBy: [] })).toEqual([problem]);
});

test("a reason that has become stale is found", async () => {
  expect(await problemsOf({ ...CLAIMED, reason: "Hard." })).toEqual([expect.stringContaining("core-1.2: the reason")]);
});

test.each([
  [`${FILE} > with a blank is refused`, `no test of ${FILE} is called "with a blank is refused"`],
  [`${FILE} > `, "it names no test"],
  [FILE, "it names no test"],
  ["packages/core/src/gone.test.ts > x", "packages/core/src/gone.test.ts is not a test file"],
  ["packages/core/src/a.ts > without a name", "packages/core/src/a.ts is not a test file"],
])("the claim %j is found", async (claim, problem) => {
  expect(await problemsOf({ ...ROW, claimedBy: [claim] })).toEqual([expect.stringContaining(problem)]);
});

test("an id that is there twice is found", async () => {
  expect(await problemsOf(CLAIMED, CLAIMED)).toEqual([expect.stringContaining("core-1.2: the id is there twice")]);
});

test.each([{ id: "core-1" }, { ...ROW, reason: " " }, { ...ROW, claimedBy: "x" }, { ...ROW, claims: [] }, 1])(
  "a row of another shape is found: %j",
  async (row) => {
    expect(await problemsOf(row)).toEqual([expect.stringContaining("a row has the texts")]);
  },
);

test("without a manifest there is nothing to hold", async () => {
  expect(await parity.check(await makeTree({}, onTestFinished))).toMatchObject({ problems: [] });
});
