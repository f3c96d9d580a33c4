import { throwIfAborted, type CodeExecutor } from "@tesserae/core";
import { dockerAddresses, pingDocker, type DockerAddress } from "./docker-engine.ts";
import { LocalCommandLineCodeExecutor } from "./local/local-command-line-code-executor.ts";
import { warn, warnOnce } from "./shared/warn.ts";

const ADVICE = "Code will run on this machine, unisolated, by LocalCommandLineCodeExecutor.";

function show(address: DockerAddress): string {
  return address.type === "socket" ? address.path : `${address.host}:${address.port}`;
}

async function findEngine(signal: AbortSignal | undefined): Promise<DockerAddress | undefined> {
  for (const address of dockerAddresses(process.env)) {
    if (await pingDocker(address, signal)) return address;
    throwIfAborted(signal);
  }
  return undefined;
}

/**
 * The code executor for who does not choose one, not yet started. It looks for a Docker engine (`DOCKER_HOST`, else
 * the usual sockets), and says by a warning how code will run:
 *
 * - no engine answers: a local executor, with the warning `TESSERAE_DOCKER_UNAVAILABLE`, once in a process;
 * - one answers: a local executor too, with the warning `TESSERAE_DOCKER_UNUSED` each time, because this release has
 *   no executor for it.
 *
 * @param workDir where code is written and run. Default: a temporary folder.
 * @throws {ValueError} for a `DOCKER_HOST` that cannot be read, rather than running code elsewhere than asked.
 */
export async function createDefaultCodeExecutor(
  workDir?: string,
  options: { readonly signal?: AbortSignal } = {},
): Promise<CodeExecutor> {
  throwIfAborted(options.signal);
  const engine = await findEngine(options.signal);
  if (engine === undefined) {
    warnOnce(
      "TESSERAE_DOCKER_UNAVAILABLE",
      `Docker is not available or not running. ${ADVICE} To install it: https://docs.docker.com/get-docker/`,
    );
  } else {
    const found = `A Docker engine answers at ${show(engine)}, but this release of @tesserae/ext cannot run code in it.`;
    warn("TESSERAE_DOCKER_UNUSED", `${found} ${ADVICE}`);
  }
  return new LocalCommandLineCodeExecutor(workDir === undefined ? {} : { workDir });
}
