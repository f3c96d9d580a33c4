import { existsSync } from "node:fs";
import { join } from "node:path";
import { readPackages, type ExportTarget } from "./manifests.ts";
import { readText } from "./tree.ts";

/** Every public name of AutoGen, with what it is here. */
export const ROWS_FILE = "tests/public-names/names.json";
/** Every public name of AutoGen, as Python lists them. */
export const NAMES_FILE = "tests/interop/fixtures/public-names.json";
/** The table for users. */
export const TABLE_FILE = "docs/parity.md";

/** What became of one name. */
export interface NameRow {
  /** `autogen_core.models.UserMessage`. */
  readonly python: string;
  /** What does its work here; `null` where nothing does. */
  readonly here: string | null;
  /** The entry that exports it: `@tesserae/core`; `null` for a part of the language or the platform. */
  readonly entry: string | null;
  /** The test file that uses it. */
  readonly test: string | null;
  /** How it differs, or why there is nothing. */
  readonly note?: string;
}

/** The rows of the table. */
export function readRows(root: string): readonly NameRow[] {
  return JSON.parse(readText(root, ROWS_FILE)) as readonly NameRow[];
}

/** The names that each entry of each package exports. */
export function exportedNames(root: string): ReadonlyMap<string, ReadonlySet<string>> {
  const names = new Map<string, ReadonlySet<string>>();
  for (const { folder, manifest } of readPackages(root)) {
    for (const [subpath, target] of Object.entries(manifest.exports ?? {})) {
      const source = sourceOf(target);
      const file = `${folder}/${source?.replace(/^\.\//, "")}`;
      if (source === undefined || !existsSync(join(root, file))) continue;
      names.set(manifest.name + subpath.slice(1), namesIn(readText(root, file)));
    }
  }
  return names;
}

function sourceOf(target: ExportTarget): string | undefined {
  if (target === null || typeof target === "string") return undefined;
  const { source } = target;
  return typeof source === "string" && source.endsWith(".ts") ? source : undefined;
}

function namesIn(text: string): ReadonlySet<string> {
  const listed = [...text.matchAll(/export (?:type )?\{([^}]*)\}/g)].flatMap(([, list = ""]) =>
    list.split(",").map((item) =>
      item
        .trim()
        .replace(/^type /, "")
        .replace(/^.* as /, ""),
    ),
  );
  const declared = [...text.matchAll(/^export (?:async )?(?:function|class|const|interface|type) (\w+)/gm)];
  return new Set([...listed.filter((name) => name !== ""), ...declared.map(([, name = ""]) => name)]);
}

/** The page with one table for each of Python's modules. What stands before the first of them is kept. */
export function writeTable(page: string, rows: readonly NameRow[]): string {
  const first = page.search(/^## /m);
  const head = (first === -1 ? page : page.slice(0, first)).trimEnd();
  const moduleOf = ({ python }: NameRow): string => python.slice(0, python.lastIndexOf("."));
  const sections = [...new Set(rows.map(moduleOf))].map((module) => {
    const lines = rows
      .filter((row) => moduleOf(row) === module)
      .map((row) => [
        code(row.python.slice(module.length + 1)),
        row.here === null ? "–" : code(row.here),
        row.entry === null ? "–" : code(row.entry),
        row.test === null ? "–" : code(row.test),
        row.note ?? "",
      ]);
    return `## ${module}\n\n${alignedTable([["In Python", "Here", "From", "Test", "What differs"], ...lines])}`;
  });
  return `${head}\n\n${sections.join("\n\n")}\n`;
}

function code(text: string): string {
  return `\`${text}\``;
}

/** A table as the formatter writes it: every column as wide as its widest cell. */
function alignedTable(lines: readonly (readonly string[])[]): string {
  const widths = (lines[0] ?? []).map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  const drawn = lines.map((line) => `| ${line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`);
  const rule = `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`;
  return [drawn[0], rule, ...drawn.slice(1)].join("\n");
}

/** The table as it should be, or undefined when the repository has no rows or no page. */
export function expectedTable(root: string): string | undefined {
  if (!existsSync(join(root, ROWS_FILE)) || !existsSync(join(root, TABLE_FILE))) return undefined;
  return writeTable(readText(root, TABLE_FILE), readRows(root));
}
