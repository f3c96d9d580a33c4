/** One `import` or `export … from` of a module. */
export interface ModuleImport {
  readonly specifier: string;
  /** True when only types come through it: it is gone after compilation. */
  readonly typeOnly: boolean;
  readonly line: number;
}

const STATEMENT = /^(?:import|export)\s(?<clause>(?:type\s)?[^;"']*?)from\s*["'](?<specifier>[^"']+)["']/gm;
const BARE = /^import\s*["'](?<specifier>[^"']+)["']/gm;
const DYNAMIC = /\bimport\(\s*["'](?<specifier>[^"']+)["']\s*\)(?<member>\.\w+)?/g;

function lineAt(source: string, index: number): number {
  return source.slice(0, index).split("\n").length;
}

/** True for `type X` and for `{ type A, type B }`. */
function importsOnlyTypes(clause: string): boolean {
  if (/^type\s/.test(clause)) return true;
  const names = /^\{(?<names>[^}]*)\}\s*$/.exec(clause)?.groups?.["names"];
  if (names === undefined) return false;
  const parts = names.split(",").map((part) => part.trim());
  return parts.filter((part) => part !== "").every((part) => part.startsWith("type "));
}

/** A dynamic `import("x")` in the place of a type (`import("x").Name` after a colon) is rare and counted as a value. */
export function readImports(source: string): ModuleImport[] {
  const found: ModuleImport[] = [];
  const text = blankComments(source);
  for (const match of text.matchAll(STATEMENT)) {
    const { clause = "", specifier = "" } = match.groups ?? {};
    found.push({ specifier, typeOnly: importsOnlyTypes(clause.trim()), line: lineAt(text, match.index) });
  }
  for (const pattern of [BARE, DYNAMIC]) {
    for (const match of text.matchAll(pattern)) {
      found.push({ specifier: match.groups?.["specifier"] ?? "", typeOnly: false, line: lineAt(text, match.index) });
    }
  }
  return found;
}

/** Replaces comments by blanks, line ends kept: examples in docstrings import things too. */
export function blankComments(source: string): string {
  return source
    .replace(/\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]/g, " "))
    .replace(/^\s*\/\/.*$/gm, (comment) => " ".repeat(comment.length));
}
