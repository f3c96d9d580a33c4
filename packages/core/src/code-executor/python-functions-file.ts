import type { FunctionWithRequirementsStr } from "./function-with-requirements-str.ts";
import { renderPythonImport } from "./python-imports.ts";

/** The Python module that holds the functions: their imports (each once, in the order first seen), then their sources. */
export function renderPythonFunctionsFile(functions: readonly FunctionWithRequirementsStr[]): string {
  const imports = new Set(functions.flatMap((entry) => entry.globalImports.map(renderPythonImport)));
  return `${[...imports].join("\n")}\n\n${functions.map((entry) => `${entry.source}\n\n`).join("")}`;
}

/** What a model is shown of a function: signature, doc string, `...`. */
export function renderPythonStub(entry: FunctionWithRequirementsStr): string {
  const lines = [entry.signature];
  if (entry.docstring !== undefined) {
    const quote = entry.docstring.includes('"""') || entry.docstring.endsWith('"') ? "'''" : '"""';
    const body = `${quote}${entry.docstring}${quote}`;
    lines.push(...body.split("\n").map((line) => (line === "" ? line : `    ${line}`)));
  }
  lines.push("    ...");
  return lines.join("\n");
}
