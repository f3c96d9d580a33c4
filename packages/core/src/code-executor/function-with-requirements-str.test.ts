import { describe, expect, test } from "vitest";
import { ValueError } from "../errors/kinds.ts";
import { FunctionWithRequirementsStr } from "./function-with-requirements-str.ts";
import { renderPythonFunctionsFile, renderPythonStub } from "./python-functions-file.ts";
import { isPythonIdentifier, renderPythonImport, type PythonImport } from "./python-imports.ts";

const ADD = `def add(a: int, b: int) -> int:
    """Adds two numbers."""
    return a + b
`;

describe("imports", () => {
  test.each<[PythonImport, string]>([
    ["os", "import os"],
    ["os.path", "import os.path"],
    [{ name: "numpy", alias: "np" }, "import numpy as np"],
    [{ module: "typing", imports: ["Any", { name: "List", alias: "L" }] }, "from typing import Any, List as L"],
    [{ module: "pandas", imports: ["DataFrame", "concat"] }, "from pandas import DataFrame, concat"],
  ])("%j is written as %s", (entry, line) => {
    expect(renderPythonImport(entry)).toBe(line);
  });

  test.each<PythonImport>([
    "",
    "os; import sys",
    "os\nimport sys",
    ".relative",
    { name: "numpy", alias: "n p" },
    { module: "typing", imports: [] },
    { module: "typing", imports: ["a b"] },
    { module: "class", imports: ["a"] },
  ])("%j is refused", (entry) => {
    expect(() => renderPythonImport(entry)).toThrow(ValueError);
  });

  test("an identifier may use any alphabet, but no keyword, hyphen or leading digit", () => {
    expect(["functions", "_x1", "größe"].every(isPythonIdentifier)).toBe(true);
    expect(["", "a-b", "1a", "class", "a.b", "a b"].some(isPythonIdentifier)).toBe(false);
  });
});

describe("FunctionWithRequirementsStr", () => {
  test("holds the source, its outline and what it needs", () => {
    const wrapped = FunctionWithRequirementsStr.fromString(ADD, {
      pythonPackages: ["pandas>=2"],
      globalImports: ["os"],
    });
    expect(wrapped).toMatchObject({ source: ADD, pythonPackages: ["pandas>=2"], globalImports: ["os"] });
    expect(wrapped.name).toBe("add");
    expect(wrapped.signature).toBe("def add(a: int, b: int) -> int:");
    expect(wrapped.docstring).toBe("Adds two numbers.");
  });

  test("the source may be indented as a whole and end its lines with CRLF", () => {
    const indented = `\n${ADD.replaceAll(/^(?=.)/gm, "      ")}`.replaceAll("\n", "\r\n");
    expect(FunctionWithRequirementsStr.fromString(indented).source).toBe(`\n${ADD}`);
  });

  test.each(["", "x = 1", `${ADD}def other(): pass\n`, "def f(:", "class A:\n    def f(self): pass"])(
    "%j is not exactly one function",
    (source) => {
      expect(() => FunctionWithRequirementsStr.fromString(source)).toThrow(ValueError);
    },
  );

  test.each(["", " ", "--index-url=https://example.test"])("the package %j is refused", (name) => {
    expect(() => FunctionWithRequirementsStr.fromString(ADD, { pythonPackages: [name] })).toThrow(ValueError);
  });

  test("a malformed import is refused at once", () => {
    expect(() => FunctionWithRequirementsStr.fromString(ADD, { globalImports: ["os; x"] })).toThrow(ValueError);
  });
});

describe("rendering", () => {
  test("the file has each import once, in the order first seen, then each function followed by a blank line", () => {
    const first = FunctionWithRequirementsStr.fromString(ADD, {
      globalImports: ["os", { name: "pandas", alias: "pd" }],
    });
    const second = FunctionWithRequirementsStr.fromString("def two():\n    return 2\n", {
      globalImports: [{ module: "pandas", imports: ["DataFrame", "concat"] }, "os"],
    });
    expect(renderPythonFunctionsFile([first, second])).toBe(
      `import os\nimport pandas as pd\nfrom pandas import DataFrame, concat\n\n${ADD}\n\ndef two():\n    return 2\n\n\n`,
    );
  });

  test("a stub is the signature, the doc string and an ellipsis", () => {
    expect(renderPythonStub(FunctionWithRequirementsStr.fromString(ADD))).toBe(
      'def add(a: int, b: int) -> int:\n    """Adds two numbers."""\n    ...',
    );
    const long = FunctionWithRequirementsStr.fromString("def f():\n  '''One \"\"\" two.\n\n  Three.'''\n  pass");
    expect(renderPythonStub(long)).toBe("def f():\n    '''One \"\"\" two.\n\n    Three.'''\n    ...");
    expect(renderPythonStub(FunctionWithRequirementsStr.fromString("def g(): pass"))).toBe("def g():\n    ...");
  });
});
