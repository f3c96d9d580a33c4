import { isIP } from "node:net";

/** Where a gateway listens. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

/** Reads `host:port`, `[::1]:port`, or a port alone, which is one of this machine's own loopback address. */
export function parseAddress(value: unknown): ListenAddress | undefined {
  if (typeof value !== "string" && typeof value !== "number") return undefined;
  const match = /^(?:(?<host>\[[0-9a-fA-F:.]+\]|[^:\s]+):)?(?<port>\d{1,5})$/.exec(String(value));
  const port = Number(match?.groups?.["port"] ?? Number.NaN);
  if (!(port <= 65_535)) return undefined;
  const host = match?.groups?.["host"] ?? "127.0.0.1";
  return { host: host.replace(/^\[|\]$/g, ""), port };
}

/** Whether only this machine itself can reach an address. */
export function isLoopback(host: string): boolean {
  if (host === "localhost" || host === "::1") return true;
  return isIP(host) === 4 && host.startsWith("127.");
}
