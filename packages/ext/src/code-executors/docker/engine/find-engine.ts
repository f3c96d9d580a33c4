import { throwIfAborted } from "@tesserae/core";
import { dockerAddresses } from "./engine-address.ts";
import { DockerEngine } from "./engine-client.ts";

/**
 * The first engine that answers: at `DOCKER_HOST`, else at the usual sockets.
 *
 * @throws {ValueError} for a `DOCKER_HOST` that cannot be read.
 */
export async function findEngine(signal?: AbortSignal): Promise<DockerEngine | undefined> {
  for (const address of dockerAddresses(process.env)) {
    const engine = new DockerEngine(address);
    if (await engine.ping(signal)) return engine;
    throwIfAborted(signal);
  }
  return undefined;
}
