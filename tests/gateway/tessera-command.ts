import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { onTestFinished } from "vitest";

/** How a command ended. */
export interface CommandEnd {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A gateway that runs in a process of its own. */
export interface ServedGateway {
  readonly url: string;
  /** Tells it to read its configuration anew. Gives what it says of it. */
  reload(): Promise<string>;
  /** Tells it to end, as Ctrl-C does, and waits until it has. Gives its exit code. */
  stop(): Promise<number | null>;
  /** Ends it as a loss of power does, and waits until it is gone. */
  crash(): Promise<void>;
}

const BIN = resolve(import.meta.dirname, "../../packages/tessera/bin");

/** A folder as a user has one who runs a gateway: the configuration, and the gateway's own files in `home`. */
export class GatewayFolder {
  readonly path: string;
  readonly #environment: Readonly<Record<string, string>>;

  /** Gone when the test is over. `environment`: what else its commands find in theirs. */
  constructor(config: object, environment: Readonly<Record<string, string>> = {}) {
    this.#environment = environment;
    this.path = mkdtempSync(join(tmpdir(), "tessera-user-"));
    onTestFinished(() => rmSync(this.path, { recursive: true, force: true }));
    this.configure(config);
  }

  /** Writes another configuration: an object, or the text of the file. */
  configure(config: object | string): void {
    const content = typeof config === "string" ? config : JSON.stringify(config);
    writeFileSync(join(this.path, "tessera.config.json"), content);
  }

  get database(): string {
    return join(this.path, "home", "tessera.db");
  }

  /** Runs `tessera` to its end, by its launcher. */
  async run(...args: readonly string[]): Promise<CommandEnd> {
    const child = this.#spawn([join(BIN, "tessera.js"), ...args]);
    if (child.stdout === null || child.stderr === null) throw new Error("A command without output");
    const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
    return { code: typeof code === "number" ? code : null, stdout, stderr };
  }

  /** Like `run`, for a command that must succeed. */
  async output(...args: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await this.run(...args);
    if (code !== 0) throw new Error(`tessera ${args.join(" ")} ended with ${code}: ${stderr}`);
    return stdout;
  }

  /** Runs `tessera serve` until the test is over, at the latest. */
  async serve(): Promise<ServedGateway> {
    const source = ["--conditions=source", join(BIN, "from-source.js"), "main"];
    const child = this.#spawn([...source, "serve", "--port", "0", "--json"]);
    onTestFinished(() => void child.kill("SIGKILL"));
    if (child.stdout === null || child.stderr === null) throw new Error("A gateway without output");
    const words = createInterface(child.stderr);
    let complaints = "";
    words.on("line", (line) => (complaints += `${line}\n`));
    const [line] = await Promise.race([
      once(createInterface(child.stdout), "line"),
      once(child, "close").then(async () => Promise.reject(new Error(complaints))),
    ]);
    const { url }: { readonly url: string } = JSON.parse(String(line));
    const ended = once(child, "close");
    const reload = async (): Promise<string> => {
      const told = new Promise<string>((resolve) => {
        const before = complaints;
        const look = (): void => {
          const said = complaints.slice(before.length);
          if (/configuration .*(is|stays) in force/.test(said)) resolve(said);
          else words.once("line", look);
        };
        look();
      });
      child.kill("SIGHUP");
      return await told;
    };
    const stop = async (): Promise<number | null> => {
      child.kill("SIGTERM");
      const [code] = await ended;
      return typeof code === "number" ? code : null;
    };
    const crash = async (): Promise<void> => {
      child.kill("SIGKILL");
      await ended;
    };
    return { url, reload, stop, crash };
  }

  #spawn(args: readonly string[]): ChildProcess {
    const home = { TESSERA_HOME: join(this.path, "home"), NODE_NO_WARNINGS: "1" };
    const env = { PATH: process.env["PATH"], ...home, ...this.#environment };
    return spawn(process.execPath, args, { cwd: this.path, env });
  }
}
