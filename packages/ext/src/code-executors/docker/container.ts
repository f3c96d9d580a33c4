import { setTimeout as delay } from "node:timers/promises";
import { isObject, RuntimeError, type JsonObject } from "@tesserae/core";
import { warn } from "../shared/warn.ts";
import { LABEL } from "./container-request.ts";
import { EngineError, type DockerEngine } from "./engine/engine-client.ts";
import { pullImage } from "./engine/pull-image.ts";

/** Longest wait for a container to run, and for one to be removed, in milliseconds. */
const READY_MS = 60_000;
const POLL_MS = 100;
/** What the processes in a container get between SIGTERM and SIGKILL, in seconds: its shell heeds no SIGTERM. */
const STOP_SECONDS = "1";

function isStatus(error: unknown, ...statuses: readonly number[]): boolean {
  return error instanceof EngineError && statuses.includes(error.status);
}

/** What the engine says of the container; undefined if there is none of that name or id. */
async function inspect(engine: DockerEngine, id: string): Promise<Record<string, unknown> | undefined> {
  try {
    const container = await engine.call("GET", `/containers/${id}/json`);
    return isObject(container) ? container : {};
  } catch (error) {
    if (isStatus(error, 404)) return undefined;
    throw error;
  }
}

function field(value: unknown, ...keys: readonly string[]): unknown {
  return keys.reduce((inner, key) => (isObject(inner) ? inner[key] : undefined), value);
}

/** Removes a container, running or not, and waits until its name is free. */
async function remove(engine: DockerEngine, id: string): Promise<void> {
  try {
    await engine.call("DELETE", `/containers/${id}`, { query: { force: "true", v: "true" } });
  } catch (error) {
    // Gone, or just going.
    if (!isStatus(error, 404, 409)) throw error;
  }
  for (let waited = 0; waited < READY_MS; waited += POLL_MS) {
    if ((await inspect(engine, id)) === undefined) return;
    await delay(POLL_MS);
  }
}

async function makeRoom(engine: DockerEngine, name: string): Promise<void> {
  const existing = await inspect(engine, name);
  if (existing === undefined) return;
  if (field(existing, "Config", "Labels", LABEL) === undefined) {
    throw new RuntimeError(
      `There is a container called ${name} already, and no code executor made it. Remove it, or take another containerName.`,
    );
  }
  await remove(engine, name);
}

async function logsOf(engine: DockerEngine, id: string): Promise<string> {
  try {
    const query = { stdout: "1", stderr: "1", tail: "100" };
    let text = "";
    for await (const chunk of await engine.stream("GET", `/containers/${id}/logs`, { query })) text += String(chunk);
    return text.trim() || "(none)";
  } catch {
    return "(removed with the container)";
  }
}

async function waitUntilRunning(engine: DockerEngine, id: string, what: string): Promise<void> {
  let status: unknown = "created";
  for (let waited = 0; waited < READY_MS; waited += POLL_MS) {
    const container = await inspect(engine, id);
    status = container === undefined ? "gone" : field(container, "State", "Status");
    if (status === "running") return;
    if (status === "exited" || status === "dead" || status === "gone" || status === "removing") break;
    await delay(POLL_MS);
  }
  throw new RuntimeError(`${what}: it is ${String(status)}. Logs: ${await logsOf(engine, id)}`);
}

/** A container that runs. */
export class Container {
  readonly engine: DockerEngine;
  readonly id: string;
  readonly name: string;

  private constructor(engine: DockerEngine, id: string, name: string) {
    this.engine = engine;
    this.id = id;
    this.name = name;
  }

  /**
   * Makes a container and starts it; the image is pulled when it is not there.
   *
   * @throws {RuntimeError} when the image cannot be had, the name belongs to a container of somebody else's, or the
   * container does not run; then nothing is left of it.
   */
  static async start(engine: DockerEngine, name: string, image: string, request: JsonObject): Promise<Container> {
    await pullImage(engine, image);
    await makeRoom(engine, name);
    const created = await engine.call("POST", "/containers/create", { query: { name }, body: request });
    const id = field(created, "Id");
    if (typeof id !== "string") throw new RuntimeError(`The container engine made no container of ${image}.`);
    try {
      await engine.call("POST", `/containers/${id}/start`);
      await waitUntilRunning(engine, id, `The container of the image ${image} does not run`);
    } catch (error) {
      await remove(engine, id).catch(() => undefined);
      throw error;
    }
    return new Container(engine, id, name);
  }

  /** Starts it afresh: what ran in it ends, its files stay. @throws {RuntimeError} when it does not run then. */
  async restart(): Promise<void> {
    await this.engine.call("POST", `/containers/${this.id}/restart`, { query: { t: STOP_SECONDS } });
    await waitUntilRunning(this.engine, this.id, `The container ${this.name} does not run after its restart`);
  }

  /** The path and query of the request that stops it. */
  get stopPath(): string {
    return `/containers/${this.id}/stop?t=${STOP_SECONDS}`;
  }

  /** Stops it. What the engine refuses becomes a warning: there is nothing else to be done about it here. */
  async stop(): Promise<void> {
    try {
      await this.engine.call("POST", this.stopPath);
    } catch (error) {
      if (isStatus(error, 304, 404)) return;
      const reason = error instanceof Error ? error.message : String(error);
      warn("TESSERAE_CONTAINER_NOT_STOPPED", `The container ${this.name} could not be stopped: ${reason}`);
    }
  }
}
