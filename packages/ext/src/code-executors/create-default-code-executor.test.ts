import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type RequestListener, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CancelledError, ValueError } from "@tesserae/core";
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createDefaultCodeExecutor } from "./create-default-code-executor.ts";
import { DockerCommandLineCodeExecutor } from "./docker/docker-command-line-code-executor.ts";
import { dockerAddresses, readDockerHost, type DockerAddress } from "./docker/engine/engine-address.ts";
import { DockerEngine } from "./docker/engine/engine-client.ts";
import { LocalCommandLineCodeExecutor } from "./local/local-command-line-code-executor.ts";

const folder = mkdtempSync(join(tmpdir(), "tesserae-docker-"));
const servers: Server[] = [];
const seen: (string | undefined)[] = [];

/** An engine's answer to a ping (Docker Engine API 1.50, `/_ping`). */
const engine: RequestListener = (request, response) => {
  seen.push(request.url);
  response.setHeader("Api-Version", "1.50");
  response.end("OK");
};

async function listen(handler: RequestListener, where: string | 0): Promise<Server> {
  const server = createServer(handler);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(where, resolve));
  return server;
}

async function listenOnPort(handler: RequestListener): Promise<number> {
  const address = (await listen(handler, 0)).address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

const pingDocker = (address: DockerAddress): Promise<boolean> => new DockerEngine(address).ping();

/** The codes of the warnings from here on. */
function collectWarnings(): Map<string, string> {
  const warnings = new Map<string, string>();
  vi.spyOn(process, "emitWarning").mockImplementation((text, options) => {
    if (typeof options === "object" && "code" in options) warnings.set(String(options.code), String(text));
  });
  return warnings;
}

afterAll(() => rmSync(folder, { recursive: true, force: true }));
beforeEach(() => vi.stubEnv("DOCKER_HOST", `unix://${join(folder, "none.sock")}`));
afterEach(async () => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  seen.length = 0;
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
  rmSync(join(folder, "docker.sock"), { force: true });
});

describe("createDefaultCodeExecutor", () => {
  test("without an engine gives a local executor, and warns once", async () => {
    const warnings = collectWarnings();
    const executor = await createDefaultCodeExecutor(join(folder, "work"));
    expect(executor).toBeInstanceOf(LocalCommandLineCodeExecutor);
    expect(executor).toMatchObject({ workDir: join(folder, "work") });
    expect(warnings.get("TESSERAE_DOCKER_UNAVAILABLE")).toContain("Docker is not available");
    warnings.clear();
    await createDefaultCodeExecutor();
    expect([...warnings.keys()]).toEqual([]);
  });

  test.skipIf(process.platform === "win32")(
    "with one gives an executor for containers, without a warning",
    async () => {
      const path = join(folder, "docker.sock");
      await listen(engine, path);
      vi.stubEnv("DOCKER_HOST", `unix://${path}`);
      const warnings = collectWarnings();
      const executor = await createDefaultCodeExecutor(join(folder, "work"));
      expect(executor).toBeInstanceOf(DockerCommandLineCodeExecutor);
      expect(executor).toMatchObject({ workDir: join(folder, "work") });
      expect([...warnings.keys()]).toEqual([]);
      expect(seen).toEqual(["/_ping"]);
    },
  );

  test("refuses a DOCKER_HOST that it cannot read, and an aborted signal", async () => {
    await expect(createDefaultCodeExecutor(undefined, { signal: AbortSignal.abort() })).rejects.toThrow(CancelledError);
    vi.stubEnv("DOCKER_HOST", "ssh://host");
    await expect(createDefaultCodeExecutor()).rejects.toThrow(ValueError);
  });

  test("an abort ends a ping that nobody answers", async () => {
    const controller = new AbortController();
    const port = await listenOnPort(() => controller.abort());
    vi.stubEnv("DOCKER_HOST", `tcp://127.0.0.1:${port}`);
    await expect(createDefaultCodeExecutor(undefined, { signal: controller.signal })).rejects.toThrow(CancelledError);
  });
});

describe("a Docker engine", () => {
  test("answers by TCP", async () => {
    const port = await listenOnPort(engine);
    expect(await pingDocker(readDockerHost(`tcp://127.0.0.1:${port}`, {}))).toBe(true);
  });

  test.each<[string, RequestListener]>([
    ["another server", (_, response) => void response.end("OK")],
    ["an engine in trouble", (_, response) => void response.writeHead(500, { "Api-Version": "1.50" }).end()],
    ["one that hangs up", (request) => void request.socket.destroy()],
  ])("is not %s", async (_, handler) => {
    expect(await pingDocker({ type: "tcp", host: "127.0.0.1", port: await listenOnPort(handler), tls: false })).toBe(
      false,
    );
  });

  test("with certificates that cannot be read is not reachable", async () => {
    const address = readDockerHost("https://127.0.0.1:1", { DOCKER_CERT_PATH: join(folder, "none") });
    expect(await pingDocker(address)).toBe(false);
  });
});

describe("the address of an engine", () => {
  test.each([
    ["unix:///run/docker.sock", {}, { type: "socket", path: "/run/docker.sock" }],
    ["npipe:////./pipe/docker_engine", {}, { type: "socket", path: "//./pipe/docker_engine" }],
    ["tcp://host", {}, { type: "tcp", host: "host", port: 2375, tls: false }],
    ["tcp://[::1]:99", {}, { type: "tcp", host: "::1", port: 99, tls: false }],
    [
      "tcp://host",
      { DOCKER_TLS_VERIFY: "1", DOCKER_CERT_PATH: "/certs" },
      { type: "tcp", host: "host", port: 2376, tls: true, certificates: "/certs" },
    ],
    [
      "https://host:99",
      { DOCKER_CERT_PATH: "/certs" },
      { type: "tcp", host: "host", port: 99, tls: true, certificates: "/certs" },
    ],
  ])("%s with %j", (host, environment, address) => {
    expect(readDockerHost(host, environment)).toEqual(address);
  });

  test.each(["", "host", "unix://", "ssh://user@host", "tcp://", "tcp://a b"])("%j is refused", (host) => {
    expect(() => readDockerHost(host, {})).toThrow(ValueError);
  });

  test.skipIf(process.platform === "win32")("without DOCKER_HOST is one of the usual sockets", () => {
    const paths = dockerAddresses({ XDG_RUNTIME_DIR: "/run/user/1" }).map((address) =>
      address.type === "socket" ? address.path : "",
    );
    expect(paths).toContain("/var/run/docker.sock");
    expect(paths).toContain("/run/user/1/docker.sock");
    expect(dockerAddresses({ DOCKER_HOST: "unix:///x" })).toEqual([{ type: "socket", path: "/x" }]);
  });
});
