import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync } from "node:fs";
import { join } from "node:path";
import { RuntimeError, ValueError } from "@tesserae/core";
import { afterEach, describe, expect, test, vi } from "vitest";
import { DockerFixture } from "../../testing/docker-fixture.ts";
import { block } from "../../testing/executor-fixture.ts";
import type { FakeDockerEngine } from "../../testing/fake-docker-engine.ts";

const fixture = new DockerFixture();
afterEach(async () => {
  await fixture.clear();
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

const created = (engine: FakeDockerEngine): unknown => engine.to("POST", /^\/containers\/create$/)[0]?.body;
const ECHO = block("sh", "echo hello");
/** Root may write everywhere, and is root in a container too. */
const root = process.getuid?.() === 0;
const self = root ? "0:0" : `${process.getuid?.()}:${process.getgid?.()}`;

describe.skipIf(process.platform === "win32")("start", () => {
  test("makes a container of the image that has the working folder, and waits until it runs", async () => {
    const engine = await fixture.engine();
    const workDir = join(fixture.folder(), "work");
    const executor = fixture.executor({ workDir, dockerHost: engine.host });
    await executor.start();
    expect(executor.containerName).toMatch(/^autogen-code-exec-[0-9a-f-]{36}$/);
    expect(existsSync(workDir)).toBe(true);
    expect(created(engine)).toEqual({
      Image: "python:3-slim",
      Entrypoint: ["/bin/sh"],
      Cmd: [],
      Tty: true,
      OpenStdin: true,
      WorkingDir: "/workspace",
      Labels: { "tesserae.code-executor": "1" },
      User: self,
      ...(root ? {} : { Env: ["HOME=/tmp"] }),
      HostConfig: {
        SecurityOpt: ["no-new-privileges"],
        AutoRemove: true,
        Binds: [`${workDir}:/workspace:rw`],
        ExtraHosts: [],
      },
    });
    const steps = engine.calls.map(({ method, path }) => `${method} ${path.replaceAll(/[0-9a-f]{16}/g, "ID")}`);
    expect(steps.filter((step) => step !== "GET /info")).toEqual([
      "GET /_ping",
      "GET /images/python:3-slim/json",
      `GET /containers/${executor.containerName}/json`,
      "POST /containers/create",
      "POST /containers/ID/start",
      "GET /containers/ID/json",
    ]);
  });

  test("passes volumes, hosts, devices and everything else on", async () => {
    const engine = await fixture.engine();
    await fixture
      .executor({
        dockerHost: engine.host,
        containerName: "mine",
        autoRemove: false,
        bindDir: "/on/the/host",
        extraVolumes: { "/data": { bind: "/mnt/data", mode: "ro" }, cache: { bind: "/cache" } },
        extraHosts: { "kubernetes.docker.internal": "host-gateway", six: "[::1]" },
        initCommand: "echo begun > /tmp/begun",
        deviceRequests: [{ Count: -1, Capabilities: [["gpu"]] }],
        user: "1000:1000",
        networkDisabled: true,
        runtime: "runsc",
        hostConfig: { Memory: 536_870_912, CapDrop: ["ALL"], SecurityOpt: [] },
      })
      .start();
    expect(engine.to("POST", /create$/)[0]?.query).toEqual({ name: "mine" });
    expect(created(engine)).toMatchObject({
      Cmd: ["-c", "echo begun > /tmp/begun;exec /bin/sh"],
      User: "1000:1000",
      Env: ["HOME=/tmp"],
      HostConfig: {
        Memory: 536_870_912,
        CapDrop: ["ALL"],
        SecurityOpt: [],
        AutoRemove: false,
        Binds: ["/on/the/host:/workspace:rw", "/data:/mnt/data:ro", "cache:/cache:rw"],
        ExtraHosts: ["kubernetes.docker.internal:host-gateway", "six:[::1]"],
        DeviceRequests: [{ Count: -1, Capabilities: [["gpu"]] }],
        NetworkMode: "none",
        Runtime: "runsc",
      },
    });
  });

  test("leaves the user to the image when told so, and is root of an engine without root rights", async () => {
    const engine = await fixture.engine();
    await fixture.executor({ dockerHost: engine.host, user: "" }).start();
    expect(created(engine)).not.toHaveProperty("User");
    const rootless = await fixture.engine();
    rootless.securityOptions = ["name=seccomp,profile=default", "name=rootless"];
    await fixture.executor({ dockerHost: rootless.host }).start();
    expect(created(rootless)).toMatchObject({ User: "0:0" });
  });

  test.each([
    ["mine", "mine:latest"],
    ["registry.test:5000/mine", "registry.test:5000/mine:latest"],
    ["mine:1", "mine:1"],
    ["mine@sha256:00", "mine@sha256:00"],
  ])("pulls the image %s when it is not there", async (image, asked) => {
    const engine = await fixture.engine();
    engine.registry.add(asked);
    await fixture.executor({ dockerHost: engine.host, image }).start();
    expect(engine.to("POST", /^\/images\/create$/).map(({ query }) => query)).toEqual([{ fromImage: asked }]);
    expect(created(engine)).toMatchObject({ Image: image });
  });

  test("an image that nobody has is a RuntimeError that names it", async () => {
    const engine = await fixture.engine();
    const executor = fixture.executor({ dockerHost: engine.host, image: "none" });
    await expect(executor.start()).rejects.toThrow(RuntimeError);
    await expect(executor.start()).rejects.toThrow(
      "The image none is not there and cannot be pulled: manifest for none",
    );
    expect(created(engine)).toBeUndefined();
  });

  test("replaces a container of ours that has the name, and no other", async () => {
    const engine = await fixture.engine();
    const strange = engine.add("mine");
    const executor = fixture.executor({ dockerHost: engine.host, containerName: "mine" });
    await expect(executor.start()).rejects.toThrow(/a container called mine already, and no code executor made it/);
    expect([...engine.containers.keys()]).toEqual([strange.id]);
    engine.containers.clear();
    const ours = engine.add("mine", { "tesserae.code-executor": "1" });
    await executor.start();
    expect(engine.containers.has(ours.id)).toBe(false);
    expect(engine.to("DELETE", /./).map(({ path, query }) => [path, query["force"]])).toEqual([
      ["/containers/mine", "true"],
    ]);
  });

  test("a container that does not run is a RuntimeError with its logs, and nothing is left of it", async () => {
    const engine = await fixture.engine();
    engine.statusAfterStart = "exited";
    const executor = fixture.executor({ dockerHost: engine.host });
    await expect(executor.start()).rejects.toThrow(/does not run: it is exited\. Logs: .*the last words/);
    expect(engine.containers.size).toBe(0);
    engine.statusAfterStart = "running";
    await executor.start();
    expect(await executor.executeCodeBlocks([ECHO])).toMatchObject({ exitCode: 0 });
  });

  test("without an engine is a RuntimeError that says what to do", async () => {
    const nowhere = `unix://${join(fixture.folder(), "none.sock")}`;
    const told = fixture.executor({ dockerHost: nowhere });
    await expect(told.start()).rejects.toThrow(RuntimeError);
    await expect(told.start()).rejects.toThrow(
      /Failed to connect to Docker at .*none\.sock\. Install and start Docker/,
    );
    vi.stubEnv("DOCKER_HOST", nowhere);
    await expect(fixture.executor({}).start()).rejects.toThrow(
      /Failed to connect to Docker: no container engine answers/,
    );
  });

  test("finds the engine by DOCKER_HOST", async () => {
    const engine = await fixture.engine();
    vi.stubEnv("DOCKER_HOST", engine.host);
    await fixture.executor({}).start();
    expect(engine.containers.size).toBe(1);
  });

  test.skipIf(root)("a working folder that cannot be written to is refused", async () => {
    const engine = await fixture.engine();
    const workDir = fixture.folder();
    chmodSync(workDir, 0o500);
    await expect(fixture.executor({ dockerHost: engine.host, workDir }).start()).rejects.toThrow(ValueError);
    expect(created(engine)).toBeUndefined();
  });

  test("twice is once", async () => {
    const engine = await fixture.engine();
    const executor = fixture.executor({ dockerHost: engine.host });
    await Promise.all([executor.start(), executor.start()]);
    await executor.start();
    expect(engine.containers.size).toBe(1);
  });
});

describe.skipIf(process.platform === "win32")("before start", () => {
  test("there is no temporary working folder, and nothing runs", async () => {
    const executor = fixture.executor({});
    expect(() => executor.workDir).toThrow(RuntimeError);
    await expect(executor.executeCodeBlocks([ECHO])).rejects.toThrow(ValueError);
    await expect(executor.restart()).rejects.toThrow(RuntimeError);
    await executor.stop();
  });
});

describe.skipIf(process.platform === "win32")("stop", () => {
  test("stops the container, and then removes the temporary folder", async () => {
    const engine = await fixture.engine();
    const executor = fixture.executor({ dockerHost: engine.host });
    await executor.start();
    const { workDir } = executor;
    const seen: boolean[] = [];
    engine.onStop = () => seen.push(existsSync(workDir));
    await executor.stop();
    expect(seen).toEqual([true]);
    expect(existsSync(workDir)).toBe(false);
    expect(engine.containers.size).toBe(0);
    await expect(executor.executeCodeBlocks([ECHO])).rejects.toThrow(ValueError);
    await executor.start();
    expect(await executor.executeCodeBlocks([ECHO])).toMatchObject({ exitCode: 0, output: "hello\n" });
  });

  test("keeps a working folder that was named", async () => {
    const engine = await fixture.engine();
    const workDir = fixture.folder();
    const executor = fixture.executor({ dockerHost: engine.host, workDir });
    await executor.start();
    await executor.stop();
    expect(existsSync(workDir)).toBe(true);
  });

  test("leaves the container running when told so", async () => {
    const engine = await fixture.engine();
    const workDir = fixture.folder();
    const executor = fixture.executor({ dockerHost: engine.host, stopContainer: false, workDir });
    await executor.start();
    await executor.stop();
    expect([...engine.containers.values()].map(({ status }) => status)).toEqual(["running"]);
  });

  test("ends what runs", async () => {
    const engine = await fixture.engine();
    const executor = fixture.executor({ dockerHost: engine.host });
    await executor.start();
    const running = executor.executeCodeBlocks([block("sh", "echo begun; exec sleep 1000")]);
    await vi.waitUntil(() => engine.to("POST", /^\/exec\/.*\/start$/).length > 0, 50_000);
    await executor.stop();
    expect(await running).toMatchObject({
      exitCode: 1,
      output: expect.stringContaining("Code execution was cancelled"),
    });
  });

  test("of a container that is gone is no error; an engine that is gone is a warning", async () => {
    const warning = vi.spyOn(process, "emitWarning").mockImplementation(() => {});
    const engine = await fixture.engine();
    const executor = fixture.executor({ dockerHost: engine.host });
    await executor.start();
    engine.containers.clear();
    await executor.stop();
    expect(warning).not.toHaveBeenCalled();
    await executor.start();
    await engine.close();
    await executor.stop();
    expect(warning).toHaveBeenCalledWith(
      expect.stringContaining("could not be stopped"),
      expect.objectContaining({ code: "TESSERAE_CONTAINER_NOT_STOPPED" }),
    );
  });
});

describe.skipIf(process.platform === "win32")("the end of the process", () => {
  const program = (host: string, end: string): string => `
    import { DockerCommandLineCodeExecutor } from ${JSON.stringify(join(import.meta.dirname, "index.ts"))};
    const executor = new DockerCommandLineCodeExecutor({ dockerHost: ${JSON.stringify(host)} });
    await executor.start();
    ${end}`;

  test.each([
    ["process.exit", "process.exit(0);"],
    ["SIGKILL", "process.kill(process.pid, 'SIGKILL');"],
    ["an uncaught error", "throw new Error('enough');"],
  ])("by %s stops the container", async (_, end) => {
    const engine = await fixture.engine();
    const stopped = new Promise<void>((resolve) => (engine.onStop = resolve));
    const code = program(engine.host, end);
    const child = spawn(process.execPath, ["--conditions=source", "--input-type=module", "--eval", code], {
      stdio: "ignore",
    });
    await once(child, "exit");
    await stopped;
    expect(engine.to("POST", /\/stop$/)).toHaveLength(1);
  });
});

describe.skipIf(process.platform === "win32")("restart", () => {
  test("restarts the container", async () => {
    const engine = await fixture.engine();
    const executor = fixture.executor({ dockerHost: engine.host });
    await executor.start();
    await executor.restart();
    expect(engine.to("POST", /\/restart$/)).toHaveLength(1);
    expect(await executor.executeCodeBlocks([ECHO])).toMatchObject({ exitCode: 0 });
    engine.statusAfterStart = "exited";
    await expect(executor.restart()).rejects.toThrow(/does not run after its restart/);
  });
});

test.each([
  { timeout: 0 },
  { timeout: Number.NaN },
  { image: "" },
  { containerName: "../x" },
  { workDir: "" },
  { workDir: "/a:b" },
  { bindDir: "/a:b" },
  { functionsModule: "not-a-name" },
  { extraVolumes: { "/a": { bind: "" } } },
  { extraVolumes: { "/a:/b": { bind: "/c" } } },
  { extraVolumes: { "/a": { bind: "/b", mode: "rw:x" } } },
  { extraHosts: { "a b": "1.2.3.4" } },
  { user: "a b" },
  { dockerHost: "ssh://x" },
  { maxOutputBytes: 0 },
])("%j is refused", (options) => {
  expect(() => fixture.executor(options)).toThrow(ValueError);
});
