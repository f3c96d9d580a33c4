import { readFileSync } from "node:fs";
import type { RequestOptions } from "node:http";
import { homedir } from "node:os";
import { join } from "node:path";
import { ValueError } from "@tesserae/core";

/** Where a Docker engine may listen. */
export type DockerAddress =
  | { readonly type: "socket"; readonly path: string }
  | {
      readonly type: "tcp";
      readonly host: string;
      readonly port: number;
      readonly tls: boolean;
      readonly certificates?: string;
    };

/**
 * Reads `DOCKER_HOST` as Docker's own command line does: `unix://`, `npipe://`, `tcp://` (with `DOCKER_TLS_VERIFY` and
 * `DOCKER_CERT_PATH`), `http://`, `https://`.
 *
 * @throws {ValueError} for any other address.
 */
export function readDockerHost(host: string, environment: NodeJS.ProcessEnv): DockerAddress {
  const [, scheme, rest = ""] = /^([a-z]+):\/\/(.*)$/.exec(host) ?? [];
  if ((scheme === "unix" || scheme === "npipe") && rest !== "") return { type: "socket", path: rest };
  if ((scheme === "tcp" || scheme === "http" || scheme === "https") && URL.canParse(`http://${rest}`)) {
    const { hostname, port } = new URL(`http://${rest}`);
    const tls = scheme === "https" || (scheme === "tcp" && (environment["DOCKER_TLS_VERIFY"] ?? "") !== "");
    const certificates = tls ? (environment["DOCKER_CERT_PATH"] ?? join(homedir(), ".docker")) : undefined;
    const address = {
      type: "tcp",
      host: hostname.replaceAll(/^\[|\]$/g, ""),
      port: Number(port || (tls ? 2376 : 2375)),
      tls,
    } as const;
    return certificates === undefined ? address : { ...address, certificates };
  }
  throw new ValueError(
    `DOCKER_HOST is ${JSON.stringify(host)}; an address begins with unix://, npipe://, tcp://, http:// or https://.`,
  );
}

/** The addresses to try: `DOCKER_HOST`, else the sockets of an engine for all, a rootless one, and Docker Desktop. */
export function dockerAddresses(environment: NodeJS.ProcessEnv): readonly DockerAddress[] {
  const host = environment["DOCKER_HOST"];
  if (host !== undefined && host !== "") return [readDockerHost(host, environment)];
  if (process.platform === "win32") return [{ type: "socket", path: "//./pipe/docker_engine" }];
  const runtime = environment["XDG_RUNTIME_DIR"];
  const paths = ["/var/run/docker.sock", join(homedir(), ".docker/run/docker.sock")];
  if (runtime !== undefined && runtime !== "") paths.push(join(runtime, "docker.sock"));
  return paths.map((path) => ({ type: "socket", path }));
}

/** The address as a person writes it. */
export function showAddress(address: DockerAddress): string {
  return address.type === "socket" ? address.path : `${address.host}:${address.port}`;
}

/** Where a request goes, for `request` of `node:http` or `node:https`; certificates are read from their folder. */
export type EngineTarget = Pick<RequestOptions, "socketPath" | "host" | "port"> & {
  readonly headers?: Readonly<Record<string, string>>;
  readonly ca?: Buffer;
  readonly cert?: Buffer;
  readonly key?: Buffer;
};

/** @throws what the system says of certificates that cannot be read. */
export function engineTarget(address: DockerAddress): EngineTarget {
  if (address.type === "socket") return { socketPath: address.path, headers: { host: "docker" } };
  const target = { host: address.host, port: address.port };
  const folder = address.certificates;
  if (folder === undefined) return target;
  const file = (name: string): Buffer => readFileSync(join(folder, name));
  return { ...target, ca: file("ca.pem"), cert: file("cert.pem"), key: file("key.pem") };
}
