import { randomUUID } from "node:crypto";
import { realpath } from "node:fs/promises";
import { RuntimeError } from "@tesserae/core";
import { openWorkFolder, type WorkFolder } from "../shared/work-folder.ts";
import { containerRequest } from "./container-request.ts";
import { Container } from "./container.ts";
import { readDockerHost, showAddress } from "./engine/engine-address.ts";
import { DockerEngine } from "./engine/engine-client.ts";
import { findEngine } from "./engine/find-engine.ts";
import type { DockerExecutorSettings } from "./options.ts";
import { stopWhenOrphaned } from "./stop-guard.ts";

/** What an executor has between `start` and `stop`. */
export interface DockerSession {
  readonly container: Container;
  /** The working folder on this machine, with links resolved. */
  readonly folder: string;
  /** Stops the container, and only then removes the folder, if it was a temporary one. */
  close(): Promise<void>;
}

const ADVICE = "Install and start Docker (https://docs.docker.com/get-docker/), or set DOCKER_HOST.";

async function connect(dockerHost: string | undefined): Promise<DockerEngine> {
  if (dockerHost === undefined) {
    const engine = await findEngine();
    if (engine !== undefined) return engine;
    throw new RuntimeError(`Failed to connect to Docker: no container engine answers. ${ADVICE}`);
  }
  const engine = new DockerEngine(readDockerHost(dockerHost, process.env));
  if (await engine.ping()) return engine;
  throw new RuntimeError(`Failed to connect to Docker at ${showAddress(engine.address)}. ${ADVICE}`);
}

async function startIn(
  engine: DockerEngine,
  work: WorkFolder,
  settings: DockerExecutorSettings,
): Promise<DockerSession> {
  const folder = await realpath(work.folder);
  const name = settings.containerName ?? `autogen-code-exec-${randomUUID()}`;
  const request = await containerRequest(engine, settings, settings.bindDir ?? folder);
  const container = await Container.start(engine, name, settings.image, request);
  const release = settings.stopContainer ? stopWhenOrphaned(engine.address, container.stopPath) : (): void => {};
  return {
    container,
    folder,
    close: async () => {
      // What goes on running keeps its files.
      if (!settings.stopContainer) return;
      await container.stop();
      release();
      await work.close();
    },
  };
}

/**
 * Makes the working folder, and a container that has it.
 *
 * @throws {ValueError} when the working folder cannot be made or written to.
 * @throws {RuntimeError} when no engine answers, or it gives no container that runs.
 */
export async function openDockerSession(settings: DockerExecutorSettings): Promise<DockerSession> {
  const engine = await connect(settings.dockerHost);
  const work = await openWorkFolder(settings.workDir);
  try {
    return await startIn(engine, work, settings);
  } catch (error) {
    await work.close();
    throw error;
  }
}
