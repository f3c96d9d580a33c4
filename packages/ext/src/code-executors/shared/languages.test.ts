import { ValueError } from "@tesserae/core";
import { describe, expect, test } from "vitest";
import { inferLanguage } from "./infer-language.ts";
import { findLanguage, languageToCommand } from "./languages.ts";
import { silencePip } from "./silence-pip.ts";

const installed =
  (...programs: readonly string[]) =>
  (program: string) =>
    programs.includes(program) ? `/bin/${program}` : undefined;

describe("languageToCommand", () => {
  test.each([
    ["python", ["python", "python3"], "/bin/python"],
    ["Python", ["python"], "/bin/python"],
    ["py", ["python3"], "/bin/python3"],
    ["python3", ["python", "python3"], "/bin/python3"],
    ["python3.12", ["python", "python3.12"], "/bin/python3.12"],
    ["bash", ["bash", "sh"], "/bin/bash"],
    ["sh", ["bash", "sh"], "/bin/sh"],
    ["shell", ["sh"], "/bin/sh"],
    ["pwsh", ["pwsh", "powershell"], "/bin/pwsh"],
    ["powershell", ["pwsh", "powershell"], "/bin/pwsh"],
    ["ps1", ["powershell"], "/bin/powershell"],
  ])("%s with %j is %s", (word, programs, command) => {
    expect(languageToCommand(word, installed(...programs))).toBe(command);
  });

  test.each(["javascript", "js", "node", "typescript", "ts"])("%s is this Node", (word) => {
    expect(languageToCommand(word, installed())).toBe(process.execPath);
  });

  test.each(["", "cobol", "pythonic", "python3/../x", "__proto__"])("%j is not supported", (word) => {
    expect(() => languageToCommand(word, installed("python"))).toThrow(ValueError);
  });

  test("a missing program is named", () => {
    expect(() => languageToCommand("ps1", installed())).toThrow(/pwsh or powershell, which is not on PATH/);
    expect(() => languageToCommand("ps1", installed())).toThrow(ValueError);
  });
});

test.each([
  ["python", "py"],
  ["python3.12", "py"],
  ["pwsh", "ps1"],
  ["PowerShell", "ps1"],
  ["bash", "bash"],
  ["shell", "shell"],
  ["js", "js"],
  ["TypeScript", "ts"],
])("files of %s end in .%s", (word, extension) => {
  expect(findLanguage(word)?.extension).toBe(extension);
});

describe("silencePip", () => {
  test.each([
    [
      "python",
      "! pip install a\n!pip install b\nx = 'pip install'",
      "! pip install -qqq a\n!pip install -qqq b\nx = 'pip install'",
    ],
    ["python", "pip install a", "pip install a"],
    ["python", "!pip install -qqq a", "!pip install -qqq a"],
    [
      "sh",
      "pip install a\n pip install b\npip install -qqq c",
      "pip install -qqq a\n pip install b\npip install -qqq c",
    ],
    ["bash", "pip install a # pip install b", "pip install -qqq a # pip install b"],
    ["powershell", "pip install a", "pip install -qqq a"],
    ["javascript", "pip install a", "pip install a"],
  ] as const)("%s %j", (language, code, silenced) => {
    expect(silencePip(code, language)).toBe(silenced);
  });
});

describe("inferLanguage", () => {
  const parses = (answer: boolean) => () => Promise.resolve(answer);
  const never = (): Promise<boolean> => Promise.reject(new Error("asked"));
  test.each(["python x.py", "python3 x.py", "pip install a"])("%j is sh, and nobody is asked", async (code) => {
    expect(await inferLanguage(code, never)).toBe("sh");
  });
  test("else what parses as Python is Python, and the rest is unknown", async () => {
    expect(await inferLanguage("x = 1", parses(true))).toBe("python");
    expect(await inferLanguage("x := 1", parses(false))).toBe("unknown");
  });
});
