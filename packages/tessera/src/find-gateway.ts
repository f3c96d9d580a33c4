import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { get } from "node:http";
import { dirname, join } from "node:path";
import { stateFolder } from "./config/load-settings.ts";

const PATIENCE_MS = 2000;

/** A gateway that runs. */
export interface FoundGateway {
  /** Without a slash at the end. */
  readonly url: string;
  readonly pid: number;
  readonly upstreams: readonly FoundUpstream[];
}

/** An upstream of a gateway that runs. */
export interface FoundUpstream {
  readonly id: string;
  /** Without a slash at the end. */
  readonly baseURL: string;
}

/**
 * The gateway that serves the database in a state folder (default: `TESSERA_HOME`, else `~/.tessera`), if one runs and
 * answers.
 */
export async function findGateway(stateDir: string = stateFolder()): Promise<FoundGateway | undefined> {
  const found = readAnnouncement(join(stateDir, "gateway.json"));
  return found !== undefined && (await answers(found.url)) ? found : undefined;
}

/** Writes down where the gateway of a database runs. Gives what takes it away again, unless another gateway has written since. */
export function announce(databasePath: string, url: string, upstreams: readonly FoundUpstream[]): () => void {
  const path = join(dirname(databasePath), "gateway.json");
  const { pid } = process;
  rmSync(path, { force: true });
  const addresses = upstreams.map(({ id, baseURL }) => ({ id, baseURL }));
  const announcement = { url, pid, upstreams: addresses, started: new Date().toISOString() };
  writeFileSync(path, `${JSON.stringify(announcement)}\n`, { mode: 0o600 });
  return () => {
    const now = readAnnouncement(path);
    if (now?.pid === pid && now.url === url) rmSync(path, { force: true });
  };
}

function readAnnouncement(path: string): FoundGateway | undefined {
  try {
    const content: unknown = JSON.parse(readFileSync(path, "utf8"));
    if (typeof content !== "object" || content === null) return undefined;
    const url: unknown = Reflect.get(content, "url");
    const pid: unknown = Reflect.get(content, "pid");
    const upstreams: unknown = Reflect.get(content, "upstreams");
    if (typeof url !== "string" || typeof pid !== "number" || !Array.isArray(upstreams)) return undefined;
    return { url, pid, upstreams: upstreams.filter(isUpstream) };
  } catch {
    // No gateway, or a file that was cut: none that could be used.
    return undefined;
  }
}

function isUpstream(value: unknown): value is FoundUpstream {
  if (typeof value !== "object" || value === null) return false;
  return typeof Reflect.get(value, "id") === "string" && typeof Reflect.get(value, "baseURL") === "string";
}

function answers(url: string): Promise<boolean> {
  return new Promise((resolve) => {
    if (!URL.canParse(url)) return resolve(false);
    const request = get(`${url}/health`, { timeout: PATIENCE_MS, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    request.on("timeout", () => request.destroy());
    request.on("error", () => resolve(false));
  });
}
