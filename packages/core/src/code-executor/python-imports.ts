import { ValueError } from "../errors/kinds.ts";

/** A name under another name: `import numpy as np`, or `List as L` in a list of imports. */
export interface Alias {
  readonly name: string;
  readonly alias: string;
}

/** Names taken from a module: `from typing import Any, List as L`. */
export interface ImportFromModule {
  readonly module: string;
  readonly imports: readonly (string | Alias)[];
}

/** An import that a Python function needs: a module's name, a module under an alias, or names from a module. */
export type PythonImport = string | Alias | ImportFromModule;

/** One Python identifier (https://docs.python.org/3/reference/lexical_analysis.html#identifiers). */
const IDENTIFIER = /^[\p{XID_Start}_]\p{XID_Continue}*$/u;

const KEYWORD =
  /^(?:False|None|True|and|as|assert|async|await|break|class|continue|def|del|elif|else|except|finally|for|from|global|if|import|in|is|lambda|nonlocal|not|or|pass|raise|return|try|while|with|yield)$/;

/** True for a word that Python takes as a name: an identifier that is not a keyword. */
export function isPythonIdentifier(text: string): boolean {
  return IDENTIFIER.test(text) && !KEYWORD.test(text);
}

function name(text: unknown): string {
  if (typeof text === "string" && isPythonIdentifier(text)) return text;
  throw new ValueError(`A Python import names ${JSON.stringify(text)}, which is not a Python identifier.`);
}

function moduleName(text: unknown): string {
  // Leading dots are relative imports, which a file in the working folder cannot have.
  if (typeof text === "string" && text.split(".").every(isPythonIdentifier)) return text;
  throw new ValueError(
    `A Python import names the module ${JSON.stringify(text)}; a module's name is identifiers joined by dots, such as "os.path".`,
  );
}

function imported(entry: string | Alias): string {
  if (typeof entry === "string") return entry === "*" ? entry : name(entry);
  return `${name(entry.name)} as ${name(entry.alias)}`;
}

/**
 * The import as a line of Python.
 *
 * @throws {ValueError} when a name is not one that Python accepts.
 */
export function renderPythonImport(entry: PythonImport): string {
  if (typeof entry === "string") return `import ${moduleName(entry)}`;
  if ("module" in entry) {
    if (entry.imports.length === 0) {
      throw new ValueError(`The import from ${JSON.stringify(entry.module)} lists no names; name at least one.`);
    }
    return `from ${moduleName(entry.module)} import ${entry.imports.map(imported).join(", ")}`;
  }
  return `import ${moduleName(entry.name)} as ${name(entry.alias)}`;
}
