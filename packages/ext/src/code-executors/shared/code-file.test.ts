import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { ValueError } from "@tesserae/core";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { readFileName, resolveInWorkDir, temporaryFileName, writeCodeFile } from "./code-file.ts";

const root = realpathSync(mkdtempSync(join(tmpdir(), "tesserae-code-file-")));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const work = join(root, "work");
const elsewhere = join(root, "elsewhere");
mkdirSync(join(work, "inner"), { recursive: true });
mkdirSync(elsewhere);
writeFileSync(join(elsewhere, "kept.py"), "kept");
writeFileSync(join(work, "plain"), "");
if (process.platform !== "win32") {
  symlinkSync(elsewhere, join(work, "out"));
  symlinkSync(join(elsewhere, "kept.py"), join(work, "link.py"));
  symlinkSync(join(elsewhere, "missing.py"), join(work, "dangling.py"));
  symlinkSync(join(work, "loop"), join(work, "loop"));
  symlinkSync(join(work, "inner"), join(work, "within"));
  symlinkSync(work, join(root, "alias"));
}

describe("readFileName", () => {
  test.each([
    ["# filename: a.py\nx", "a.py"],
    ["# filename:a.py", "a.py"],
    ["# filename: a:b c.py \r\nx", "a:b c.py"],
    ["// filename: a.js\nx", "a.js"],
    ["<!-- filename: a.html -->\nx", "a.html"],
    ["x\n# filename: a.py", undefined],
    [" # filename: a.py", undefined],
    ["#filename: a.py", undefined],
    ["# filename:\nx", undefined],
    ["# filename", undefined],
    ["", undefined],
  ])("%j names %j", (code, name) => {
    expect(readFileName(code)).toBe(name);
  });
});

test("code without a name has one by its hash", () => {
  expect(temporaryFileName("x", "py")).toBe(
    "tmp_code_2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881.py",
  );
});

describe.skipIf(process.platform === "win32")("resolveInWorkDir", () => {
  test.each([
    ["a.py", "a.py"],
    ["./a.py", "a.py"],
    ["sub/dir/a.py", "sub/dir/a.py"],
    ["sub\\dir\\a.py", "sub/dir/a.py"],
    ["inner/../a.py", "a.py"],
    ["..a/..py", "..a/..py"],
    ["a:b.py", "a:b.py"],
    ["within/a.py", "inner/a.py"],
    [join(work, "a.py"), "a.py"],
  ])("%s is %s", async (name, path) => {
    expect(await resolveInWorkDir(work, name)).toBe(join(work, path));
  });

  test("the working folder may itself be a link", async () => {
    const alias = join(root, "alias");
    expect(await resolveInWorkDir(alias, "a.py")).toBe(join(work, "a.py"));
    expect(await resolveInWorkDir(alias, join(alias, "a.py"))).toBe(join(work, "a.py"));
    expect(await resolveInWorkDir(alias, join(work, "a.py"))).toBe(join(work, "a.py"));
  });

  test.each([
    "/tmp/test.py",
    "../x.py",
    "..",
    ".",
    "inner/../../x.py",
    "..\\x.py",
    "C:\\x.py",
    "c:/x.py",
    "\\\\host\\share\\x.py",
    "out/x.py",
    "out/sub/x.py",
    "link.py",
    "dangling.py",
    "loop",
    "loop/x.py",
    "plain/x.py",
    "inner/",
    "a\0b.py",
    `${work}-beside/x.py`,
  ])("%j is refused", async (name) => {
    const refusal = expect(resolveInWorkDir(work, name)).rejects;
    await refusal.toThrow(ValueError);
    await expect(resolveInWorkDir(work, name)).rejects.toThrow(/^Filename is not in the workspace/);
  });

  test("whatever the name, the path is inside or the answer is a ValueError", async () => {
    const piece = fc.constantFrom(
      "..",
      ".",
      "a",
      "out",
      "link.py",
      "within",
      "/",
      "//",
      "\\",
      "C:",
      "~",
      "plain",
      " ",
      root,
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { minLength: 1 }), async (pieces) => {
        try {
          const path = await resolveInWorkDir(work, pieces.join(""));
          expect(relative(work, path)).toMatch(/^(?!\.\.?(\/|$))./);
        } catch (error) {
          expect(error).toBeInstanceOf(ValueError);
        }
      }),
    );
  });
});

describe("writeCodeFile", () => {
  test("makes the folders above and replaces what was there", async () => {
    const path = join(work, "new", "deep", "a.py");
    await writeCodeFile(path, "a longer text");
    await writeCodeFile(path, "é");
    expect(readFileSync(path, "utf8")).toBe("é");
  });

  test.skipIf(process.platform === "win32")("follows no link", async () => {
    await expect(writeCodeFile(join(work, "link.py"), "x")).rejects.toThrow();
    expect(readFileSync(join(elsewhere, "kept.py"), "utf8")).toBe("kept");
  });
});
