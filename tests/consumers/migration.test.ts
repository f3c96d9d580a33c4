import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";

const DOCS = resolve(import.meta.dirname, "../../docs");

interface Fence {
  readonly language: string;
  readonly line: number;
}

function read(page: string): readonly string[] {
  return readFileSync(join(DOCS, page), "utf8").split("\n");
}

/** Where blocks of code begin, in order; headings count as blocks of no language. */
function fencesOf(page: string): readonly Fence[] {
  const fences: Fence[] = [];
  let isInside = false;
  for (const [index, text] of read(page).entries()) {
    const fence = /^```(.*)$/.exec(text);
    if (fence !== null) {
      isInside = !isInside;
      if (isInside) fences.push({ language: fence[1] ?? "", line: index + 1 });
    } else if (!isInside && text.startsWith("## ")) {
      fences.push({ language: "", line: index + 1 });
    }
  }
  return fences;
}

describe.each(["migration.md", "migration-v02.md"])("%s", (page) => {
  test("has beside each program of Python's the part of an example that runs", () => {
    const fences = fencesOf(page);
    const python = fences.filter(({ language }) => language === "python");
    const alone = python.filter((fence) => {
      const next = fences[fences.indexOf(fence) + 1];
      return next === undefined || !next.language.startsWith('ts source="examples/');
    });
    expect(python.length).toBeGreaterThan(3);
    expect(alone.map(({ line }) => line)).toEqual([]);
  });
});

test("each idea of 0.2 leads to a section of the page", () => {
  const lines = read("migration-v02.md");
  const headings = new Set(
    lines
      .filter((line) => line.startsWith("## "))
      .map((line) =>
        line
          .slice(3)
          .toLowerCase()
          .replaceAll("`", "")
          .replaceAll(/[\s_]+/g, "-"),
      ),
  );
  const first = lines.findIndex((line) => line.startsWith("| --"));
  const rows = lines.slice(first + 1, lines.indexOf("", first));
  const anchors = rows.map((row) => /\(#([\w-]+)\)/.exec(row)?.[1] ?? row);
  expect(rows.length).toBeGreaterThanOrEqual(21);
  expect(anchors.filter((anchor) => !headings.has(anchor))).toEqual([]);
});
