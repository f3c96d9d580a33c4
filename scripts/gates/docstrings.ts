/** An exported declaration. */
export interface Declaration {
  readonly name: string;
  readonly line: number;
}

const DECLARATION =
  /^export (?:declare )?(?:abstract )?(?:async )?(?:function\*?|class|interface|type|const|let|var) (?<name>[\w$]+)/;

/** True when the lines above `index` end a docstring, or belong to an overload of the same function. */
function isDocumented(lines: readonly string[], index: number, name: string): boolean {
  for (let above = index - 1; above >= 0; above -= 1) {
    const line = lines[above]?.trim() ?? "";
    if (line.endsWith("*/")) return opensDocstring(lines, above);
    if (line === "" || line.startsWith("// oxlint") || line.startsWith("//#")) continue;
    return overloadAbove(lines, above, name);
  }
  return false;
}

function opensDocstring(lines: readonly string[], end: number): boolean {
  for (let line = end; line >= 0; line -= 1) {
    const text = lines[line]?.trim() ?? "";
    if (text.startsWith("/**")) return true;
    if (text.startsWith("/*")) return false;
  }
  return false;
}

/** Overloads share the docstring of the first: it is enough that an earlier declaration of this name has one. */
function overloadAbove(lines: readonly string[], from: number, name: string): boolean {
  for (let line = from; line >= 0; line -= 1) {
    if (DECLARATION.exec(lines[line] ?? "")?.groups?.["name"] === name) return isDocumented(lines, line, name);
  }
  return false;
}

/** The exported declarations of a module that no docstring precedes. */
export function undocumentedExports(source: string): Declaration[] {
  const lines = source.split("\n");
  return lines.flatMap((line, index) => {
    const name = DECLARATION.exec(line)?.groups?.["name"];
    return name === undefined || isDocumented(lines, index, name) ? [] : [{ name, line: index + 1 }];
  });
}
