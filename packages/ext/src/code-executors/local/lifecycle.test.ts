import { existsSync, realpathSync, writeFileSync } from "node:fs";
import { dirname, isAbsolute, join, relative } from "node:path";
import { execFileSync } from "node:child_process";
import { tmpdir } from "node:os";
import { RuntimeError, ValueError } from "@tesserae/core";
import { afterEach, describe, expect, test } from "vitest";
import { block, ExecutorFixture, python } from "../../testing/executor-fixture.ts";
import { waitForFile } from "../../testing/process-tree.ts";
import { LocalCommandLineCodeExecutor } from "./local-command-line-code-executor.ts";
import type { LocalCommandLineCodeExecutorOptions } from "./options.ts";

const fixture = new ExecutorFixture();
afterEach(() => fixture.clear());

describe("options", () => {
  test.each<LocalCommandLineCodeExecutorOptions>([
    { timeout: 0 },
    { timeout: -1 },
    { timeout: Number.NaN },
    { timeout: Number.POSITIVE_INFINITY },
    { functionsModule: "not-an-identifier" },
    { functionsModule: "a.b" },
    { functionsModule: "class" },
    { functionsModule: "" },
    { workDir: "" },
    { pythonPath: "" },
    { maxOutputBytes: 0 },
    { maxOutputBytes: 1.5 },
    { allowedLanguages: ["cobol"] },
    { virtualEnvContext: { envExe: "", binPath: "x" } },
  ])("%j is refused", (options) => {
    expect(() => new LocalCommandLineCodeExecutor(options)).toThrow(ValueError);
  });

  test.each([
    { timeout: "60" },
    { allowedLanguages: "python" },
    { functions: ["def f(): pass"] },
    { environment: { inherit: "none" } },
    { environment: { set: { A: 1 } } },
    { repeat: "always" },
    { interleave: "yes" },
    { workDir: 1 },
  ])("%j, which no type would allow, is refused as well", (options) => {
    expect(() => Reflect.construct(LocalCommandLineCodeExecutor, [options])).toThrow(ValueError);
  });
});

describe("start and stop", () => {
  test("the temporary folder lives from start to stop, and there is a new one after the next start", async () => {
    const executor = new LocalCommandLineCodeExecutor();
    expect(() => executor.workDir).toThrow(RuntimeError);
    await Promise.all([executor.start(), executor.start()]);
    const first = executor.workDir;
    expect(dirname(realpathSync(first))).toBe(realpathSync(tmpdir()));
    writeFileSync(join(first, "x"), "");
    await executor.stop();
    await executor.stop();
    expect(existsSync(first)).toBe(false);
    expect(() => executor.workDir).toThrow(RuntimeError);
    await executor.start();
    expect(executor.workDir).not.toBe(first);
    await executor[Symbol.asyncDispose]();
  });

  test("the user's folder is made with those above it, and stays", async () => {
    const workDir = join(fixture.folder(), "a", "b");
    const executor = fixture.executor({ workDir: relative(process.cwd(), workDir) });
    await executor.start();
    expect(executor.workDir).toBe(workDir);
    await executor.stop();
    expect(existsSync(workDir)).toBe(true);
  });

  test("a folder that cannot be made is refused at start, which can be tried again", async () => {
    const parent = fixture.folder();
    writeFileSync(join(parent, "file"), "");
    const executor = fixture.executor({ workDir: join(parent, "file", "sub") });
    await expect(executor.start()).rejects.toThrow(/cannot be written to/);
    await expect(executor.executeCodeBlocks([block("sh", "echo x")])).rejects.toThrow(ValueError);
  });

  test.skipIf(process.platform === "win32")("execution starts the executor, and stop ends what runs", async () => {
    const executor = new LocalCommandLineCodeExecutor();
    const running = executor.executeCodeBlocks([block("sh", "echo x; touch started; sleep 100")]);
    await executor.start();
    const folder = executor.workDir;
    await waitForFile(join(folder, "started"));
    await executor.stop();
    const result = await running;
    expect(result.exitCode).toBe(125);
    expect(result.output).toMatch(/^x\nCancelled/);
    expect(existsSync(folder)).toBe(false);
  });

  test.skipIf(process.platform === "win32")("restart keeps the executor and its files", async () => {
    const executor = fixture.executor();
    await executor.executeCodeBlocks([block("sh", "# filename: kept.sh\ntrue")]);
    await executor.restart();
    expect(existsSync(join(executor.workDir, "kept.sh"))).toBe(true);
    expect((await executor.executeCodeBlocks([block("sh", "sh kept.sh && echo y")])).output).toBe("y\n");
  });
});

describe.skipIf(python === undefined || process.platform === "win32")("a virtual environment (needs python3)", () => {
  const inside = "import sys; print(sys.prefix != sys.base_prefix)";

  test.each([true, false])("Python runs in it, also by a relative path (%j)", async (relativePath) => {
    const folder = fixture.folder();
    execFileSync(python ?? "", ["-m", "venv", "--without-pip", join(folder, ".venv")]);
    const path = (name: string): string => {
      const absolute = join(folder, ".venv", "bin", name);
      return relativePath ? relative(process.cwd(), absolute) : absolute;
    };
    expect(isAbsolute(path("python"))).toBe(!relativePath);
    const virtualEnvContext = { envExe: path("python"), binPath: path("") };
    const executor = fixture.executor({ workDir: join(folder, "work"), virtualEnvContext });
    for (const language of ["python", "python3"]) {
      expect((await executor.executeCodeBlocks([block(language, inside)])).output).toBe("True\n");
    }
    // Shells find it too, by PATH.
    expect((await executor.executeCodeBlocks([block("sh", `python -c '${inside}'`)])).output).toBe("True\n");
    expect((await fixture.executor().executeCodeBlocks([block("python", inside)])).output).toBe("False\n");
  });
});

describe("what a journal is told", () => {
  test("the default is never to run again", () => {
    expect(fixture.executor().repeat).toBe("never");
    expect(fixture.executor({ repeat: "safe" }).repeat).toBe("safe");
  });

  test("the description is JSON, the same for the same configuration, and holds no secret", async () => {
    const options = { timeout: 5, environment: { set: { MY_KEY: "secret" } } };
    const [one, two] = [new LocalCommandLineCodeExecutor(options), new LocalCommandLineCodeExecutor(options)];
    await one.start();
    const description = JSON.stringify(one.describe());
    expect(JSON.stringify(two.describe())).toBe(description);
    expect(description).not.toContain("secret");
    expect(description).not.toContain(one.workDir);
    await one.stop();
    for (const other of [
      { ...options, timeout: 6 },
      { ...options, allowedLanguages: ["js"] },
      { ...options, workDir: "/x" },
    ]) {
      expect(JSON.stringify(new LocalCommandLineCodeExecutor(other).describe())).not.toBe(description);
    }
  });
});
