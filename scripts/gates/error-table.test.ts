import { describe, expect, onTestFinished, test } from "vitest";
import { readCodes, readSections, writePage } from "../lib/error-page.ts";
import { makeTree } from "../lib/make-tree.ts";
import { errorTable } from "./error-table.ts";

const CODES = `export const ERROR_CODES = {
  ERR_ONE: "The first. It has \\"quotes\\".",
  ERR_TWO:
    "The second, " +
    "in two parts.",
} as const;
`;
const ROWS: [string, string][] = [
  ["ERR_ONE", `The first. It has "quotes".`],
  ["ERR_TWO", "The second, in two parts."],
];
const PAGE = writePage("# Errors\n\nText.\n", ROWS);
const USE = `throw new TesseraeError("ERR_ONE", "x"); f("ERR_TWO");`;

async function problemsOf(codes: string, page: string, source: string): Promise<readonly string[]> {
  const files = {
    "packages/core/src/errors/codes.ts": codes,
    "docs/errors.md": page,
    "packages/core/src/a.ts": source,
    "packages/core/src/a.test.ts": `expect(code).toBe("ERR_OF_A_TEST")`,
  };
  return (await errorTable.check(await makeTree(files, onTestFinished))).problems;
}

describe("the page", () => {
  test("has a section for each row, and is read back equal", () => {
    expect(readCodes(CODES)).toEqual(ROWS);
    expect(readSections(PAGE)).toEqual(ROWS);
    expect(PAGE).toMatch(/^# Errors\n\nText\.\n\n## ERR_ONE\n/);
  });

  test("is written the same a second time", () => {
    expect(writePage(PAGE, ROWS)).toBe(PAGE);
  });
});

test("table, page and sources that agree pass", async () => {
  expect(await problemsOf(CODES, PAGE, USE)).toEqual([]);
});

test("a code without a section, one with another text, and a section without a code are found", async () => {
  const page = writePage("# Errors", [
    ["ERR_ONE", "Another text."],
    ["ERR_THREE", "Gone."],
  ]);
  expect(await problemsOf(CODES, page, USE)).toEqual([
    expect.stringContaining("ERR_ONE says something else"),
    expect.stringContaining("ERR_TWO is missing"),
    expect.stringContaining("ERR_THREE is not in the table"),
  ]);
});

test("a section that is there twice is found", async () => {
  const page = `${PAGE}\n## ERR_ONE\n\nThe first. It has "quotes".\n`;
  expect(await problemsOf(CODES, page, USE)).toEqual([expect.stringContaining("ERR_ONE is there twice")]);
});

test("a code that nothing throws is found", async () => {
  expect(await problemsOf(CODES, PAGE, `f("ERR_ONE")`)).toEqual([expect.stringContaining("ERR_TWO is thrown nowhere")]);
});

test("a code in the sources that the table lacks is found; Node's own are not ours", async () => {
  const source = `${USE} f("ERR_FOUR", "ERR_MODULE_NOT_FOUND");`;
  expect(await problemsOf(CODES, PAGE, source)).toEqual([expect.stringContaining("ERR_FOUR is not in the table")]);
});

test("a prefix of codes uses all of them, and is none itself", async () => {
  expect(await problemsOf(CODES, PAGE, 'code.startsWith("ERR_T"); f(`ERR_ON_${x}`); f("ERR_ONE");')).toEqual([]);
});

test("a code in a comment is no use", async () => {
  const source = `// "ERR_TWO"\nf("ERR_ONE"); /* "ERR_OTHER" */`;
  expect(await problemsOf(CODES, PAGE, source)).toEqual([expect.stringContaining("ERR_TWO is thrown nowhere")]);
});

test("a row that cannot be read is found", async () => {
  const codes = CODES.replace("} as const", "  ERR_FIVE: text(),\n} as const");
  expect(await problemsOf(codes, PAGE, USE)).toEqual([expect.stringContaining("the row of ERR_FIVE")]);
});
