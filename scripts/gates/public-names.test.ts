import { describe, expect, onTestFinished, test } from "vitest";
import { makeTree } from "../lib/make-tree.ts";
import { writeTable, type NameRow } from "../lib/public-names.ts";
import { publicNames } from "./public-names.ts";

const HEAD = "# Names\n\nText.\n";
const FINE: readonly NameRow[] = [
  { python: "autogen_core.AgentId", here: "AgentId", entry: "@tesserae/core", test: "packages/core/src/id.test.ts" },
  { python: "autogen_core.models.Token", here: "AbortSignal", entry: null, test: null, note: "The platform's." },
];

async function problemsOf(
  rows: readonly NameRow[],
  options: { readonly names?: readonly string[]; readonly page?: string } = {},
): Promise<readonly string[]> {
  const files = {
    "packages/core/package.json": JSON.stringify({
      name: "@tesserae/core",
      exports: { ".": { source: "./src/index.ts", default: "./dist/index.js" } },
    }),
    "packages/core/src/index.ts": 'export { AgentId, type Other } from "./id.ts";\n',
    "packages/core/src/id.test.ts": "new AgentId(Nothing);",
    "tests/interop/fixtures/public-names.json": JSON.stringify(options.names ?? FINE.map(({ python }) => python)),
    "tests/public-names/names.json": JSON.stringify(rows),
    "docs/parity.md": options.page ?? writeTable(HEAD, rows),
  };
  return (await publicNames.check(await makeTree(files, onTestFinished))).problems;
}

test("rows that hold pass", async () => {
  expect(await problemsOf(FINE)).toEqual([]);
});

describe("what does not hold is found:", () => {
  const [first, second] = FINE;
  if (first === undefined || second === undefined) throw new Error("There are two rows.");

  test.each<[string, readonly NameRow[], string]>([
    ["a name without a row", [first], "autogen_core.models.Token has no row"],
    ["a row without a name", [...FINE, { ...second, python: "autogen_core.Old" }], "Python has no autogen_core.Old"],
    ["a row that is there twice", [...FINE, first], "autogen_core.AgentId is there twice"],
    ["a name that is not exported", [{ ...first, here: "Nothing" }, second], "does not export Nothing"],
    ["a test that is not there", [{ ...first, test: "packages/core/src/no.test.ts" }, second], "there is no packages"],
    ["a test that does not use it", [{ ...first, here: "Other" }, second], "does not use Other"],
    ["nothing here, and no reason", [{ ...first, here: null }, second], "a note must say why"],
  ])("%s", async (_, rows, problem) => {
    expect(await problemsOf(rows)).toEqual([expect.stringContaining(problem)]);
  });

  test("a page that says something else", async () => {
    expect(await problemsOf(FINE, { page: HEAD })).toEqual([expect.stringContaining("npm run sync")]);
  });
});

test("the page has a table for each module, and keeps its head", () => {
  const page = writeTable(HEAD, FINE);
  expect(page).toMatch(/^# Names\n\nText\.\n\n## autogen_core\n\n\| In Python \| Here/);
  expect(page).toContain("| `Token`   | `AbortSignal` | –    | –    | The platform's. |");
  expect(writeTable(page, FINE)).toBe(page);
});
