import { throwIfAborted, type CodeExecutor } from "@tesserae/core";
import { findEngine } from "./docker/engine/find-engine.ts";
import { warnOnce } from "./shared/warn.ts";

const UNAVAILABLE =
  "Docker is not available or not running. Code will run on this machine, unisolated, by LocalCommandLineCodeExecutor. " +
  "To install it: https://docs.docker.com/get-docker/";

/**
 * The code executor for who does not choose one, not yet started: one that runs code in a container where a Docker engine
 * answers (`DOCKER_HOST`, else the usual sockets), else a local one, with the warning `TESSERAE_DOCKER_UNAVAILABLE` once
 * in a process.
 *
 * @param workDir where code is written and run. Default: a temporary folder.
 * @throws {ValueError} for a `DOCKER_HOST` that cannot be read, rather than running code elsewhere than asked.
 */
export async function createDefaultCodeExecutor(
  workDir?: string,
  options: { readonly signal?: AbortSignal } = {},
): Promise<CodeExecutor> {
  throwIfAborted(options.signal);
  const folder = workDir === undefined ? {} : { workDir };
  if ((await findEngine(options.signal)) !== undefined) {
    const { DockerCommandLineCodeExecutor } = await import("./docker/docker-command-line-code-executor.ts");
    return new DockerCommandLineCodeExecutor(folder);
  }
  warnOnce("TESSERAE_DOCKER_UNAVAILABLE", UNAVAILABLE);
  const { LocalCommandLineCodeExecutor } = await import("./local/local-command-line-code-executor.ts");
  return new LocalCommandLineCodeExecutor(folder);
}
