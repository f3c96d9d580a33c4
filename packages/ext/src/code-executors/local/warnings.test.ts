import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

/** What a new process warns of, in order: warnings are told once in a process, so each case needs its own. */
function warningsOf(
  body: string,
): readonly { readonly code: string; readonly name: string; readonly message: string }[] {
  const script = `
    import { LocalCommandLineCodeExecutor } from ${JSON.stringify(join(import.meta.dirname, "local-command-line-code-executor.ts"))};
    import { localExecutorOptions, localExecutorToConfig } from ${JSON.stringify(join(import.meta.dirname, "config.ts"))};
    process.on("warning", ({ code, name, message }) => console.log(JSON.stringify({ code, name, message })));
    ${body}`;
  const args = ["--conditions=source", "--no-warnings", "--input-type=module", "-e", script];
  const { stdout, stderr, status } = spawnSync(process.execPath, args, { encoding: "utf8" });
  expect(status, stderr).toBe(0);
  return stdout
    .split("\n")
    .filter((line) => line.includes("TESSERAE_"))
    .map((line) => JSON.parse(line));
}

const codes = (body: string): readonly string[] => warningsOf(body).map((warning) => warning.code);

describe("warnings of the local executor", () => {
  test("construction says once that nothing is isolated", () => {
    const [warning, ...others] = warningsOf("for (let i = 0; i < 3; i += 1) new LocalCommandLineCodeExecutor();");
    expect(others).toEqual([]);
    expect(warning?.code).toBe("TESSERAE_CODE_RUNS_UNSANDBOXED");
    expect(warning?.message).toContain("on this machine");
  });

  test("the current folder as working folder is deprecated, however it is written", () => {
    const warnings = warningsOf(
      'new LocalCommandLineCodeExecutor({ workDir: "." }); new LocalCommandLineCodeExecutor({ workDir: process.cwd() });',
    );
    expect(warnings.map(({ code, name }) => [code, name])).toEqual([
      ["TESSERAE_CODE_RUNS_UNSANDBOXED", "Warning"],
      ["TESSERAE_WORK_DIR_IS_CURRENT", "DeprecationWarning"],
    ]);
  });

  test("restart says once that it does nothing", () => {
    expect(codes("const e = new LocalCommandLineCodeExecutor(); await e.restart(); await e.restart();")).toEqual([
      "TESSERAE_CODE_RUNS_UNSANDBOXED",
      "TESSERAE_RESTART_DOES_NOTHING",
    ]);
  });

  test("a config that leaves something out says what, and an unknown key is named", () => {
    const body = `
      localExecutorToConfig(new LocalCommandLineCodeExecutor({ virtualEnvContext: { envExe: "a", binPath: "b" }, environment: { set: {} } }));
      localExecutorOptions({ work_dir: "/tmp/w", colour: "red" });`;
    const [, incomplete, unknown, ...others] = warningsOf(body);
    expect(others).toEqual([]);
    expect(incomplete).toMatchObject({ code: "TESSERAE_CONFIG_INCOMPLETE" });
    expect(incomplete?.message).toContain("virtualEnvContext, environment.set");
    expect(unknown).toMatchObject({ code: "TESSERAE_UNKNOWN_CONFIG_KEY" });
    expect(unknown?.message).toContain('"colour"');
  });
});
