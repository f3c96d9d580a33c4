import { dumpComponent, isObject, ValueError } from "@tesserae/core";
import { Ajv } from "ajv";
import { afterEach, expect, test, vi } from "vitest";
import { defaultRegistry } from "../../components/default-registry.ts";
import { DOCKER_EXECUTOR_CONFIG_SCHEMA, dockerExecutorOptions, dockerExecutorToConfig } from "./config.ts";
import { DockerCommandLineCodeExecutor } from "./docker-command-line-code-executor.ts";

afterEach(() => vi.restoreAllMocks());
const validate = new Ajv({ allErrors: true, strict: false }).compile(DOCKER_EXECUTOR_CONFIG_SCHEMA);

const fromConfig = (config: unknown): DockerCommandLineCodeExecutor =>
  new DockerCommandLineCodeExecutor(dockerExecutorOptions(config));

/** The configs that Python AutoGen 0.7.5 dumps: with a name and defaults, and with everything. */
const PYTHON = {
  image: "python:3-slim",
  container_name: "code",
  timeout: 60,
  auto_remove: true,
  stop_container: true,
  functions_module: "functions",
  extra_volumes: {},
  extra_hosts: {},
  delete_tmp_files: false,
};
const PYTHON_WHOLE = {
  image: "python:3-slim",
  container_name: "code",
  timeout: 60,
  work_dir: "/tmp/w",
  bind_dir: "/tmp/w",
  auto_remove: true,
  stop_container: true,
  functions_module: "functions",
  extra_volumes: { "/a": { bind: "/b", mode: "ro" } },
  extra_hosts: { h: "1.2.3.4" },
  init_command: "true",
  delete_tmp_files: true,
};

test.each([PYTHON, PYTHON_WHOLE])("Python's dump loads and is dumped equal, in its order: %j", (config) => {
  const dump = dockerExecutorToConfig(fromConfig(config));
  expect(dump).toEqual(config);
  expect(Object.keys(dump)).toEqual(Object.keys(config));
  expect(validate(config)).toBe(true);
});

test("Python's nulls are absent, and a random name is not written", () => {
  const nulls = { container_name: null, work_dir: null, bind_dir: null, init_command: null };
  expect(fromConfig(nulls).settings).toEqual(new DockerCommandLineCodeExecutor().settings);
  expect(validate(nulls)).toBe(true);
  expect(dockerExecutorToConfig(new DockerCommandLineCodeExecutor())).not.toHaveProperty("container_name");
});

test("the component comes back the same, with our options too", async () => {
  const executor = new DockerCommandLineCodeExecutor({
    image: "mine",
    bindDir: "/on/the/host",
    user: "",
    networkDisabled: true,
    runtime: "runsc",
    hostConfig: { Memory: 1 },
    dockerHost: "unix:///run/docker.sock",
    maxOutputBytes: 10,
    repeat: "safe",
    stopContainer: false,
  });
  const dump = dumpComponent(executor);
  expect(dump).toMatchObject({
    provider: "autogen_ext.code_executors.docker.DockerCommandLineCodeExecutor",
    component_type: "code_executor",
    config: { network_disabled: true, user: "", host_config: { Memory: 1 }, docker_host: "unix:///run/docker.sock" },
  });
  const loaded = await defaultRegistry().load(dump, { expected: "code_executor" });
  expect(loaded).toBeInstanceOf(DockerCommandLineCodeExecutor);
  expect(dumpComponent(loaded)).toEqual(dump);
  expect(loaded).toMatchObject({ settings: executor.settings, repeat: "safe" });
});

test("device requests are left out with a warning, and an unknown key is ignored with one", () => {
  const warning = vi.spyOn(process, "emitWarning").mockImplementation(() => {});
  const codes = (): unknown[] => warning.mock.calls.map(([, options]) => isObject(options) && options["code"]);
  expect(
    dockerExecutorToConfig(new DockerCommandLineCodeExecutor({ deviceRequests: [{ Count: -1 }] })),
  ).not.toHaveProperty("device_requests");
  expect(codes()).toEqual(["TESSERAE_CONFIG_INCOMPLETE"]);
  fromConfig({ privileged: true });
  expect(codes()).toContain("TESSERAE_UNKNOWN_CONFIG_KEY");
});

test.each([
  { timeout: 0 },
  { timeout: "60" },
  { image: "" },
  { image: 1 },
  { auto_remove: "yes" },
  { extra_volumes: { "/a": "/b" } },
  { extra_volumes: [] },
  { extra_hosts: { a: 1 } },
  { host_config: "x" },
  { max_output_bytes: 0 },
  { repeat: "always" },
])("%j is refused, by the schema too", (config) => {
  expect(() => fromConfig(config)).toThrow(ValueError);
  expect(validate(config)).toBe(false);
});

test.each([null, [], "x", { functions_module: "not-a-name" }, { docker_host: "ssh://x" }])(
  "%j is refused",
  (config) => {
    expect(() => fromConfig(config)).toThrow(ValueError);
  },
);

test("the schema's defaults are the options' defaults", () => {
  const properties = DOCKER_EXECUTOR_CONFIG_SCHEMA["properties"];
  const defaults = Object.entries(isObject(properties) ? properties : {}).flatMap(([key, value]) =>
    isObject(value) && "default" in value ? [[key, value["default"]]] : [],
  );
  expect(defaults.length).toBeGreaterThan(10);
  expect(fromConfig(Object.fromEntries(defaults)).settings).toEqual(new DockerCommandLineCodeExecutor().settings);
});

test("what it is for a journal has every setting that decides how code runs", () => {
  const one = new DockerCommandLineCodeExecutor({ hostConfig: { Memory: 1 } }).describe();
  expect(one).toMatchObject({
    executor: "DockerCommandLineCodeExecutor",
    image: "python:3-slim",
    hostConfig: { Memory: 1 },
  });
  expect(one).not.toEqual(new DockerCommandLineCodeExecutor().describe());
  expect(new DockerCommandLineCodeExecutor({ hostConfig: { Memory: 1 } }).describe()).toEqual(one);
});
