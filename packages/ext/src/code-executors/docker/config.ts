import { isObject, ValueError, type JsonObject, type Repeat } from "@tesserae/core";
import { warn, warnOnce } from "../shared/warn.ts";
import type { DockerCommandLineCodeExecutorOptions, DockerExecutorSettings, VolumeBinding } from "./options.ts";

const NAME = "DockerCommandLineCodeExecutor";
const text = (description: string, rest: JsonObject = {}): JsonObject => ({
  type: "string",
  minLength: 1,
  description,
  ...rest,
});
const optionalText = (description: string): JsonObject => ({
  anyOf: [{ type: "string", minLength: 1 }, { type: "null" }],
  default: null,
  description,
});
const flag = (value: boolean, description: string): JsonObject => ({ type: "boolean", default: value, description });

/** The JSON Schema of the executor's component config. The first twelve keys are Python AutoGen's. */
export const DOCKER_EXECUTOR_CONFIG_SCHEMA: JsonObject = {
  type: "object",
  title: "DockerCommandLineCodeExecutorConfig",
  properties: {
    image: text("The image of the container.", { default: "python:3-slim" }),
    container_name: optionalText("The container's name; null for a random one."),
    timeout: { type: "number", minimum: 1, default: 60, description: "Longest run of one code block, in seconds." },
    work_dir: optionalText("Where code is written; null for a temporary folder."),
    bind_dir: optionalText("The path of the working folder on the engine's host."),
    auto_remove: flag(true, "The engine removes the container when it stops."),
    stop_container: flag(true, "Stopping, and the end of the process, stop the container."),
    functions_module: text("The module that holds the functions.", { default: "functions" }),
    extra_volumes: {
      type: "object",
      additionalProperties: {
        type: "object",
        properties: { bind: { type: "string" }, mode: { type: "string" } },
        required: ["bind"],
      },
      default: {},
      description: "More folders or volumes of the host in the container.",
    },
    extra_hosts: {
      type: "object",
      additionalProperties: { type: "string" },
      default: {},
      description: "Addresses by names of hosts.",
    },
    init_command: optionalText("A shell command that the container begins with."),
    delete_tmp_files: flag(false, "Delete the files of blocks that name none."),
    user: { type: "string", description: "Who the code runs as; empty for the user of the image." },
    network_disabled: flag(false, "No network."),
    runtime: text("The engine's runtime for the container."),
    host_config: { type: "object", default: {}, description: "More of the engine's HostConfig." },
    docker_host: text("The engine's address."),
    max_output_bytes: {
      type: "integer",
      minimum: 1,
      default: 1048576,
      description: "Most bytes kept of the output of a block.",
    },
    repeat: {
      enum: ["safe", "never", "ask"],
      default: "never",
      description: "What resuming does with an execution in doubt.",
    },
  },
};

/**
 * The executor's component config: Python's keys as Python writes them, ours only where they differ from the default. A
 * temporary folder and a random name are not written. Functions and device requests are not part of it; a warning says so.
 */
export function dockerExecutorToConfig({ settings }: { readonly settings: DockerExecutorSettings }): JsonObject {
  const lost = [
    settings.functions.length > 0 ? "functions" : undefined,
    settings.deviceRequests.length > 0 ? "deviceRequests" : undefined,
  ].filter((entry) => entry !== undefined);
  if (lost.length > 0) {
    const message = `The config of a ${NAME} leaves out ${lost.join(", ")}: give these again when it is loaded.`;
    warnOnce("TESSERAE_CONFIG_INCOMPLETE", message);
  }
  // AutoGen writes the working folder here, too.
  const bindDir = settings.bindDir ?? settings.givenWorkDir;
  return {
    image: settings.image,
    ...(settings.containerName === undefined ? {} : { container_name: settings.containerName }),
    timeout: settings.timeout,
    ...(settings.givenWorkDir === undefined ? {} : { work_dir: settings.givenWorkDir }),
    ...(bindDir === undefined ? {} : { bind_dir: bindDir }),
    auto_remove: settings.autoRemove,
    stop_container: settings.stopContainer,
    functions_module: settings.functionsModule,
    extra_volumes: Object.fromEntries(
      Object.entries(settings.extraVolumes).map(([host, { bind, mode }]) => [
        host,
        mode === undefined ? { bind } : { bind, mode },
      ]),
    ),
    extra_hosts: { ...settings.extraHosts },
    ...(settings.initCommand === undefined ? {} : { init_command: settings.initCommand }),
    delete_tmp_files: settings.deleteTmpFiles,
    ...(settings.user === undefined ? {} : { user: settings.user }),
    ...(settings.networkDisabled ? { network_disabled: true } : {}),
    ...(settings.runtime === undefined ? {} : { runtime: settings.runtime }),
    ...(Object.keys(settings.hostConfig).length === 0 ? {} : { host_config: settings.hostConfig }),
    ...(settings.dockerHost === undefined ? {} : { docker_host: settings.dockerHost }),
    ...(settings.maxOutputBytes === 1048576 ? {} : { max_output_bytes: settings.maxOutputBytes }),
    ...(settings.repeat === "never" ? {} : { repeat: settings.repeat }),
  };
}

const isNumber = (value: unknown): value is number => typeof value === "number";
const isString = (value: unknown): value is string => typeof value === "string";
const isBoolean = (value: unknown): value is boolean => typeof value === "boolean";
const isRepeat = (value: unknown): value is Repeat => value === "safe" || value === "never" || value === "ask";
const isHosts = (value: unknown): value is Record<string, string> =>
  isObject(value) && Object.values(value).every(isString);
const isVolumes = (value: unknown): value is Record<string, VolumeBinding> =>
  isObject(value) && Object.values(value).every((entry) => isObject(entry) && isString(entry["bind"]));

/**
 * The options of an executor from its component config, Python's or ours. Unknown keys are ignored with a warning.
 *
 * @throws {ValueError} naming the key whose value cannot be used.
 */
export function dockerExecutorOptions(config: unknown): DockerCommandLineCodeExecutorOptions {
  if (!isObject(config)) throw new ValueError(`The config of a ${NAME} must be an object.`);
  const known = DOCKER_EXECUTOR_CONFIG_SCHEMA["properties"];
  for (const key of Object.keys(config)) {
    if (isObject(known) && Object.hasOwn(known, key)) continue;
    const message = `The config of a ${NAME} has the unknown key ${JSON.stringify(key)}.`;
    warn("TESSERAE_UNKNOWN_CONFIG_KEY", message);
  }
  /** Reads one key; null counts as absent, as Python's optional fields do. */
  const read = <T>(key: string, what: string, is: (value: unknown) => value is T): T | undefined => {
    const value = config[key] ?? undefined;
    if (value === undefined || is(value)) return value;
    throw new ValueError(`/${key} of a ${NAME}'s config is ${JSON.stringify(value)}; it must be ${what}.`);
  };
  const workDir = read("work_dir", "a string or null", isString);
  const bindDir = read("bind_dir", "a string or null", isString);
  const values = {
    image: read("image", "a string", isString),
    containerName: read("container_name", "a string or null", isString),
    timeout: read("timeout", "a number", isNumber),
    workDir,
    // The same folder need not be the same path on this machine: it is resolved where it is used.
    bindDir: bindDir === workDir ? undefined : bindDir,
    autoRemove: read("auto_remove", "true or false", isBoolean),
    stopContainer: read("stop_container", "true or false", isBoolean),
    functionsModule: read("functions_module", "a string", isString),
    extraVolumes: read("extra_volumes", "an object of objects with the text bind", isVolumes),
    extraHosts: read("extra_hosts", "an object of strings", isHosts),
    initCommand: read("init_command", "a string or null", isString),
    deleteTmpFiles: read("delete_tmp_files", "true or false", isBoolean),
    user: read("user", "a string", isString),
    networkDisabled: read("network_disabled", "true or false", isBoolean),
    runtime: read("runtime", "a string", isString),
    hostConfig: read("host_config", "an object", (value): value is JsonObject => isObject(value)),
    dockerHost: read("docker_host", "a string", isString),
    maxOutputBytes: read("max_output_bytes", "a number", isNumber),
    repeat: read("repeat", '"safe", "never" or "ask"', isRepeat),
  };
  const options: DockerCommandLineCodeExecutorOptions = Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== undefined),
  );
  return options;
}
