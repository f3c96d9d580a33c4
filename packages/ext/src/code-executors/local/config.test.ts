import { isObject, ValueError } from "@tesserae/core";
import { Ajv } from "ajv";
import { afterEach, describe, expect, test } from "vitest";
import { ExecutorFixture } from "../../testing/executor-fixture.ts";
import { LOCAL_EXECUTOR_CONFIG_SCHEMA, localExecutorOptions, localExecutorToConfig } from "./config.ts";
import { LocalCommandLineCodeExecutor } from "./local-command-line-code-executor.ts";

const fixture = new ExecutorFixture();
afterEach(() => fixture.clear());
const validate = new Ajv({ allErrors: true, strict: false }).compile(LOCAL_EXECUTOR_CONFIG_SCHEMA);

const fromConfig = (config: unknown): LocalCommandLineCodeExecutor =>
  new LocalCommandLineCodeExecutor(localExecutorOptions(config));

/** The config that Python AutoGen 0.7.5 dumps for `LocalCommandLineCodeExecutor(work_dir="/tmp/w")`. */
const PYTHON = { timeout: 60, work_dir: "/tmp/w", functions_module: "functions", cleanup_temp_files: true };

describe("the component config", () => {
  test("of defaults has Python's keys, and Python's dump loads unchanged", () => {
    expect(localExecutorToConfig(new LocalCommandLineCodeExecutor({ workDir: "/tmp/w" }))).toEqual(PYTHON);
    expect(localExecutorToConfig(fromConfig(PYTHON))).toEqual(PYTHON);
    expect(Object.keys(localExecutorToConfig(fromConfig(PYTHON)))).toEqual(Object.keys(PYTHON));
  });

  test("names no temporary folder, also after start", async () => {
    const executor = new LocalCommandLineCodeExecutor({ timeout: 1.5 });
    await executor.start();
    expect(localExecutorToConfig(executor)).toEqual({
      timeout: 1.5,
      functions_module: "functions",
      cleanup_temp_files: true,
    });
    await executor.stop();
  });

  test("has our options where they are not the default, and comes back the same", () => {
    const executor = new LocalCommandLineCodeExecutor({
      timeout: 5,
      functionsModule: "mine",
      cleanupTempFiles: false,
      pythonPath: "/usr/bin/python3",
      allowedLanguages: ["js", "py"],
      interleave: true,
      maxOutputBytes: 10,
      repeat: "ask",
      environment: { inherit: ["GIT_*"] },
    });
    const config = localExecutorToConfig(executor);
    expect(config).toEqual({
      timeout: 5,
      functions_module: "mine",
      cleanup_temp_files: false,
      python_path: "/usr/bin/python3",
      allowed_languages: ["javascript", "python"],
      interleave: true,
      max_output_bytes: 10,
      repeat: "ask",
      inherit_environment: ["GIT_*"],
    });
    expect(fromConfig(JSON.parse(JSON.stringify(config))).settings).toEqual(executor.settings);
    expect(validate(config)).toBe(true);
  });

  test("never holds a variable that was set", () => {
    const executor = new LocalCommandLineCodeExecutor({ environment: { set: { TOKEN: "secret" } } });
    expect(JSON.stringify(localExecutorToConfig(executor))).not.toContain("secret");
  });

  test("null and absent keys mean the default", () => {
    const { settings } = new LocalCommandLineCodeExecutor();
    expect(fromConfig({}).settings).toEqual(settings);
    expect(fromConfig({ work_dir: null }).settings).toEqual(settings);
    expect(validate({}) && validate({ work_dir: null }) && validate(PYTHON)).toBe(true);
  });

  test.each([
    { timeout: 0 },
    { timeout: "60" },
    { work_dir: 1 },
    { work_dir: "" },
    { cleanup_temp_files: "yes" },
    { allowed_languages: "python" },
    { max_output_bytes: 0 },
    { max_output_bytes: 1.5 },
    { repeat: "always" },
    { inherit_environment: "none" },
    { interleave: 1 },
    { python_path: "" },
  ])("%j is refused, by the schema too", (config) => {
    expect(() => fromConfig(config)).toThrow(ValueError);
    expect(validate(config)).toBe(false);
  });

  test.each([null, [], "x", { functions_module: "not-a-name" }])("%j is refused", (config) => {
    expect(() => fromConfig(config)).toThrow(ValueError);
  });

  test("the schema's defaults are the options' defaults", () => {
    const properties = LOCAL_EXECUTOR_CONFIG_SCHEMA["properties"];
    const defaults = Object.entries(isObject(properties) ? properties : {}).flatMap(([key, value]) =>
      isObject(value) && "default" in value ? [[key, value["default"]]] : [],
    );
    expect(defaults.length).toBeGreaterThan(5);
    const filled = fromConfig(Object.fromEntries(defaults)).settings;
    expect({ ...filled, environment: {} }).toEqual(new LocalCommandLineCodeExecutor().settings);
  });
});
