import { existsSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CancelledError, FunctionWithRequirementsStr, RuntimeError, ValueError } from "@tesserae/core";
import { afterEach, describe, expect, test } from "vitest";
import { DockerFixture } from "../../testing/docker-fixture.ts";
import { block } from "../../testing/executor-fixture.ts";
import { waitForFile, waitUntil } from "../../testing/process-tree.ts";
import { findProgram } from "../shared/find-program.ts";
import type { DockerCommandLineCodeExecutor } from "./docker-command-line-code-executor.ts";
import type { DockerCommandLineCodeExecutorOptions } from "./options.ts";

const fixture = new DockerFixture();
afterEach(() => fixture.clear());

/** With `TESSERAE_DOCKER_TESTS=1` the same is asked of the engine that `DOCKER_HOST` names. */
const REAL = process.env["TESSERAE_DOCKER_TESTS"] === "1";
const IMAGE = process.env["TESSERAE_DOCKER_IMAGE"] ?? "python:3-slim";
const SLOW = 240_000;

const python = findProgram("python", process.env) !== undefined;
const engines = [
  { name: "an engine that is none", real: false, python },
  { name: "a real engine", real: true, python: true },
];

async function start(
  real: boolean,
  options: DockerCommandLineCodeExecutorOptions = {},
): Promise<DockerCommandLineCodeExecutor> {
  const where = real ? { image: IMAGE } : { dockerHost: (await fixture.engine()).host };
  const executor = fixture.executor({ workDir: fixture.folder(), ...where, ...options });
  await executor.start();
  return executor;
}

describe.each(engines)("in $name", ({ real, python: hasPython }) => {
  describe.skipIf(process.platform !== "linux" || (real && !REAL))("code blocks", { timeout: SLOW }, () => {
    test("run in order in the working folder, and their output is joined", async () => {
      const executor = await start(real);
      const result = await executor.executeCodeBlocks([
        block("sh", "echo 'hello world!'; echo problem >&2; echo file > made"),
        block("shell", "cat made"),
        block("bash", "echo $((100 + 100))"),
      ]);
      expect(result.exitCode).toBe(0);
      expect(result.output).toMatch(/hello world!\n/);
      expect(result.output).toMatch(/problem\n/);
      expect(result.output).toMatch(/file\n200\n$/);
      expect(readFileSync(join(executor.workDir, "made"), "utf8")).toBe("file\n");
    });

    test.skipIf(!hasPython)(
      "of Python run; the file is saved as it was given, under the extension of the language",
      async () => {
        const executor = await start(real);
        const code = "import sys; print('hello world!'); print(200)";
        const result = await executor.executeCodeBlocks([block("python", code)]);
        expect(result).toMatchObject({ exitCode: 0, output: "hello world!\n200\n" });
        expect(result.codeFile).toMatch(/tmp_code_[0-9a-f]{64}\.py$/);
        expect(readFileSync(result.codeFile ?? "", "utf8")).toBe(code);
      },
    );

    test("a failing block stops the run; the output of those before is kept", async () => {
      const executor = await start(real);
      const blocks = [block("sh", "echo one"), block("sh", "echo two; exit 3"), block("sh", "echo three")];
      expect(await executor.executeCodeBlocks(blocks)).toMatchObject({ exitCode: 3, output: "one\ntwo\n" });
    });

    test("a timeout gives 124, keeps what was printed, and ends even what heeds no signal", async () => {
      // Long enough for a busy machine to start a shell: the time is kept by the `timeout` of the image.
      const executor = await start(real, { timeout: 5 });
      const sleep = `sleep 9${process.pid}`;
      const code = `(trap '' TERM; ${sleep}) & trap '' TERM; echo begun; ${sleep}`;
      const result = await executor.executeCodeBlocks([block("sh", code), block("sh", "echo next")]);
      expect(result.exitCode).toBe(124);
      expect(result.output).toMatch(/^begun\n[\s\S]*Timeout/);
      const processes = "cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' ' '; true";
      expect((await executor.executeCodeBlocks([block("sh", processes)])).output).not.toContain(sleep);
    });

    test("an abort ends the block's processes, grandchildren too, and no others; what was printed is kept", async () => {
      const executor = await start(real);
      const controller = new AbortController();
      const tree = "sh -c 'while :; do echo . >> beat; sleep 0.1; done' &";
      const other = executor.executeCodeBlocks([block("sh", "while [ ! -e go ]; do sleep 0.1; done; echo spared")]);
      const running = executor.executeCodeBlocks(
        [block("sh", `echo begun; ${tree} touch ready; sleep 100; touch late`)],
        {
          signal: controller.signal,
        },
      );
      await waitForFile(join(executor.workDir, "ready"));
      await waitForFile(join(executor.workDir, "beat"));
      controller.abort();
      const result = await running;
      expect(result.exitCode).toBe(1);
      expect(result.output).toMatch(/^begun\n[\s\S]*Code execution was cancelled/);
      const beats = readFileSync(join(executor.workDir, "beat"), "utf8").length;
      writeFileSync(join(executor.workDir, "go"), "");
      expect(await other).toMatchObject({ exitCode: 0, output: "spared\n" });
      // The other has slept since: a heart that still beats would have been heard.
      expect(readFileSync(join(executor.workDir, "beat"), "utf8")).toHaveLength(beats);
      expect(existsSync(join(executor.workDir, "late"))).toBe(false);
    });

    test("an abort beforehand is a CancelledError", async () => {
      const executor = await start(real);
      const running = executor.executeCodeBlocks([block("sh", "echo x")], { signal: AbortSignal.abort() });
      await expect(running).rejects.toThrow(CancelledError);
    });

    test("what a block leaves in the background does not hold it up", async () => {
      const executor = await start(real, { timeout: 30 });
      const result = await executor.executeCodeBlocks([block("sh", "sleep 100 & echo done")]);
      expect(result).toMatchObject({ exitCode: 0, output: "done\n" });
    });

    test("more output than is kept loses its middle", async () => {
      const executor = await start(real, { maxOutputBytes: 100 });
      const { output } = await executor.executeCodeBlocks([block("sh", "echo first; seq 1 20000; echo last")]);
      expect(output).toMatch(/^first\n[\s\S]*bytes of output left out[\s\S]*last\n$/);
    });

    test.each(["javascript", "powershell", "cobol", ""])(
      "in %j are not run, and the result says so",
      async (language) => {
        const executor = await start(real);
        const result = await executor.executeCodeBlocks([block("sh", "echo one"), block(language, "x")]);
        expect(result.exitCode).toBe(1);
        expect(result.output).toContain(`Unsupported language: ${language}`);
        expect(result.output).toContain("one\n");
      },
    );

    test("a program that the image does not have is an exit code", async () => {
      const executor = await start(real);
      const { exitCode, output } = await executor.executeCodeBlocks([block("python3.99", "x")]);
      expect(exitCode).toBe(127);
      expect(output).toContain("python3.99");
    });

    test("a file may be named, also in folders; outside of the working folder it may not", async () => {
      const executor = await start(real);
      symlinkSync("/tmp", join(executor.workDir, "link"));
      const named = await executor.executeCodeBlocks([block("sh", "# filename: sub/-a b.sh\necho named $0")]);
      expect(named).toMatchObject({ exitCode: 0, output: "named sub/-a b.sh\n" });
      expect(named.codeFile).toBe(join(executor.workDir, "sub/-a b.sh"));
      const option = await executor.executeCodeBlocks([block("sh", "# filename: -c\necho $0")]);
      expect(option).toMatchObject({ exitCode: 0, output: "./-c\n" });
      for (const name of ["/tmp/test.sh", "../x.sh", "link/x.sh"]) {
        const result = await executor.executeCodeBlocks([
          block("sh", "echo one"),
          block("sh", `# filename: ${name}\necho x`),
        ]);
        expect(result.exitCode).toBe(1);
        expect(result.output).toMatch(/^one\n[\s\S]*Filename is not in the workspace/);
      }
    });

    test("temporary files are deleted when told so, also after an error; named ones stay", async () => {
      const executor = await start(real, { deleteTmpFiles: true });
      const blocks = [block("sh", "# filename: named.sh\necho 1"), block("sh", "exit 3")];
      expect((await executor.executeCodeBlocks(blocks)).exitCode).toBe(3);
      expect(readdirSync(executor.workDir)).toEqual(["named.sh"]);
    });

    test("after a restart the files are still there", async () => {
      const executor = await start(real);
      await executor.executeCodeBlocks([block("sh", "echo kept > kept")]);
      await executor.restart();
      expect(await executor.executeCodeBlocks([block("sh", "cat kept")])).toMatchObject({ output: "kept\n" });
    });

    test.skipIf(!hasPython)("can import functions, which are set up once", async () => {
      const source =
        "def add(a: int, b: int) -> int:\n    \"\"\"Adds.\"\"\"\n    return a + b\n\nopen('loaded', 'a').write('x')\n";
      const executor = await start(real, { functions: [FunctionWithRequirementsStr.fromString(source)] });
      expect(executor.formatFunctionsForPrompt()).toContain(
        'def add(a: int, b: int) -> int:\n    """Adds."""\n    ...',
      );
      const calls = [1, 2, 3].map(() => executor.executeCodeBlocks([block("sh", "cat loaded")]));
      for (const { output } of await Promise.all(calls)) expect(output).toBe("x");
      const code = "# filename: sub/use.py\nfrom functions import add\nprint(add(1, 2))";
      expect(await executor.executeCodeBlocks([block("python", code)])).toMatchObject({ output: "3\n" });
      const wrong = await executor.executeCodeBlocks([block("python", "from functions import add\nadd(1, '2')")]);
      expect(wrong).toMatchObject({ exitCode: 1, output: expect.stringContaining("TypeError") });
    });

    test.skipIf(!hasPython)("functions that cannot be loaded are a ValueError", async () => {
      const functions = [FunctionWithRequirementsStr.fromString("import no_such_module_here\ndef f(): pass\n")];
      const executor = await start(real, { functions });
      const running = executor.executeCodeBlocks([block("sh", "echo x")]);
      await expect(running).rejects.toThrow(ValueError);
      await expect(running).rejects.toThrow(/Importing the module functions failed[\s\S]*no_such_module_here/);
    });

    test.skipIf(!hasPython)("a package that cannot be installed is a ValueError", async () => {
      const requirements = { pythonPackages: ["no-such-package-here-xyz"] };
      const functions = [FunctionWithRequirementsStr.fromString("def f(): pass\n", requirements)];
      const running = (await start(real, { functions, networkDisabled: true })).executeCodeBlocks([
        block("sh", "echo x"),
      ]);
      await expect(running).rejects.toThrow(/Installing no-such-package-here-xyz with pip (?:failed|timed out)/);
    });

    test("no or malformed blocks are a ValueError", async () => {
      const executor = await start(real);
      await expect(executor.executeCodeBlocks([])).rejects.toThrow(ValueError);
      // @ts-expect-error: a block has a language.
      await expect(executor.executeCodeBlocks([{ code: "x" }])).rejects.toThrow(ValueError);
    });

    test.skipIf(!real)("see no network when it is disabled, and little of the host", async () => {
      const executor = await start(real, { networkDisabled: true, hostConfig: { ReadonlyRootfs: true } });
      const code = "ls /sys/class/net; touch /elsewhere || echo refused; id -u; cat /proc/1/comm";
      const { output } = await executor.executeCodeBlocks([block("sh", code)]);
      expect(output).toMatch(/^lo\n/);
      expect(output).toContain("refused");
      expect(output).toContain(`\n${process.getuid?.()}\n`);
    });

    test.skipIf(!real)("see extra hosts and volumes, and what the first command did", async () => {
      const folder = fixture.folder();
      writeFileSync(join(folder, "given"), "given\n");
      const executor = await start(real, {
        extraHosts: { "some.host.test": "10.1.2.3" },
        extraVolumes: { [folder]: { bind: "/given", mode: "ro" } },
        initCommand: "echo begun > /workspace/begun",
      });
      await waitUntil("the first command is done", () => existsSync(join(executor.workDir, "begun")));
      const code = "grep some.host.test /etc/hosts; cat /given/given; touch /given/x || echo read-only";
      const { output } = await executor.executeCodeBlocks([block("sh", code)]);
      expect(output).toMatch(/10\.1\.2\.3\s+some\.host\.test/);
      expect(output).toContain("given\n");
      expect(output).toContain("read-only");
    });
  });
});

test.skipIf(process.platform === "win32")(
  "a container that is gone is a RuntimeError that says what to do",
  async () => {
    const engine = await fixture.engine();
    const executor = fixture.executor({ dockerHost: engine.host });
    await executor.start();
    engine.containers.clear();
    await expect(executor.executeCodeBlocks([block("sh", "echo x")])).rejects.toThrow(RuntimeError);
    await expect(executor.executeCodeBlocks([block("sh", "echo x")])).rejects.toThrow(
      /Stop the executor and start it again/,
    );
  },
);
