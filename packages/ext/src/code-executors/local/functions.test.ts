import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { FunctionWithRequirementsStr, ValueError } from "@tesserae/core";
import { afterEach, describe, expect, test, vi } from "vitest";
import { block, ExecutorFixture, python } from "../../testing/executor-fixture.ts";
import { waitForEnd, waitForFile } from "../../testing/process-tree.ts";

const fixture = new ExecutorFixture();
afterEach(() => fixture.clear());

const from = FunctionWithRequirementsStr.fromString;
const ADD = from(`def add_two_numbers(a: int, b: int) -> int:
    """Adds two numbers."""
    return a + b
`);
const USE = block("python", "from functions import add_two_numbers\nprint(add_two_numbers(1, 2))");

describe("the functions in a prompt", () => {
  test("are stubs with signature and doc string, and the module's name", () => {
    const prompt = fixture.executor({ functions: [ADD], functionsModule: "mine" }).formatFunctionsForPrompt();
    expect(prompt).toContain("from mine import");
    expect(prompt).toContain('def add_two_numbers(a: int, b: int) -> int:\n    """Adds two numbers."""\n    ...');
  });

  test("fill any template, and other placeholders are refused", () => {
    const executor = fixture.executor({ functions: [ADD, from("def two(): return 2")] });
    const template = "$$1 ${module_name} $module_name:\n$functions";
    expect(executor.formatFunctionsForPrompt(template)).toBe(
      '$1 functions functions:\ndef add_two_numbers(a: int, b: int) -> int:\n    """Adds two numbers."""\n    ...\n\ndef two():\n    ...',
    );
    for (const wrong of ["$other", "${x}", "cost: 5$", "$ 5"]) {
      expect(() => executor.formatFunctionsForPrompt(wrong)).toThrow(ValueError);
    }
  });
});

describe.skipIf(python === undefined)("functions in code (need python3)", () => {
  test("can be imported, also by a file in a folder further down", async () => {
    const executor = fixture.executor({ functions: [ADD] });
    expect(await executor.executeCodeBlocks([USE])).toMatchObject({ exitCode: 0, output: "3\n" });
    const below = block("python", `# filename: sub/a.py\n${USE.code}`);
    expect(await executor.executeCodeBlocks([below])).toMatchObject({ exitCode: 0, output: "3\n" });
  });

  test("are set up once, by the first of several calls at once", async () => {
    const executor = fixture.executor({
      functions: [from("def f():\n    return 1\n\nopen('loaded', 'a').write('x')\n")],
    });
    const calls = [1, 2, 3].map(() => executor.executeCodeBlocks([block("sh", "cat loaded")]));
    for (const { output } of await Promise.all(calls)) expect(output).toBe("x");
  });

  test("bring their imports along, in a module of any name", async () => {
    const joined = from("def joined(a, b):\n    return p.join(a, dumps(b))\n", {
      globalImports: [
        { name: "posixpath", alias: "p" },
        { module: "json", imports: ["dumps"] },
      ],
    });
    const executor = fixture.executor({ functions: [joined], functionsModule: "mine" });
    const code = "from mine import joined\nprint(joined('a', [1]))";
    expect((await executor.executeCodeBlocks([block("python", code)])).output).toBe("a/[1]\n");
    expect(readFileSync(join(executor.workDir, "mine.py"), "utf8")).toMatch(
      /^import posixpath as p\nfrom json import dumps\n\n/,
    );
  });

  test("called with arguments of a wrong type, they fail as in any program", async () => {
    const executor = fixture.executor({ functions: [ADD] });
    const code = "from functions import add_two_numbers\nprint(add_two_numbers(1, '2'))";
    const result = await executor.executeCodeBlocks([block("python", code)]);
    expect(result.exitCode).toBe(1);
    expect(result.output).toContain("TypeError");
  });

  test.each([
    ["broken source", "def f():\n    return (1 2)\n", /Checking the functions failed[\s\S]*function 2 is not valid/],
    [
      "an import that does not exist",
      "import no_such_module_here\ndef f(): pass\n",
      /Importing the module functions failed[\s\S]*no_such_module_here/,
    ],
    ["a name that does not exist", "def f(x: pandas.DataFrame): pass\n", /Importing the module[\s\S]*NameError/],
  ])("%s is a ValueError, at every call", async (_, source, message) => {
    const executor = fixture.executor({ functions: [ADD, from(source)] });
    for (let call = 0; call < 2; call += 1) {
      const running = executor.executeCodeBlocks([USE]);
      await expect(running).rejects.toThrow(ValueError);
      await expect(running).rejects.toThrow(message);
    }
  });

  test("a package that cannot be installed is a ValueError", async () => {
    const functions = [from(ADD.source, { pythonPackages: ["no-such-package-here-xyz"] })];
    const executor = fixture.executor({ functions, environment: { set: { PIP_NO_INDEX: "1" } } });
    const running = executor.executeCodeBlocks([USE]);
    await expect(running).rejects.toThrow(ValueError);
    await expect(running).rejects.toThrow(/Installing no-such-package-here-xyz with pip failed/);
  });

  test("packages are installed before the functions are loaded", async () => {
    const folder = fixture.folder();
    const wheel = join(folder, "tiny_package-1.0-py3-none-any.whl");
    // The smallest wheel there is: one module, and the three files of metadata that pip reads.
    const makeWheel = `import sys, zipfile
with zipfile.ZipFile(sys.argv[1], "w") as wheel:
    wheel.writestr("tiny_package.py", "VALUE = 42")
    info = "tiny_package-1.0.dist-info/"
    wheel.writestr(info + "METADATA", "Metadata-Version: 2.1\\nName: tiny-package\\nVersion: 1.0\\n")
    wheel.writestr(info + "WHEEL", "Wheel-Version: 1.0\\nGenerator: test\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
    wheel.writestr(info + "RECORD", "tiny_package.py,,\\n" + "".join(f"{info}{name},,\\n" for name in ["METADATA", "WHEEL", "RECORD"]))`;
    execFileSync(python ?? "", ["-c", makeWheel, wheel]);
    const target = join(folder, "installed");
    const value = from("def value():\n    return tiny_package.VALUE\n", {
      pythonPackages: [wheel],
      globalImports: ["tiny_package"],
    });
    const set = { PIP_NO_INDEX: "1", PIP_TARGET: target, PYTHONPATH: target };
    const executor = fixture.executor({ functions: [value], environment: { set } });
    const code = "from functions import value\nprint(value())";
    expect(await executor.executeCodeBlocks([block("python", code)])).toMatchObject({ exitCode: 0, output: "42\n" });
  });

  test("a set-up that takes too long is a ValueError, and ends with its processes", async () => {
    const slow = from(
      "def f(): pass\n\nimport os, time\nopen('pid.tmp', 'w').write(str(os.getpid()))\nos.rename('pid.tmp', 'pid')\ntime.sleep(100)\n",
    );
    const executor = fixture.executor({ functions: [slow], timeout: 60 });
    await executor.start();
    // The time passes when the module is being imported, however long a busy machine takes to start that.
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const running = expect(executor.executeCodeBlocks([USE])).rejects.toThrow(
      /Importing the module functions timed out/,
    );
    await waitForFile(join(executor.workDir, "pid")).finally(() => {
      vi.advanceTimersByTime(60_000);
      vi.useRealTimers();
    });
    await running;
    await waitForEnd([Number(readFileSync(join(executor.workDir, "pid"), "utf8"))]);
  });

  test("an abort during the set-up gives exit code 125; another call sets up again", async () => {
    const folder = fixture.folder();
    const slow = `def f(): return 7

import os, time
open('begun', 'w').close()
while not os.path.exists('go'): time.sleep(0.01)
`;
    const executor = fixture.executor({ workDir: folder, functions: [from(slow)] });
    const controller = new AbortController();
    const first = executor.executeCodeBlocks([USE], { signal: controller.signal });
    const second = executor.executeCodeBlocks([block("python", "from functions import f\nprint(f())")]);
    const third = executor.executeCodeBlocks([USE], { signal: controller.signal });
    await waitForFile(join(folder, "begun"));
    controller.abort();
    for (const result of await Promise.all([first, third])) {
      expect(result).toMatchObject({ exitCode: 125, output: expect.stringContaining("Cancelled") });
    }
    writeFileSync(join(folder, "go"), "");
    expect(await second).toMatchObject({ exitCode: 0, output: "7\n" });
  });

  test.skipIf(process.platform === "win32")("the module is not written through a link that leads out", async () => {
    const workDir = fixture.folder();
    const victim = join(fixture.folder(), "victim.py");
    symlinkSync(victim, join(workDir, "functions.py"));
    await expect(fixture.executor({ workDir, functions: [ADD] }).executeCodeBlocks([USE])).rejects.toThrow(ValueError);
    expect(existsSync(victim)).toBe(false);
  });
});
