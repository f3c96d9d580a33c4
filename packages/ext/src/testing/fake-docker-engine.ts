import { spawn, type ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isObject } from "@tesserae/core";

/** A request as the engine got it. */
export interface EngineCall {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly body: unknown;
}

interface FakeContainer {
  readonly id: string;
  readonly name: string;
  readonly config: Record<string, unknown>;
  status: string;
}

interface FakeExec {
  readonly container: FakeContainer;
  readonly command: readonly string[];
  readonly environment: readonly string[];
  child?: ChildProcess;
  code?: number;
}

const texts = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(String) : []);
const part = (value: unknown, key: string): unknown => (isObject(value) ? value[key] : undefined);

/**
 * A container engine on a Unix socket, as far as the executor speaks to one. It isolates nothing: its containers are
 * names, and commands run as processes of this machine, in the folder that the container has as `/workspace`.
 */
export class FakeDockerEngine {
  readonly calls: EngineCall[] = [];
  readonly images: Set<string> = new Set(["python:3-slim"]);
  /** Images that a registry has. */
  readonly registry: Set<string> = new Set();
  readonly containers: Map<string, FakeContainer> = new Map();
  securityOptions: readonly string[] = [];
  /** What becomes of a container that is started. */
  statusAfterStart = "running";
  /** Called when a container is asked to stop, before it does. */
  onStop: () => void = () => {};
  readonly #execs = new Map<string, FakeExec>();
  readonly #folder = mkdtempSync(join(tmpdir(), "tesserae-engine-"));
  readonly #server: Server = createServer((request, response) => void this.#answer(request, response));

  get socketPath(): string {
    return join(this.#folder, "docker.sock");
  }

  get host(): string {
    return `unix://${this.socketPath}`;
  }

  async listen(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(this.socketPath, resolve));
    return this;
  }

  async close(): Promise<void> {
    for (const container of this.containers.values()) this.#endProcesses(container);
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** A container that is there already. */
  add(name: string, labels: Record<string, string> = {}): FakeContainer {
    const id = randomBytes(8).toString("hex");
    const container = { id, name, config: { Labels: labels }, status: "running" };
    this.containers.set(id, container);
    return container;
  }

  /** The requests to a path, in order. */
  to(method: string, path: RegExp): readonly EngineCall[] {
    return this.calls.filter((call) => call.method === method && path.test(call.path));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", "http://docker");
    let text = "";
    for await (const chunk of request) text += String(chunk);
    const body: unknown = text === "" ? undefined : JSON.parse(text);
    const call = {
      method: request.method ?? "",
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      body,
    };
    this.calls.push(call);
    const [, room = "", id = "", action = ""] =
      /^\/(\w+)\/(.+?)(?:\/(json|logs|exec|start|restart|stop))?$/.exec(url.pathname) ?? [];
    response.setHeader("Api-Version", "1.50");
    const reply = (status: number, value?: unknown): void => {
      response.writeHead(status, { "content-type": "application/json" });
      response.end(value === undefined ? undefined : JSON.stringify(value));
    };
    if (url.pathname === "/_ping") return void response.end("OK");
    if (url.pathname === "/info") return reply(200, { SecurityOptions: this.securityOptions });
    if (room === "images") return this.#answerImages(call, id, reply, response);
    if (room === "containers") return this.#answerContainers(call, id, action, reply);
    if (room === "exec") return this.#answerExec(id, action, reply, response);
    reply(404, { message: "page not found" });
  }

  #answerImages(
    call: EngineCall,
    id: string,
    reply: (status: number, value?: unknown) => void,
    response: ServerResponse,
  ): void {
    if (call.method === "GET")
      return this.images.has(decodeURI(id)) ? reply(200, {}) : reply(404, { message: "No such image" });
    const image = call.query["fromImage"] ?? "";
    response.write(`${JSON.stringify({ status: "Pulling" })}\n`);
    if (this.registry.has(image)) this.images.add(image.replace(/:latest$/, ""));
    else response.write(`${JSON.stringify({ error: `manifest for ${image} not found` })}\n`);
    response.end();
  }

  #answerContainers(
    call: EngineCall,
    id: string,
    action: string,
    reply: (status: number, value?: unknown) => void,
  ): void {
    if (id === "create") return this.#create(call, reply);
    const container = [...this.containers.values()].find((entry) => entry.id === id || entry.name === id);
    if (container === undefined) return reply(404, { message: `No such container: ${id}` });
    if (call.method === "DELETE") {
      this.#endProcesses(container);
      this.containers.delete(container.id);
      return reply(204);
    }
    if (action === "json") return reply(200, { State: { Status: container.status }, Config: container.config });
    if (action === "logs") return reply(200, { log: "the last words" });
    if (action === "exec") return this.#createExec(container, call.body, reply);
    if (action === "start" || action === "restart") {
      this.#endProcesses(container);
      container.status = this.statusAfterStart;
      return reply(204);
    }
    this.onStop();
    this.#endProcesses(container);
    container.status = "exited";
    if (part(part(container.config, "HostConfig"), "AutoRemove") === true) this.containers.delete(container.id);
    reply(204);
  }

  #create(call: EngineCall, reply: (status: number, value?: unknown) => void): void {
    const { name = "" } = call.query;
    const taken = [...this.containers.values()].some((container) => container.name === name);
    if (taken) return reply(409, { message: `Conflict. The container name "/${name}" is already in use` });
    const id = randomBytes(8).toString("hex");
    this.containers.set(id, { id, name, config: isObject(call.body) ? call.body : {}, status: "created" });
    reply(201, { Id: id, Warnings: [] });
  }

  #createExec(container: FakeContainer, body: unknown, reply: (status: number, value?: unknown) => void): void {
    if (container.status !== "running") return reply(409, { message: `container ${container.name} is not running` });
    const id = randomBytes(8).toString("hex");
    this.#execs.set(id, { container, command: texts(part(body, "Cmd")), environment: texts(part(body, "Env")) });
    reply(201, { Id: id });
  }

  #answerExec(
    id: string,
    action: string,
    reply: (status: number, value?: unknown) => void,
    response: ServerResponse,
  ): void {
    const exec = this.#execs.get(id);
    if (exec === undefined) return reply(404, { message: "No such exec instance" });
    if (action === "json") return reply(200, { Running: exec.code === undefined, ExitCode: exec.code ?? null });
    const folder = texts(part(part(exec.container.config, "HostConfig"), "Binds"))[0]?.split(":")[0] ?? tmpdir();
    const [program = "", ...args] = exec.command;
    const own = exec.environment.map((entry) => entry.replace("/workspace", folder).split(/=(.*)/s).slice(0, 2));
    const child = spawn(program, args, {
      cwd: folder,
      env: { PATH: process.env["PATH"], ...Object.fromEntries(own) },
      detached: true,
    });
    exec.child = child;
    response.writeHead(200, { "content-type": "application/vnd.docker.raw-stream" });
    response.flushHeaders();
    const frame = (stream: number) => (content: Buffer) => {
      const header = Buffer.from([stream, 0, 0, 0, 0, 0, 0, 0]);
      header.writeUInt32BE(content.length, 4);
      response.write(Buffer.concat([header, content]));
    };
    child.stdout.on("data", frame(1));
    child.stderr.on("data", frame(2));
    child.on("error", (error) => {
      frame(2)(Buffer.from(`OCI runtime exec failed: ${error.message}`));
      exec.code = 127;
      response.end();
    });
    child.on("exit", (code, signal) => (exec.code ??= code ?? (signal === null ? 1 : 137)));
    child.on("close", () => response.end());
  }

  #endProcesses(container: FakeContainer): void {
    for (const exec of this.#execs.values()) {
      const { pid } = exec.child ?? {};
      if (exec.container !== container || pid === undefined) continue;
      try {
        process.kill(-pid, "SIGKILL");
      } catch {
        // It has ended.
      }
    }
  }
}
