import { resolve } from "node:path";
import {
  isObject,
  isPythonIdentifier,
  ValueError,
  type FunctionWithRequirementsStr,
  type JsonObject,
  type Repeat,
} from "@tesserae/core";
import { readDockerHost } from "./engine/engine-address.ts";

/** A folder or volume of the host in the container: where, and how (`rw`, `ro`, more with commas: `ro,z`). */
export interface VolumeBinding {
  readonly bind: string;
  /** Default `rw`. */
  readonly mode?: string;
}

/** Options of {@link DockerCommandLineCodeExecutor}. */
export interface DockerCommandLineCodeExecutorOptions {
  /** The image; it is pulled when it is not there. It must have `/bin/sh`, `timeout` and `cat`. Default `python:3-slim`. */
  readonly image?: string;
  /** Default `autogen-code-exec-` and a random id. */
  readonly containerName?: string;
  /** Longest run of one code block, in seconds, at least 1. Default 60. */
  readonly timeout?: number;
  /**
   * Where code is written; made at `start` if missing, and `/workspace` in the container. Default: a temporary folder,
   * from `start` to `stop`.
   */
  readonly workDir?: string;
  /** The path of the working folder on the engine's host, where this process runs in a container itself. */
  readonly bindDir?: string;
  /** The engine removes the container when it stops. Default true. */
  readonly autoRemove?: boolean;
  /** `stop`, and the end of this process however it comes, stop the container. Default true. */
  readonly stopContainer?: boolean;
  /** Python functions that the code may import. Default none. */
  readonly functions?: readonly FunctionWithRequirementsStr[];
  /** The module that holds them. Default `"functions"`. */
  readonly functionsModule?: string;
  /** More folders or volumes of the host in the container, by their path or name there. Default none. */
  readonly extraVolumes?: Readonly<Record<string, VolumeBinding>>;
  /** Names of hosts and their addresses. Default none. */
  readonly extraHosts?: Readonly<Record<string, string>>;
  /** A shell command that the container begins with. */
  readonly initCommand?: string;
  /** Delete the files of blocks that name none, after each call. Files that a block named stay. Default false. */
  readonly deleteTmpFiles?: boolean;
  /** Device requests of the engine, such as `{ Count: -1, Capabilities: [["gpu"]] }`. Default none. */
  readonly deviceRequests?: readonly JsonObject[];
  /**
   * Who the code runs as (`name`, `uid`, `uid:gid`). Default: the user of this process, so that the files it writes are
   * yours; with an engine without root rights its root, who is that user. Empty: the user of the image. Anybody else must
   * be let into the working folder: a temporary one is its owner's alone.
   */
  readonly user?: string;
  /** No network at all: then nothing can be installed either. Default false: the engine's default network. */
  readonly networkDisabled?: boolean;
  /** The engine's runtime for the container, such as `runsc` (gVisor). */
  readonly runtime?: string;
  /**
   * More of the engine's `HostConfig`, such as `{ Memory: 536870912, PidsLimit: 128, CapDrop: ["ALL"] }`; `Init: true`
   * clears away the ended processes that blocks leave behind.
   */
  readonly hostConfig?: JsonObject;
  /** The engine's address as in `DOCKER_HOST`. Default: that variable, else the usual sockets. */
  readonly dockerHost?: string;
  /** Most bytes kept of the output of a block; of more, its beginning and end. Default 1 MiB. */
  readonly maxOutputBytes?: number;
  /** What resuming a run does with an execution that had begun and not ended. Default `"never"`: not run again. */
  readonly repeat?: Repeat;
}

/** Options with their defaults, checked. */
export interface DockerExecutorSettings {
  readonly image: string;
  /** Undefined: each start makes a new one. */
  readonly containerName: string | undefined;
  readonly timeout: number;
  readonly workDir: string | undefined;
  /** The folders as they were given: what the component config says. */
  readonly givenWorkDir: string | undefined;
  readonly bindDir: string | undefined;
  readonly autoRemove: boolean;
  readonly stopContainer: boolean;
  readonly functions: readonly FunctionWithRequirementsStr[];
  readonly functionsModule: string;
  readonly extraVolumes: Readonly<Record<string, VolumeBinding>>;
  readonly extraHosts: Readonly<Record<string, string>>;
  readonly initCommand: string | undefined;
  readonly deleteTmpFiles: boolean;
  readonly deviceRequests: readonly JsonObject[];
  readonly user: string | undefined;
  readonly networkDisabled: boolean;
  readonly runtime: string | undefined;
  readonly hostConfig: JsonObject;
  readonly dockerHost: string | undefined;
  readonly maxOutputBytes: number;
  readonly repeat: Repeat;
}

const DEFAULTS = {
  image: "python:3-slim",
  containerName: undefined,
  timeout: 60,
  bindDir: undefined,
  autoRemove: true,
  stopContainer: true,
  functions: [],
  functionsModule: "functions",
  extraVolumes: {},
  extraHosts: {},
  initCommand: undefined,
  deleteTmpFiles: false,
  deviceRequests: [],
  user: undefined,
  networkDisabled: false,
  runtime: undefined,
  hostConfig: {},
  dockerHost: undefined,
  maxOutputBytes: 1024 * 1024,
  repeat: "never",
} as const;

const REPEATS: readonly unknown[] = ["safe", "never", "ask"] satisfies Repeat[];
/** https://docs.docker.com/reference/api/engine/version/v1.50/#tag/Container/operation/ContainerCreate */
const CONTAINER_NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/;
const MODE = /^[a-zA-Z]+(?:,[a-zA-Z]+)*$/;
const HOST_NAME = /^[\w.-]+$/;
const HOST_ADDRESS = /^[\w.:[\]-]+$/;

function check(holds: boolean, option: string, value: unknown, allowed: string): void {
  if (holds) return;
  throw new ValueError(`The option ${option} is ${JSON.stringify(value) ?? String(value)}; it must be ${allowed}.`);
}

function checkText(option: string, value: unknown, allowed: string): void {
  check(value === undefined || (typeof value === "string" && value !== ""), option, value, allowed);
}

function checkSwitch(option: string, value: unknown): void {
  check(typeof value === "boolean", option, value, "true or false");
}

/** True for what can stand in a list that colons divide; the colon of a drive of Windows is no divider. */
function isUndivided(path: unknown): boolean {
  return typeof path === "string" && /^(?:[a-z]:[\\/])?[^:]+$/i.test(path);
}

function checkVolumes(volumes: unknown): void {
  const binding = (value: unknown): boolean =>
    isObject(value) &&
    isUndivided(value["bind"]) &&
    (value["mode"] === undefined || (typeof value["mode"] === "string" && MODE.test(value["mode"])));
  const valid =
    isObject(volumes) && Object.entries(volumes).every(([host, value]) => isUndivided(host) && binding(value));
  check(
    valid,
    "extraVolumes",
    volumes,
    'an object such as { "/on/the/host": { bind: "/in/the/container", mode: "ro" } }',
  );
}

function checkHosts(hosts: unknown): void {
  const valid =
    isObject(hosts) &&
    Object.entries(hosts).every(
      ([name, address]) => HOST_NAME.test(name) && typeof address === "string" && HOST_ADDRESS.test(address),
    );
  check(valid, "extraHosts", hosts, "an object of addresses by names of hosts");
}

/**
 * The options with their defaults.
 *
 * @throws {ValueError} naming the first option that cannot be used.
 */
export function resolveDockerOptions(options: DockerCommandLineCodeExecutorOptions): DockerExecutorSettings {
  const { workDir } = options;
  const settings: DockerExecutorSettings = {
    ...DEFAULTS,
    ...options,
    workDir: workDir === undefined ? undefined : resolve(workDir),
    givenWorkDir: workDir,
  };
  const { timeout, containerName: name, functionsModule, functions, user, maxOutputBytes, repeat } = settings;
  checkText("image", settings.image, "the name of an image");
  check(
    name === undefined || CONTAINER_NAME.test(name),
    "containerName",
    name,
    'two or more letters, digits, "_", "." and "-"',
  );
  check(Number.isFinite(timeout) && timeout >= 1, "timeout", timeout, "a number of seconds, 1 or more");
  checkText("workDir", settings.givenWorkDir, "the path of a folder");
  checkText("bindDir", settings.bindDir, "the path of a folder on the engine's host");
  check(
    isUndivided(settings.bindDir ?? settings.workDir ?? "/"),
    settings.bindDir === undefined ? "workDir" : "bindDir",
    settings.bindDir ?? settings.workDir,
    "a path without a colon, which the engine reads as its end",
  );
  for (const option of ["autoRemove", "stopContainer", "deleteTmpFiles", "networkDisabled"] as const) {
    checkSwitch(option, settings[option]);
  }
  check(
    typeof functionsModule === "string" && isPythonIdentifier(functionsModule),
    "functionsModule",
    functionsModule,
    "a Python identifier",
  );
  const python =
    Array.isArray(functions) &&
    functions.every((entry) => typeof entry?.source === "string" && "pythonPackages" in entry);
  check(python, "functions", functions, "a list of what FunctionWithRequirementsStr.fromString gives");
  checkVolumes(settings.extraVolumes);
  checkHosts(settings.extraHosts);
  checkText("initCommand", settings.initCommand, "a command of the shell");
  const { deviceRequests: devices } = settings;
  check(Array.isArray(devices) && devices.every(isObject), "deviceRequests", devices, "a list of objects");
  check(
    user === undefined || (typeof user === "string" && /^[\w.:-]*$/.test(user)),
    "user",
    user,
    "a user, or uid:gid",
  );
  checkText("runtime", settings.runtime, "the name of a runtime of the engine");
  check(isObject(settings.hostConfig), "hostConfig", settings.hostConfig, "an object");
  check(Number.isSafeInteger(maxOutputBytes) && maxOutputBytes >= 1, "maxOutputBytes", maxOutputBytes, "1 or more");
  check(REPEATS.includes(repeat), "repeat", repeat, '"safe", "never" or "ask"');
  if (settings.dockerHost !== undefined) readDockerHost(settings.dockerHost, process.env);
  return settings;
}
