import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as after } from "node:timers/promises";
import { HttpTransport } from "../../transport/http-transport.ts";

/** A Chroma server over a folder that this process started. */
interface LocalServer {
  readonly origin: string;
  readonly stop: () => void;
}

/** One that several memories share: two servers over one folder would spoil it. */
interface SharedServer {
  readonly server: Promise<LocalServer | undefined>;
  users: number;
}

/** A use of a local server. */
export interface LocalServerUse {
  readonly origin: string;
  /** The server ends with its last use. */
  readonly release: () => void;
}

/** Where the servers of this process are kept, by folder: two copies of the package share them. */
const SERVERS = Symbol.for("tesserae.ext.memory.chroma-servers");
/** How long a server may take to start. */
const START_MS = 60_000;
const POLL_MS = 50;
/** How often another port is tried, where somebody takes one before the server has it. */
const MOST_PORTS = 3;

/** Starts a Chroma server over a folder, or shares the one that runs; `undefined` where the command does not work. */
export async function useLocalServer(folder: string, command: string): Promise<LocalServerUse | undefined> {
  const servers = serversOfProcess();
  const path = resolve(folder);
  let shared = servers.get(path);
  if (shared === undefined) {
    shared = { server: startServer(path, command), users: 0 };
    servers.set(path, shared);
  }
  const { server } = shared;
  shared.users += 1;
  const started = await server.catch(() => undefined);
  const release = (): void => {
    shared.users -= 1;
    if (shared.users > 0) return;
    if (servers.get(path) === shared) servers.delete(path);
    started?.stop();
  };
  if (started !== undefined) return { origin: started.origin, release };
  release();
  return undefined;
}

function serversOfProcess(): Map<string, SharedServer> {
  const known: unknown = Reflect.get(process, SERVERS);
  if (known instanceof Map) return known;
  const made = new Map<string, SharedServer>();
  Object.defineProperty(process, SERVERS, { value: made });
  return made;
}

async function startServer(path: string, command: string): Promise<LocalServer | undefined> {
  for (let tries = 0; tries < MOST_PORTS; tries += 1) {
    const port = await listenOnce(0);
    const server = port === undefined ? undefined : await startServerAt(port, path, command);
    if (server !== undefined || port === undefined || (await listenOnce(port)) !== undefined) return server;
  }
  return undefined;
}

async function startServerAt(port: number, path: string, command: string): Promise<LocalServer | undefined> {
  const origin = `http://127.0.0.1:${port}`;
  const folder = mkdtempSync(join(tmpdir(), "tesserae-chroma-"));
  const file = join(folder, "chroma.yaml");
  // JSON is YAML. Whether a reset is allowed is for each memory to say.
  const settings = { persist_path: path, listen_address: "127.0.0.1", port, allow_reset: true };
  writeFileSync(file, JSON.stringify(settings));
  const child = spawn(command, ["run", file], { stdio: "ignore" });
  // A program that forgets to close its memory ends nevertheless.
  child.unref();
  const kill = (): void => void child.kill("SIGTERM");
  process.once("exit", kill);
  const stop = (): void => {
    process.off("exit", kill);
    kill();
    rmSync(folder, { recursive: true, force: true });
  };
  if (await isUp(child, origin)) return { origin, stop };
  stop();
  return undefined;
}

/** True once the server answers; false when the command is not there, ends, or takes too long. */
async function isUp(child: ChildProcess, origin: string): Promise<boolean> {
  const ended = new AbortController();
  child.once("error", () => ended.abort());
  child.once("exit", () => ended.abort());
  const transport = new HttpTransport({ proxy: false });
  const end = performance.now() + START_MS;
  try {
    while (!ended.signal.aborted && performance.now() < end) {
      const isAnswered = await transport
        .send({ url: `${origin}/api/v2/heartbeat`, signal: ended.signal, timeoutMs: START_MS })
        .then(async (response) => (await response.text()) !== "" && response.status === 200)
        .catch(() => false);
      if (isAnswered) return true;
      await after(POLL_MS, undefined, { signal: ended.signal }).catch(() => undefined);
    }
    return false;
  } finally {
    await transport.close();
  }
}

/** Listens for a moment, on a port of its own choice where it is 0. Gives the port; `undefined` where it is taken. */
async function listenOnce(port: number): Promise<number | undefined> {
  const server = createServer();
  const isListening = await new Promise<boolean>((resolved) => {
    server.once("error", () => resolved(false));
    server.listen(port, "127.0.0.1", () => resolved(true));
  });
  if (!isListening) return undefined;
  const address = server.address();
  await new Promise((resolved) => void server.close(resolved));
  return typeof address === "object" && address !== null ? address.port : undefined;
}
