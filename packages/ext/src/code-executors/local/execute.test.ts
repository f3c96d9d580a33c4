import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { CancelledError, ValueError } from "@tesserae/core";
import { afterEach, describe, expect, test, vi } from "vitest";
import { block, ExecutorFixture, python } from "../../testing/executor-fixture.ts";
import { waitForEnd, waitForFile } from "../../testing/process-tree.ts";
import { temporaryFileName } from "../shared/code-file.ts";

const fixture = new ExecutorFixture();
afterEach(() => fixture.clear());

const HELLO = "import sys; print('hello world!')";

describe.skipIf(python === undefined)("Python blocks (need python3)", () => {
  test("run, and the file holds the code", async () => {
    const executor = fixture.executor({ cleanupTempFiles: false });
    const result = await executor.executeCodeBlocks([block("python", HELLO)]);
    const codeFile = join(executor.workDir, temporaryFileName(HELLO, "py"));
    expect(result).toEqual({ exitCode: 0, output: "hello world!\n", codeFile });
    expect(readFileSync(codeFile, "utf8")).toBe(HELLO);
  });

  test("run in order, and their output is joined", async () => {
    const executor = fixture.executor();
    const blocks = [block("python", HELLO), block("python", "a = 100 + 100\nprint(a)")];
    expect(await executor.executeCodeBlocks(blocks)).toMatchObject({ exitCode: 0, output: "hello world!\n200\n" });
  });

  test("a failing block stops the run; the output of those before is kept", async () => {
    const executor = fixture.executor();
    const blocks = [
      block("python", "print('one')"),
      block("Python", "raise KeyError('two')"),
      block("py", "print('three')"),
    ];
    const result = await executor.executeCodeBlocks(blocks);
    expect(result.exitCode).toBe(1);
    expect(result.output).toMatch(/^one\nTraceback[\s\S]*KeyError: 'two'\n$/);
  });

  test("standard error comes before output; interleaved, both come as written", async () => {
    const code = "import sys\nprint('a')\nprint('b', file=sys.stderr)\nprint('c')";
    expect((await fixture.executor().executeCodeBlocks([block("python", code)])).output).toBe("b\na\nc\n");
    const interleaving = fixture.executor({ interleave: true });
    expect((await interleaving.executeCodeBlocks([block("python", code)])).output).toBe("a\nb\nc\n");
  });

  test("a timeout gives exit code 124 and keeps what was printed", async () => {
    const executor = fixture.executor({ timeout: 60 });
    await executor.start();
    // The time passes when the block sleeps, however long a busy machine takes to start it.
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const running = executor.executeCodeBlocks([
      block("python", "print('before')"),
      block("python", "import time; print('started'); open('begun', 'w').close(); time.sleep(100); print('never')"),
      block("python", "print('after')"),
    ]);
    await waitForFile(join(executor.workDir, "begun")).finally(() => {
      vi.advanceTimersByTime(60_000);
      vi.useRealTimers();
    });
    const result = await running;
    expect(result.exitCode).toBe(124);
    expect(result.output).toMatch(/^before\nstarted\nTimeout/);
    expect(result.output).not.toMatch(/never|after/);
  });

  test("reading standard input finds its end at once", async () => {
    const result = await fixture.executor().executeCodeBlocks([block("python", "input()")]);
    expect(result.exitCode).toBe(1);
    expect(result.output).toContain("EOFError");
  });

  test("bytes that are no UTF-8 are replaced, other text is as printed", async () => {
    const code = "import sys\nprint('größe 😀')\nsys.stdout.buffer.write(b'\\xff\\xfe!')";
    expect(await fixture.executor().executeCodeBlocks([block("python", code)])).toMatchObject({
      exitCode: 0,
      output: "größe 😀\n\uFFFD\uFFFD!",
    });
  });

  test("output beyond the limit loses its middle, with a note", async () => {
    const executor = fixture.executor({ maxOutputBytes: 20 });
    const result = await executor.executeCodeBlocks([
      block("python", "print('a' * 1000000); raise SystemExit('failed')"),
    ]);
    expect(result.exitCode).toBe(1);
    expect(result.output).toBe(
      "failed\naaaaaaaaaa\n[999981 of 1000001 bytes of output left out here: the limit is 20 bytes]\naaaaaaaaa\n",
    );
  });

  test("code without a language runs as Python if it is Python, else not at all", async () => {
    const executor = fixture.executor();
    expect(await executor.executeCodeBlocks([block("", "print(1)")])).toMatchObject({ exitCode: 0, output: "1\n" });
    const result = await executor.executeCodeBlocks([block(" ", "print 1 2")]);
    expect(result).toMatchObject({ exitCode: 1, output: expect.stringContaining("unknown language unknown") });
  });

  test("the same code in two calls at once does not lose its file", async () => {
    const executor = fixture.executor();
    const calls = Array.from({ length: 6 }, () => executor.executeCodeBlocks([block("python", HELLO)]));
    for (const result of await Promise.all(calls))
      expect(result).toMatchObject({ exitCode: 0, output: "hello world!\n" });
    expect(existsSync(join(executor.workDir, temporaryFileName(HELLO, "py")))).toBe(false);
  });
});

describe.skipIf(process.platform === "win32")("shell blocks", () => {
  test.each(["bash", "sh", "shell", "SH"])("%s runs", async (language) => {
    const result = await fixture.executor().executeCodeBlocks([block(language, "echo 'hello world!'")]);
    expect(result).toMatchObject({ exitCode: 0, output: "hello world!\n" });
  });

  test("a signal that ends the program gives 128 and its number", async () => {
    expect((await fixture.executor().executeCodeBlocks([block("sh", "kill -9 $$")])).exitCode).toBe(137);
  });

  test("code of a megabyte, and code of nothing", async () => {
    const executor = fixture.executor();
    const long = `${": filler\n".repeat(120_000)}echo done`;
    expect((await executor.executeCodeBlocks([block("sh", long)])).output).toBe("done\n");
    expect(await executor.executeCodeBlocks([block("sh", "")])).toMatchObject({ exitCode: 0, output: "" });
    expect(await executor.executeCodeBlocks([])).toEqual({ exitCode: 0, output: "" });
  });

  test("an abort ends the block and its grandchildren, and keeps what was printed", async () => {
    const executor = fixture.executor();
    const controller = new AbortController();
    const code =
      "echo started\nsh -c 'sleep 100 & echo $! > grandchild.tmp; wait' &\nsleep 0\nuntil [ -s grandchild.tmp ]; do sleep 0.01; done\necho $$ >> grandchild.tmp\nmv grandchild.tmp pids\nsleep 10\ntouch written";
    const running = executor.executeCodeBlocks([block("sh", code), block("sh", "echo next")], {
      signal: controller.signal,
    });
    await waitForFile(join(executor.workDir, "pids"));
    controller.abort();
    const result = await running;
    expect(result.exitCode).toBe(125);
    expect(result.output).toMatch(/^started\nCancelled/);
    // With every process of the block gone, nobody is left to write the file, however long one waits.
    await waitForEnd(readFileSync(join(executor.workDir, "pids"), "utf8").trim().split("\n").map(Number));
    expect(existsSync(join(executor.workDir, "written"))).toBe(false);
  });

  test("an already aborted signal rejects, and nothing is touched", async () => {
    const workDir = join(fixture.folder(), "new");
    const running = fixture
      .executor({ workDir })
      .executeCodeBlocks([block("sh", "echo x")], { signal: AbortSignal.abort() });
    await expect(running).rejects.toThrow(CancelledError);
    expect(existsSync(workDir)).toBe(false);
  });

  test("a process in the background serves the blocks after it, and ends with the call", async () => {
    const executor = fixture.executor();
    const blocks = [block("bash", "sleep 100 & echo $! > pid"), block("bash", "kill -0 $(cat pid) && echo alive")];
    expect(await executor.executeCodeBlocks(blocks)).toMatchObject({ exitCode: 0, output: "alive\n" });
    await waitForEnd([Number(readFileSync(join(executor.workDir, "pid"), "utf8"))]);
  });

  test("provider keys of this process are not seen unless asked for", async () => {
    process.env["TESSERAE_TEST_API_KEY"] = "secret";
    try {
      const show = [block("sh", 'echo "${TESSERAE_TEST_API_KEY-none}"')];
      expect((await fixture.executor().executeCodeBlocks(show)).output).toBe("none\n");
      const all = fixture.executor({ environment: { inherit: "all" } });
      expect((await all.executeCodeBlocks(show)).output).toBe("secret\n");
      const set = fixture.executor({ environment: { set: { TESSERAE_TEST_API_KEY: "other" } } });
      expect((await set.executeCodeBlocks(show)).output).toBe("other\n");
    } finally {
      delete process.env["TESSERAE_TEST_API_KEY"];
    }
  });
});

describe("languages", () => {
  test.each(["cobol", "javascript", "ts"])("%s is unknown unless allowed", async (language) => {
    const result = await fixture.executor().executeCodeBlocks([block(language, "x")]);
    expect(result.exitCode).toBe(1);
    expect(result.output).toContain(`unknown language ${language}`);
    expect(result).not.toHaveProperty("codeFile");
  });

  test.each([
    ["javascript", "const { sep } = require('node:path'); console.log(sep.length, process.version)"],
    ["js", "import { sep } from 'node:path'; console.log(sep.length, await Promise.resolve(process.version))"],
    ["node", "console.log(1, process.version)"],
    [
      "typescript",
      "import { sep } from 'node:path'; const one: number = sep.length; console.log(one, process.version)",
    ],
    ["ts", "interface A { b: string }\nconst a: A = { b: process.version };\nconsole.log(1, a.b)"],
  ])("%s runs in this Node when it is allowed", async (language, code) => {
    const executor = fixture.executor({ allowedLanguages: ["node", "typescript"] });
    const result = await executor.executeCodeBlocks([block(language, code)]);
    expect(result).toMatchObject({ exitCode: 0, output: `1 ${process.version}\n` });
  });

  test("what is not listed does not run", async () => {
    const executor = fixture.executor({ allowedLanguages: ["python"] });
    expect((await executor.executeCodeBlocks([block("sh", "touch x")])).output).toContain("unknown language sh");
    const none = fixture.executor({ allowedLanguages: [] });
    expect((await none.executeCodeBlocks([block("sh", "touch x")])).output).toContain("runs none");
  });

  test("a program that is not installed gives exit code 127 and says what is missing", async () => {
    const environment = { set: { PATH: fixture.folder() } };
    for (const [language, missing] of [
      ["pwsh", "pwsh or powershell"],
      ["python", "python or python3"],
      ["bash", "bash"],
    ] as const) {
      const result = await fixture.executor({ environment }).executeCodeBlocks([block(language, "x")]);
      expect(result.exitCode).toBe(127);
      expect(result.output).toContain(missing);
    }
    const executor = fixture.executor({ pythonPath: "/none/python" });
    expect((await executor.executeCodeBlocks([block("python", "x")])).output).toContain(
      "no Python to run at /none/python",
    );
  });

  test.each([[[{ language: "sh" }]], [[null]], ["x"], [undefined]])("%j is no list of blocks", async (blocks) => {
    const call: unknown = Reflect.apply(fixture.executor().executeCodeBlocks, fixture.executor(), [blocks]);
    await expect(call).rejects.toThrow(ValueError);
  });
});
