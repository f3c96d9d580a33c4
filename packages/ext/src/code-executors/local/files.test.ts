import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { block, ExecutorFixture } from "../../testing/executor-fixture.ts";

const fixture = new ExecutorFixture();
afterEach(() => fixture.clear());

describe.skipIf(process.platform === "win32")("the files of blocks", () => {
  test("a named file is kept, and is the code file", async () => {
    const executor = fixture.executor();
    const code = "# filename: test.sh\necho hi";
    const result = await executor.executeCodeBlocks([block("sh", code)]);
    expect(result).toEqual({ exitCode: 0, output: "hi\n", codeFile: join(executor.workDir, "test.sh") });
    expect(readFileSync(join(executor.workDir, "test.sh"), "utf8")).toBe(code);
  });

  test.each(["sub/dir/a.sh", "sub\\dir\\a.sh"])("%s makes its folders", async (name) => {
    const executor = fixture.executor();
    const result = await executor.executeCodeBlocks([block("sh", `# filename: ${name}\npwd`)]);
    expect(result).toEqual({
      exitCode: 0,
      output: `${executor.workDir}\n`,
      codeFile: join(executor.workDir, "sub/dir/a.sh"),
    });
  });

  test.each(["/tmp/test.py", "../x.py", "out/x.py", "..\\x.py", "C:\\x.py"])("%s is refused", async (name) => {
    const executor = fixture.executor();
    symlinkSync(fixture.folder(), join(executor.workDir, "out"));
    const blocks = [block("sh", "# filename: first.sh\necho before"), block("sh", `# filename: ${name}\necho refused`)];
    const result = await executor.executeCodeBlocks(blocks);
    expect(result.exitCode).toBe(1);
    expect(result.output).toMatch(/^before\n\nFilename is not in the workspace/);
    expect(result.codeFile).toBe(join(executor.workDir, "first.sh"));
  });

  test("a name that is a folder's, or below a file, is refused without an exception", async () => {
    const executor = fixture.executor();
    mkdirSync(join(executor.workDir, "folder"));
    for (const name of ["folder", "folder/", ".", "a.sh/b.sh"]) {
      const blocks = [block("sh", "# filename: a.sh\necho a"), block("sh", `# filename: ${name}\necho b`)];
      expect((await executor.executeCodeBlocks(blocks)).exitCode).toBe(1);
    }
  });

  test("a link planted where the next block's file comes is not followed", async () => {
    const executor = fixture.executor({ cleanupTempFiles: false });
    const victim = join(fixture.folder(), "victim");
    const code = "echo overwritten";
    const { codeFile = "" } = await executor.executeCodeBlocks([block("sh", code)]);
    await executor.executeCodeBlocks([block("sh", `echo kept > ${victim}; ln -sf ${victim} ${codeFile}`)]);
    expect((await executor.executeCodeBlocks([block("sh", code)])).exitCode).toBe(1);
    expect(readFileSync(victim, "utf8")).toBe("kept\n");
  });

  test("temporary files are deleted after the call, also of blocks that failed; or are kept", async () => {
    const executor = fixture.executor();
    const { codeFile = "" } = await executor.executeCodeBlocks([block("sh", "exit 0"), block("sh", "exit 1")]);
    expect(codeFile).toMatch(/tmp_code_[0-9a-f]{64}\.sh$/);
    expect(readdirSync(executor.workDir)).toEqual([]);
    const keeping = fixture.executor({ cleanupTempFiles: false });
    const kept = await keeping.executeCodeBlocks([block("sh", "exit 0")]);
    expect(existsSync(kept.codeFile ?? "")).toBe(true);
  });

  test("a temporary file that cannot be deleted is a warning, and the result stands", async () => {
    const executor = fixture.executor();
    const warning = new Promise<Error>((resolve) => {
      const listener = (entry: Error): void => {
        if (!("code" in entry) || entry.code !== "TESSERAE_FILE_NOT_DELETED") return;
        process.off("warning", listener);
        resolve(entry);
      };
      process.on("warning", listener);
    });
    const result = await executor.executeCodeBlocks([block("sh", 'rm "$0"; mkdir "$0"; touch "$0/x"; echo done')]);
    expect(result).toMatchObject({ exitCode: 0, output: "done\n" });
    expect((await warning).message).toContain(result.codeFile);
  });
});
