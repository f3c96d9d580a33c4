import { ValueError } from "../errors/kinds.ts";
import { readJavaScriptFunction } from "./javascript-function.ts";
import { isJavaScriptName, renderJavaScriptImport, type JavaScriptImport } from "./javascript-imports.ts";
import { readNpmPackage } from "./npm-package.ts";

/** What a JavaScript function needs around it. */
export interface JavaScriptRequirements {
  /** Packages to install with npm: `"lodash"`, `"lodash@^4"`, `"mine@file:/path/to/mine.tgz"`. Default none. */
  readonly npmPackages?: readonly string[];
  /** Imports that are written above the function. Default none. */
  readonly imports?: readonly JavaScriptImport[];
  /** What the function is for: a model that may use it reads this beside its parameters. */
  readonly description?: string;
}

/** What {@link withRequirements} adds to a function. */
export interface FunctionWithRequirements {
  readonly name: string;
  /** The function's JavaScript: without types, which are gone when a program runs. */
  readonly source: string;
  readonly npmPackages: readonly string[];
  readonly imports: readonly JavaScriptImport[];
  readonly description: string | undefined;
}

/**
 * A function with the packages and imports it needs, for code executors that make it importable by the JavaScript they
 * run. It can still be called here, under its name.
 *
 * Its text is what runs there, so it may use its parameters, its imports and what JavaScript has, but no variable from
 * around it. Functions and arrow functions, asynchronous or not, are fine.
 *
 * @throws {ValueError} for a function without a name or that cannot stand alone (methods, classes, bound functions), and
 * for requirements that are malformed.
 */
export function withRequirements<F extends (...args: never[]) => unknown>(
  requirements: JavaScriptRequirements,
  fn: F,
): F & FunctionWithRequirements {
  if (typeof fn !== "function") throw new ValueError("withRequirements takes requirements, and then a function.");
  const { npmPackages = [], imports = [], description } = requirements;
  const { name } = fn;
  const source = Function.prototype.toString.call(fn);
  readJavaScriptFunction(source, name);
  if (!isJavaScriptName(name)) {
    throw new ValueError(
      `A function for a code executor needs a name by which code can import it; it has ${JSON.stringify(name)}.`,
    );
  }
  // Reading and rendering are what checks them.
  npmPackages.forEach(readNpmPackage);
  imports.forEach(renderJavaScriptImport);
  const call = function (this: unknown, ...args: never[]): unknown {
    return Reflect.apply(fn, this, args);
  };
  const own = { name, length: fn.length, source, npmPackages: [...npmPackages], imports: [...imports], description };
  for (const [key, value] of Object.entries(own)) Object.defineProperty(call, key, { value, configurable: true });
  // It is called as `fn` is, and has the properties from above.
  return call as unknown as F & FunctionWithRequirements;
}
