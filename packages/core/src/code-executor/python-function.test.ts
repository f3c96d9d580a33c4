import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ValueError } from "../errors/kinds.ts";
import { readPythonFunctions } from "./python-function.ts";
import { splitPythonLines } from "./python-lines.ts";

describe("splitPythonLines", () => {
  test("joins what brackets, triple quotes and backslashes hold together, and drops comments", () => {
    const source = 'x = (1,  # one\n  2)\ny = """a\n# not a comment\nb"""\nz = 1 + \\\n  2\n\n  # alone\nif x: pass';
    expect(splitPythonLines(source)).toEqual([
      { indent: 0, text: "x = (1,     2)" },
      { indent: 0, text: 'y = """a\n# not a comment\nb"""' },
      { indent: 0, text: "z = 1 +    2" },
      { indent: 0, text: "if x: pass" },
    ]);
  });

  test("quotes, brackets and hashes inside strings are text", () => {
    expect(splitPythonLines(`a = rb'\\'(#' + f"]" + "\\\\"\nb = 1`)).toHaveLength(2);
  });

  test.each(["x = 'a\ny = 1", 'x = """a', "f(1", "f(1))", "a = [1)"])("says where %j cannot be read", (source) => {
    expect(() => splitPythonLines(source)).toThrow(ValueError);
    expect(() => splitPythonLines(source)).toThrow(/on line 1/);
  });

  test("any text is split or refused with a ValueError, never anything else", () => {
    const piece = fc.constantFrom(
      "def f():",
      "\n",
      '"""',
      "'",
      '"',
      "(",
      ")",
      "\\",
      "#",
      " ",
      "f",
      "r",
      "é",
      "x = 1",
      "\t",
    );
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        try {
          for (const line of splitPythonLines(pieces.join(""))) expect(line.text.trim()).not.toBe("");
        } catch (error) {
          expect(error).toBeInstanceOf(ValueError);
        }
      }),
    );
  });
});

describe("readPythonFunctions", () => {
  test("reads the functions at the top level, and no nested ones or methods", () => {
    const source =
      "class A:\n    def method(self): pass\ndef outer():\n    def inner(): pass\nasync def other(): ...\n";
    expect(readPythonFunctions(source).map((entry) => entry.name)).toEqual(["outer", "other"]);
  });

  test("a signature over several lines is put on one, its strings untouched", () => {
    const source = `@cache
def load(
    path: str = "a:  b)",  # where
    *rest: Callable[[int], str],
    **options: dict[str, int],
) -> list["pandas.DataFrame"]:
    """Loads."""
    return []
`;
    expect(readPythonFunctions(source)).toEqual([
      {
        name: "load",
        signature:
          'def load(path: str = "a:  b)", *rest: Callable[[int], str], **options: dict[str, int],) -> list["pandas.DataFrame"]:',
        docstring: "Loads.",
      },
    ]);
  });

  test("a doc string loses the indentation its lines share", () => {
    const source = 'def f():\n    """First.\n\n    Args:\n        a: one\n    """\n    pass';
    expect(readPythonFunctions(source)[0]?.docstring).toBe("First.\n\nArgs:\n    a: one");
  });

  test.each([
    ["def f(): 'inline'", "inline"],
    ["def f():\n    'single'", "single"],
    ["def f():\n    r'''raw'''", "raw"],
    ["def f():\n    f'''formatted'''", undefined],
    ["def f():\n    'a' + 'b'", undefined],
    ["def f():\n    x = 'a'", undefined],
    ["def f():\n    pass\n'not of f'", undefined],
  ])("the doc string of %j is %j", (source, docstring) => {
    expect(readPythonFunctions(source)[0]?.docstring).toBe(docstring);
  });
});
