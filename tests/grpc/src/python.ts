import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { Heard, type HostPeer, type WorkerPeer } from "./peers.ts";

/** The interpreter beside which AutoGen is installed. */
export const PYTHON: string = fileURLToPath(new URL("../../interop/.venv/bin/python", import.meta.url));
const PROGRAM = fileURLToPath(new URL("../python/peer.py", import.meta.url));

/** Whether Python AutoGen is there; else tests that need it are skipped. */
export const HAS_PYTHON: boolean = existsSync(PYTHON);

/** A line that the program in Python writes. */
interface Line {
  readonly ready?: boolean;
  /** Where a host listens. */
  readonly address?: string;
  readonly received?: string;
  readonly id?: number;
  readonly value?: unknown;
  readonly error?: string;
}

/** The program `python/peer.py`, which answers commands. */
class PythonProgram {
  readonly heard: Heard = new Heard();
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #waiting = new Map<number, (line: Line) => void>();
  readonly #ready: Promise<Line>;
  #last = 0;
  #errors = "";

  constructor(args: readonly string[]) {
    this.#child = spawn(PYTHON, [PROGRAM, ...args], { env: { ...process.env, PYTHONDONTWRITEBYTECODE: "1" } });
    this.#child.stderr.on("data", (data: Buffer) => (this.#errors += data.toString()));
    this.#ready = new Promise((resolve, reject) => {
      createInterface(this.#child.stdout).on("line", (text) => {
        const line = JSON.parse(text) as Line;
        if (line.ready === true) resolve(line);
        else if (line.id !== undefined) this.#waiting.get(line.id)?.(line);
        else this.heard.tell(line as Parameters<Heard["tell"]>[0]);
      });
      this.#child.once("exit", () => reject(new Error(`Python ended: ${this.#errors}`)));
    });
  }

  ready(): Promise<Line> {
    return this.#ready;
  }

  ask(command: Readonly<Record<string, unknown>>): Promise<unknown> {
    const id = (this.#last += 1);
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, (line) => {
        this.#waiting.delete(id);
        if (line.error === undefined) resolve(line.value);
        else reject(new Error(line.error));
      });
      this.#child.stdin.write(`${JSON.stringify({ ...command, id_: id })}\n`);
    });
  }

  /** Ends it: with `SIGKILL` at once, and without a word to anybody. */
  async end(signal?: "SIGKILL"): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, "exit");
    this.#child.kill(signal ?? "SIGTERM");
    await ended;
  }
}

/** A host of Python. */
export async function startPythonHost(): Promise<HostPeer> {
  const program = new PythonProgram(["host"]);
  const { address = "" } = await program.ready();
  return { address, stop: () => program.end("SIGKILL") };
}

/** A worker of Python. */
export class PythonWorker implements WorkerPeer {
  readonly heard: Heard;
  readonly #program: PythonProgram;

  private constructor(program: PythonProgram) {
    this.#program = program;
    this.heard = program.heard;
  }

  /** @param rest the format of payloads, and the largest message that is received. */
  static async start(hostAddress: string, ...rest: readonly string[]): Promise<PythonWorker> {
    const program = new PythonProgram(["worker", hostAddress, ...rest]);
    await program.ready();
    return new PythonWorker(program);
  }

  async register(type: string, protobuf: boolean = false): Promise<void> {
    await this.#program.ask({ op: "register", type, protobuf });
  }

  async subscribe(topic: string, type: string, prefix: boolean = false): Promise<string> {
    return String(await this.#program.ask({ op: "subscribe", topic, type, prefix }));
  }

  async unsubscribe(id: string): Promise<void> {
    await this.#program.ask({ op: "unsubscribe", id });
  }

  async send(to: string, content: string): Promise<string> {
    return String(await this.#program.ask({ op: "send", to, content }));
  }

  async publish(topic: string, content: string, protobuf: boolean = false): Promise<void> {
    await this.#program.ask({ op: "publish", topic, content, protobuf });
  }

  async stop(): Promise<void> {
    await this.kill();
  }

  async kill(): Promise<void> {
    await this.#program.end("SIGKILL");
  }
}
