/** Servers of Redis for tests: a plain one, and one with the search module. */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { REDIS_MODULE, REDIS_SERVER } from "./stores.ts";

/** The command of a plain server: of the system, or the installed one. */
export const REDIS: string | undefined =
  spawnSync("redis-server", ["--version"]).status === 0 ? "redis-server" : REDIS_SERVER;
/** The command of a server that can load the module. */
export const REDIS_WITH_SEARCH: string | undefined = REDIS_MODULE === undefined ? undefined : REDIS_SERVER;

/** A server that runs. */
export interface RedisServer {
  readonly url: string;
  readonly close: () => Promise<void>;
}

/** Starts a server that keeps nothing on disk, on a port that the system chose. */
export async function startRedis(command: string, { withSearch = false } = {}): Promise<RedisServer> {
  const folder = await mkdtemp(join(tmpdir(), "redis-"));
  const socket = join(folder, "redis.sock");
  const settings = ["--port", "0", "--unixsocket", socket, "--save", "", "--appendonly", "no", "--dir", folder];
  const child = spawn(command, [...settings, ...(withSearch ? ["--loadmodule", REDIS_MODULE ?? ""] : [])], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  await new Promise<void>((resolve, reject) => {
    let told = "";
    child.once("error", reject);
    child.once("exit", () => reject(new Error(told)));
    child.stdout.on("data", (chunk) => {
      told += String(chunk);
      if (/ready to accept connections/i.test(told)) resolve();
    });
  });
  return {
    url: `unix://${socket}`,
    close: async () => {
      child.kill("SIGKILL");
      if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
      await rm(folder, { recursive: true, force: true });
    },
  };
}
