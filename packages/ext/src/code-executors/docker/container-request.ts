import { isObject, type JsonObject } from "@tesserae/core";
import type { DockerEngine } from "./engine/engine-client.ts";
import type { DockerExecutorSettings } from "./options.ts";

/** Where the working folder is in the container. */
export const WORKSPACE = "/workspace";
/** Tells our containers from those of others: only ours are removed to make room for a new one of the same name. */
export const LABEL = "tesserae.code-executor";
const SHELL = "/bin/sh";

/** Who code runs as if nobody says so: this process's user, whom an engine without root rights knows as root. */
async function defaultUser(engine: DockerEngine): Promise<string> {
  const { getuid, getgid } = process;
  // Windows: the engine runs in a machine of its own.
  if (getuid === undefined || getgid === undefined) return "";
  if (getuid.call(process) === 0) return "0:0";
  const info = await engine.call("GET", "/info");
  const options = isObject(info) && Array.isArray(info["SecurityOptions"]) ? info["SecurityOptions"] : [];
  const rootless = options.some((option) => String(option).includes("name=rootless"));
  return rootless ? "0:0" : `${getuid.call(process)}:${getgid.call(process)}`;
}

function isRoot(user: string): boolean {
  return user === "" || /^(?:0|root)(?::|$)/.test(user);
}

/** The body of the request that makes the container; `folder` is the working folder on the engine's host. */
export async function containerRequest(
  engine: DockerEngine,
  settings: DockerExecutorSettings,
  folder: string,
): Promise<JsonObject> {
  const user = settings.user ?? (await defaultUser(engine));
  const volumes = Object.entries(settings.extraVolumes).map(
    ([host, { bind, mode = "rw" }]) => `${host}:${bind}:${mode}`,
  );
  const { hostConfig, initCommand, deviceRequests, runtime } = settings;
  return {
    Image: settings.image,
    Entrypoint: [SHELL],
    Cmd: initCommand === undefined ? [] : ["-c", `${initCommand};exec ${SHELL}`],
    // A shell with a terminal waits for a line, and so the container runs until it is stopped.
    Tty: true,
    OpenStdin: true,
    WorkingDir: WORKSPACE,
    Labels: { [LABEL]: "1" },
    ...(user === "" ? {} : { User: user }),
    // A user whom the image does not know has no home, and then nowhere to install packages.
    ...(isRoot(user) ? {} : { Env: ["HOME=/tmp"] }),
    HostConfig: {
      SecurityOpt: ["no-new-privileges"],
      ...hostConfig,
      AutoRemove: settings.autoRemove,
      Binds: [`${folder}:${WORKSPACE}:rw`, ...volumes],
      ExtraHosts: Object.entries(settings.extraHosts).map(([name, address]) => `${name}:${address}`),
      ...(deviceRequests.length === 0 ? {} : { DeviceRequests: deviceRequests }),
      ...(settings.networkDisabled ? { NetworkMode: "none" } : {}),
      ...(runtime === undefined ? {} : { Runtime: runtime }),
    },
  };
}
