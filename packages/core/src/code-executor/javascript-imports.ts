import { ValueError } from "../errors/kinds.ts";
import type { Alias } from "./python-imports.ts";

/**
 * An import that a JavaScript function needs: a module that is only loaded, or a module and the names to take from it
 * (`import fallback, { join, resolve as r } from "node:path"`, `import * as path from "node:path"`).
 */
export type JavaScriptImport =
  | string
  | {
      readonly module: string;
      /** The name for the module's default export. */
      readonly default?: string;
      /** The name for the module as a whole; not beside `names`. */
      readonly namespace?: string;
      readonly names?: readonly (string | Alias)[];
    };

/** https://tc39.es/ecma262/#prod-IdentifierName */
const IDENTIFIER = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u;

const RESERVED =
  /^(?:arguments|await|break|case|catch|class|const|continue|debugger|default|delete|do|else|enum|eval|export|extends|false|finally|for|function|if|implements|import|in|instanceof|interface|let|new|null|package|private|protected|public|return|static|super|switch|this|throw|true|try|typeof|var|void|while|with|yield)$/;

/** A module of Node's, or a package and a file in it. Relative paths and addresses are not for a module of functions. */
const MODULE = /^(?:node:[a-z][a-z0-9_/]*|(?:@[a-z0-9~][\w.~-]*\/)?[a-z0-9~][\w.~-]*(?:\/[\w.~@+-]+)*)$/i;

/** True for a word that may name a function or an import in a module of JavaScript. */
export function isJavaScriptName(text: string): boolean {
  return IDENTIFIER.test(text) && !RESERVED.test(text);
}

function name(text: unknown): string {
  if (typeof text === "string" && isJavaScriptName(text)) return text;
  throw new ValueError(`A JavaScript import names ${JSON.stringify(text)}, which is not a name that can be declared.`);
}

function exported(text: unknown): string {
  if (typeof text === "string" && IDENTIFIER.test(text)) return text;
  throw new ValueError(`A JavaScript import takes ${JSON.stringify(text)}, which is not the name of an export.`);
}

function imported(entry: string | Alias): string {
  return typeof entry === "string" ? name(entry) : `${exported(entry.name)} as ${name(entry.alias)}`;
}

function moduleName(text: unknown): string {
  if (typeof text === "string" && MODULE.test(text) && !/(?:^|\/)\.\.?(?:\/|$)/.test(text)) return JSON.stringify(text);
  throw new ValueError(
    `A JavaScript import names the module ${JSON.stringify(text)}; give a module of Node ("node:path") or a package ("lodash", "lodash/fp").`,
  );
}

/**
 * The import as a line of JavaScript.
 *
 * @throws {ValueError} when a name is not one that JavaScript accepts.
 */
export function renderJavaScriptImport(entry: JavaScriptImport): string {
  if (typeof entry === "string") return `import ${moduleName(entry)};`;
  const { namespace, names = [] } = entry;
  if (namespace !== undefined && names.length > 0) {
    throw new ValueError(
      `The import from ${JSON.stringify(entry.module)} has both namespace and names; make them two imports.`,
    );
  }
  const clauses = [
    ...(entry.default === undefined ? [] : [name(entry.default)]),
    ...(namespace === undefined ? [] : [`* as ${name(namespace)}`]),
    ...(names.length === 0 ? [] : [`{ ${names.map(imported).join(", ")} }`]),
  ];
  if (clauses.length === 0) return `import ${moduleName(entry.module)};`;
  return `import ${clauses.join(", ")} from ${moduleName(entry.module)};`;
}
