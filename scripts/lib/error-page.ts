import { existsSync } from "node:fs";
import { join } from "node:path";
import { readText } from "./tree.ts";

/** Where the table of error codes lies. */
export const CODES_FILE = "packages/core/src/errors/codes.ts";
/** The page that lists them for users. */
export const PAGE_FILE = "docs/errors.md";

const ROW = /^ {2}(?<code>ERR_[A-Z0-9_]+):\s*(?<text>(?:"(?:[^"\\]|\\.)*"(?:\s*\+\s*)?)+),$/gm;
const SECTION = /^## `?(?<code>ERR_[A-Z0-9_]+)`?\n+(?<text>[\s\S]*?)\n*(?=^## |$(?![\s\S]))/gm;

function unquote(literals: string): string {
  return [...literals.matchAll(/"(?:[^"\\]|\\.)*"/g)].map(([literal]) => String(JSON.parse(literal))).join("");
}

/** Code and description of every row of the table in the source, in its order. */
export function readCodes(source: string): [code: string, text: string][] {
  return [...source.matchAll(ROW)].map(({ groups }) => [groups?.["code"] ?? "", unquote(groups?.["text"] ?? "")]);
}

/** Code and description of every section of the page. */
export function readSections(page: string): [code: string, text: string][] {
  return [...page.matchAll(SECTION)].map(({ groups }) => [groups?.["code"] ?? "", (groups?.["text"] ?? "").trim()]);
}

/** The page with a section for each code, in alphabetical order; what stands before the first section is kept. */
export function writePage(page: string, codes: readonly (readonly [code: string, text: string])[]): string {
  const first = page.search(/^## /m);
  const head = (first === -1 ? page : page.slice(0, first)).trimEnd();
  const sections = [...codes].sort(([a], [b]) => (a < b ? -1 : 1)).map(([code, text]) => `## ${code}\n\n${text}\n`);
  return `${head}\n\n${sections.join("\n")}`;
}

/** The page as it should be, or undefined when the repository has no table or no page. */
export function expectedPage(root: string): string | undefined {
  if (!existsSync(join(root, CODES_FILE)) || !existsSync(join(root, PAGE_FILE))) return undefined;
  return writePage(readText(root, PAGE_FILE), readCodes(readText(root, CODES_FILE)));
}
