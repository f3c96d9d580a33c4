import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { FunctionWithRequirementsStr, ValueError, withRequirements } from "@tesserae/core";
import { afterEach, describe, expect, test } from "vitest";
import { block, ExecutorFixture } from "../../testing/executor-fixture.ts";
import { waitForFile } from "../../testing/process-tree.ts";
import { findProgram } from "../shared/find-program.ts";
import { findNpm } from "./find-npm.ts";
import type { ExecutorFunction } from "./executor-functions.ts";
import type { LocalCommandLineCodeExecutor } from "./local-command-line-code-executor.ts";
import type { LocalCommandLineCodeExecutorOptions } from "./options.ts";

const fixture = new ExecutorFixture();
afterEach(() => fixture.clear());

const npm = findNpm(process.execPath, (program) => findProgram(program, process.env));
const add = withRequirements({ description: "Adds two numbers." }, function add(a: number, b: number): number {
  return a + b;
});
const USE = block("javascript", 'import { add } from "./functions.mjs";\nconsole.log(add(1, 2));');

function executorWith(
  functions: readonly ExecutorFunction[],
  options: LocalCommandLineCodeExecutorOptions = {},
): LocalCommandLineCodeExecutor {
  return fixture.executor({ allowedLanguages: ["javascript", "typescript", "sh"], functions, ...options });
}

/** A package of one module in a folder; gives the folder. */
function makePackage(name: string, version: string, code: string, more: object = {}): string {
  const folder = join(fixture.folder(), "package");
  mkdirSync(folder);
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name, version, exports: "./index.cjs", ...more }));
  writeFileSync(join(folder, "index.cjs"), code);
  return folder;
}

/** No registry, whatever this machine is told of one. */
const OFFLINE = {
  npm_config_registry: "http://127.0.0.1:9/",
  npm_config_cache: "",
  npm_config_update_notifier: "false",
};

describe("the functions in a prompt", () => {
  test("are stubs with their description and the module's name", () => {
    const prompt = executorWith([add], { functionsModule: "mine" }).formatFunctionsForPrompt();
    expect(prompt).toContain('import { NAME } from "./mine.mjs";');
    expect(prompt).toContain("/** Adds two numbers. */\nfunction add(a, b) { ... }");
  });

  test("of both languages are told apart", () => {
    const python = FunctionWithRequirementsStr.fromString("def two(): return 2");
    const executor = executorWith([add, python]);
    expect(executor.formatFunctionsForPrompt("$module_name: $functions")).toBe(
      "functions: def two():\n    ...\n\n./functions.mjs: /** Adds two numbers. */\nfunction add(a, b) { ... }",
    );
  });
});

describe("functions in JavaScript code", () => {
  test("need an executor that runs JavaScript", () => {
    expect(() => fixture.executor({ functions: [add] })).toThrow(ValueError);
    expect(() => fixture.executor({ functions: [add] })).toThrow('add "javascript" to allowedLanguages');
    // @ts-expect-error: a function without requirements is not prepared to be one.
    expect(() => executorWith([() => 1])).toThrow(ValueError);
  });

  test("can be imported by both forms of module, by TypeScript, and from a folder further down", async () => {
    const executor = executorWith([add]);
    expect(await executor.executeCodeBlocks([USE])).toMatchObject({ exitCode: 0, output: "3\n" });
    const blocks = [
      block("js", 'const { add } = require("./functions.mjs");\nconsole.log(add(2, 2));'),
      block("typescript", 'import { add } from "./functions.mjs";\nconst n: number = add(2, 3);\nconsole.log(n);'),
      block("js", '// filename: sub/a.js\nimport { add } from "../functions.mjs";\nconsole.log(add(3, 3));'),
    ];
    expect(await executor.executeCodeBlocks(blocks)).toMatchObject({ exitCode: 0, output: "4\n5\n6\n" });
  });

  test("bring their imports along, once, and are loaded once by several calls", async () => {
    const joined = withRequirements(
      { imports: [{ module: "node:path", names: ["posix"] }] },
      function joined(a: string) {
        // @ts-expect-error: the import is there where the function runs.
        return posix.join(a, "b");
      },
    );
    const noted = withRequirements({ imports: [{ module: "node:fs", namespace: "fs" }] }, function noted() {});
    const executor = executorWith([joined, noted]);
    const code = 'import { joined } from "./functions.mjs";\nconsole.log(joined("a"));';
    const calls = [1, 2, 3].map(() => executor.executeCodeBlocks([block("js", code)]));
    for (const { output } of await Promise.all(calls)) expect(output).toBe("a/b\n");
    expect(readFileSync(join(executor.workDir, "functions.mjs"), "utf8")).toMatch(
      /^import { posix } from "node:path";\nimport \* as fs from "node:fs";\n\nexport function joined\(/,
    );
  });

  test("called wrongly, they fail as in any program", async () => {
    const executor = executorWith([add]);
    const code = 'import { add } from "./functions.mjs";\nconsole.log(add(1n, 2));';
    const result = await executor.executeCodeBlocks([block("js", code)]);
    expect(result.exitCode).toBe(1);
    expect(result.output).toContain("TypeError");
  });

  test("an import that does not exist is a ValueError, at every call", async () => {
    const wrong = withRequirements({ imports: ["node:no_such_module"] }, function wrong() {});
    const executor = executorWith([wrong]);
    for (let call = 0; call < 2; call += 1) {
      await expect(executor.executeCodeBlocks([USE])).rejects.toThrow(/Importing the module functions.mjs failed/);
    }
  });

  test.skipIf(process.platform === "win32")("the module is not written through a link that leads out", async () => {
    const workDir = fixture.folder();
    const victim = join(fixture.folder(), "victim.mjs");
    symlinkSync(victim, join(workDir, "functions.mjs"));
    await expect(executorWith([add], { workDir }).executeCodeBlocks([USE])).rejects.toThrow(ValueError);
    expect(existsSync(victim)).toBe(false);
  });
});

describe.skipIf(npm === undefined)("packages of npm (need npm)", () => {
  const callTiny = [{ module: "tiny-package", default: "tiny" }] as const;
  const value = (npmPackages: readonly string[]): ExecutorFunction =>
    withRequirements({ npmPackages, imports: callTiny }, function value() {
      // @ts-expect-error: the import is there where the function runs.
      return tiny();
    });
  const PRINT = block("js", 'import { value } from "./functions.mjs";\nconsole.log(value());');
  const environment = (): { readonly set: Record<string, string> } => ({
    set: { ...OFFLINE, npm_config_cache: fixture.folder() },
  });

  test("are installed before the functions are loaded, from a tarball and without their scripts", async () => {
    const folder = makePackage("tiny-package", "1.0.0", "module.exports = () => 42;", {
      scripts: { install: "node -e \"require('fs').writeFileSync('ran', '')\"" },
    });
    execFileSync(npm?.program ?? "", [...(npm?.args ?? []), "pack", "--pack-destination", join(folder, "..")], {
      cwd: folder,
      env: { ...process.env, ...environment().set },
      stdio: "ignore",
    });
    const tarball = join(folder, "../tiny-package-1.0.0.tgz");
    const executor = executorWith([value([`tiny-package@file:${tarball}`])], { environment: environment() });
    expect(await executor.executeCodeBlocks([PRINT])).toMatchObject({ exitCode: 0, output: "42\n" });
    const installed = join(executor.workDir, "node_modules/tiny-package");
    expect(readdirSync(installed).toSorted()).toEqual(["index.cjs", "package.json"]);
    expect(readdirSync(executor.workDir).toSorted()).toEqual(["functions.mjs", "node_modules"]);
  });

  test("that are there are not installed again, also by another executor; another version is", async () => {
    const workDir = fixture.folder();
    const first = makePackage("tiny-package", "1.0.0", "module.exports = () => 1;");
    const options = { workDir, environment: environment() };
    const functions = [value([`tiny-package@file:${first}`])];
    expect(await executorWith(functions, options).executeCodeBlocks([PRINT])).toMatchObject({ output: "1\n" });
    // Nothing could be installed from here any more.
    rmSync(join(first, "package.json"));
    expect(await executorWith(functions, options).executeCodeBlocks([PRINT])).toMatchObject({ output: "1\n" });
    const second = makePackage("tiny-package", "2.0.0", "module.exports = () => 2;");
    const other = executorWith([value([`tiny-package@file:${second}`])], options);
    expect(await other.executeCodeBlocks([PRINT])).toMatchObject({ output: "2\n" });
  });

  test("without a registry they are a ValueError that says what to do", async () => {
    const executor = executorWith([value(["tiny-package"])], { environment: environment() });
    const running = executor.executeCodeBlocks([PRINT]);
    await expect(running).rejects.toThrow(ValueError);
    await expect(running).rejects.toThrow(
      /Installing tiny-package with npm failed[\s\S]*The registry of npm cannot be reached\. .*name@file:PATH/,
    );
  });

  test("without npm they are a ValueError", () => {
    expect(findNpm("/nowhere/bin/node", () => undefined)).toBeUndefined();
    expect(findNpm("/nowhere/bin/node", (program) => `/bin/${program}`)).toEqual({ program: "/bin/npm", args: [] });
  });
});

test("an abort while the module is loaded gives exit code 125; another call sets up again", async () => {
  const folder = fixture.folder();
  const slow = withRequirements({ imports: ["slow-package"] }, function slow() {
    return 7;
  });
  mkdirSync(join(folder, "node_modules/slow-package"), { recursive: true });
  writeFileSync(
    join(folder, "node_modules/slow-package/index.js"),
    'const fs = require("fs");\nfs.writeFileSync("begun", "");\nwhile (!fs.existsSync("go")) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);\n',
  );
  const executor = executorWith([slow], { workDir: folder });
  const code = block("js", 'import { slow } from "./functions.mjs";\nconsole.log(slow());');
  const controller = new AbortController();
  const first = executor.executeCodeBlocks([code], { signal: controller.signal });
  const second = executor.executeCodeBlocks([code]);
  await waitForFile(join(folder, "begun"));
  controller.abort();
  expect(await first).toMatchObject({ exitCode: 125, output: expect.stringContaining("Cancelled") });
  writeFileSync(join(folder, "go"), "");
  expect(await second).toMatchObject({ exitCode: 0, output: "7\n" });
});
