import { ValueError } from "../errors/kinds.ts";
import { readJavaScriptFunction } from "./javascript-function.ts";
import { renderJavaScriptImport } from "./javascript-imports.ts";
import type { FunctionWithRequirements } from "./with-requirements.ts";

/** Some compilers (esbuild with `keepNames`) have put this around the functions within a function. */
const KEEP_NAMES = "const __name = (value) => value;";

function renderExport({ name, source }: FunctionWithRequirements): string {
  const { ownName } = readJavaScriptFunction(source, name);
  return ownName === name ? `export ${source}` : `export const ${name} = ${source};`;
}

/**
 * The JavaScript module that holds the functions: their imports (each once, in the order first seen), then the functions.
 *
 * @throws {ValueError} when two functions have the same name.
 */
export function renderJavaScriptFunctionsFile(functions: readonly FunctionWithRequirements[]): string {
  const names = functions.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined)
    throw new ValueError(`Two functions are called ${twice}; code could import only one of them.`);
  const imports = new Set(functions.flatMap((entry) => entry.imports.map(renderJavaScriptImport)));
  if (functions.some(({ source }) => source.includes("__name("))) imports.add(KEEP_NAMES);
  return `${[...imports].join("\n")}\n\n${functions.map((entry) => `${renderExport(entry)}\n\n`).join("")}`;
}

/** What a model is shown of a function: its description, its parameters, `...`. */
export function renderJavaScriptStub({ name, source, description }: FunctionWithRequirements): string {
  const { parameters, asynchronous, generator } = readJavaScriptFunction(source, name);
  const lines = (description ?? "").replaceAll("*/", "* /").trim().split("\n");
  const comment =
    lines.length > 1 ? `/**\n${lines.map((line) => ` * ${line}`.trimEnd()).join("\n")}\n */\n` : `/** ${lines[0]} */\n`;
  const head = `${asynchronous ? "async " : ""}function${generator ? "*" : ""} ${name}(${parameters})`;
  return `${description === undefined ? "" : comment}${head} { ... }`;
}
