import { ValueError } from "../errors/kinds.ts";
import { renderPythonImport, type PythonImport } from "./python-imports.ts";
import { readPythonFunctions, type PythonFunction } from "./python-function.ts";

/** What a Python function needs around it. */
export interface FunctionRequirements {
  /** Packages to install with pip, with version specifiers if wanted (`"pandas>=2"`). Default none. */
  readonly pythonPackages?: readonly string[];
  /** Imports that are written above the function. Default none. */
  readonly globalImports?: readonly PythonImport[];
}

/** Takes away the indentation of the first line of code, so that a function may stand in an indented template literal. */
function dedent(source: string): string {
  const indentation = /^(?:[ \t]*\n)*([ \t]*)\S/.exec(source)?.[1] ?? "";
  if (indentation === "") return source;
  return source
    .split("\n")
    .map((line) => (line.startsWith(indentation) ? line.slice(indentation.length) : line))
    .join("\n");
}

function checkPackage(name: string): string {
  // A leading hyphen would be read as an option of pip.
  if (name.trim() !== "" && !name.startsWith("-")) return name;
  throw new ValueError(`${JSON.stringify(name)} is not the name of a Python package.`);
}

/**
 * Python source of exactly one function, with the packages and imports it needs, for code executors that make it
 * importable by the code they run. It cannot be called from JavaScript.
 *
 * The source is read here as far as its outline goes; the executor's interpreter checks the rest before first use.
 */
export class FunctionWithRequirementsStr {
  /** The Python source, unchanged but for common indentation and line ends. */
  readonly source: string;
  readonly pythonPackages: readonly string[];
  readonly globalImports: readonly PythonImport[];
  readonly #outline: PythonFunction;

  private constructor(source: string, outline: PythonFunction, requirements: FunctionRequirements) {
    this.source = source;
    this.#outline = outline;
    this.pythonPackages = (requirements.pythonPackages ?? []).map(checkPackage);
    this.globalImports = [...(requirements.globalImports ?? [])];
    // Rendering is what checks an import's names.
    for (const entry of this.globalImports) renderPythonImport(entry);
  }

  /**
   * Wraps Python source.
   *
   * @throws {ValueError} when the source has not exactly one function at its top level, or a requirement is malformed.
   */
  static fromString(source: string, requirements: FunctionRequirements = {}): FunctionWithRequirementsStr {
    const code = dedent(source.replaceAll("\r\n", "\n"));
    const [outline, ...others] = readPythonFunctions(code);
    if (outline === undefined || others.length > 0) {
      throw new ValueError(
        `The Python source must contain exactly one function at its top level; it has ${outline === undefined ? "none" : others.length + 1}.`,
      );
    }
    return new FunctionWithRequirementsStr(code, outline, requirements);
  }

  /** The function's name. */
  get name(): string {
    return this.#outline.name;
  }

  /** The signature from `def` to the colon. */
  get signature(): string {
    return this.#outline.signature;
  }

  /** The doc string without quotes, or undefined. */
  get docstring(): string | undefined {
    return this.#outline.docstring;
  }
}
