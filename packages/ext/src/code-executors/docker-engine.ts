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

/** How long an engine may take to answer, in milliseconds. */
const PING_MS = 2000;

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

function requestOptions(address: DockerAddress): RequestOptions & { ca?: Buffer; cert?: Buffer; key?: Buffer } {
  const common = { path: "/_ping", method: "GET", agent: false, timeout: PING_MS } as const;
  if (address.type === "socket") return { ...common, socketPath: address.path, headers: { host: "docker" } };
  const target = { ...common, host: address.host, port: address.port };
  const folder = address.certificates;
  if (folder === undefined) return target;
  const file = (name: string): Buffer => readFileSync(join(folder, name));
  return { ...target, ca: file("ca.pem"), cert: file("cert.pem"), key: file("key.pem") };
}

/** True if a Docker engine (or one that speaks its protocol) answers at the address within two seconds. */
export async function pingDocker(address: DockerAddress, signal?: AbortSignal): Promise<boolean> {
  const tls = address.type === "tcp" && address.tls;
  const { request } = process.getBuiltinModule(tls ? "node:https" : "node:http");
  const deadline = AbortSignal.timeout(PING_MS);
  return new Promise((resolve) => {
    try {
      const options = { ...requestOptions(address), signal: signal ? AbortSignal.any([signal, deadline]) : deadline };
      const call = request(options, (response) => {
        response.resume();
        response.on("error", () => resolve(false));
        // Any other server on that port answers something else than the engine's header.
        resolve(response.statusCode === 200 && response.headers["api-version"] !== undefined);
      });
      call.on("error", () => resolve(false));
      call.end();
    } catch {
      // Certificates that cannot be read.
      resolve(false);
    }
  });
}
