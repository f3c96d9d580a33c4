/** Runs code in a container that is thrown away: no network, no files of the host, no rights, little memory. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { randomUUID } from "node:crypto";
import type { CodeBlock, CodeExecutor, CodeResult, ExecuteOptions } from "@tesserae/core";

const INTERPRETERS: Readonly<Record<string, readonly string[]>> = {
  python: ["python3", "-"],
  sh: ["sh", "-s"],
};
const MOST_OUTPUT = 100_000;

/** Options of a {@link ContainerExecutor}. */
export interface ContainerExecutorOptions {
  /** Default: `python:3.13-slim`. */
  readonly image?: string | undefined;
  /** Seconds for one block. Default 60. */
  readonly timeout?: number | undefined;
}

//#region container
/** A container for each block of Python or sh, by the `docker` command. */
export class ContainerExecutor implements CodeExecutor {
  /** Nothing that it does reaches out of its container. */
  readonly repeat = "safe";
  readonly #image: string;
  readonly #timeout: number;

  constructor({ image = "python:3.13-slim", timeout = 60 }: ContainerExecutorOptions = {}) {
    this.#image = image;
    this.#timeout = timeout;
  }

  /** @throws Error where no engine answers. */
  async start(): Promise<void> {
    const { exitCode, output } = await docker(["version"]);
    if (exitCode !== 0) throw new Error(`No container engine answers: ${output.trim().split("\n").at(-1)}`);
  }

  async executeCodeBlocks(blocks: readonly CodeBlock[], { signal }: ExecuteOptions = {}): Promise<CodeResult> {
    let all = "";
    for (const { code, language } of blocks) {
      const interpreter = INTERPRETERS[language];
      if (interpreter === undefined) return { exitCode: 1, output: `${all}There is no interpreter for ${language}.` };
      const { exitCode, output } = await this.#run(interpreter, code, signal);
      all += output;
      if (exitCode !== 0) return { exitCode, output: all };
    }
    return { exitCode: 0, output: all };
  }

  async restart(): Promise<void> {}
  async stop(): Promise<void> {}

  async #run(interpreter: readonly string[], code: string, signal: AbortSignal | undefined): Promise<CodeResult> {
    const name = `code-${randomUUID()}`;
    const walls = ["--network=none", "--read-only", "--tmpfs=/tmp", "--cap-drop=ALL", "--user=65534:65534"];
    const bounds = ["--memory=512m", "--cpus=1", "--pids-limit=128", "--security-opt=no-new-privileges"];
    // The limit of time is inside: it holds when this process dies, too.
    const command = [this.#image, "timeout", String(this.#timeout), ...interpreter];
    let killed: Promise<unknown> | undefined;
    const kill = (): void => void (killed = docker(["kill", name]));
    signal?.addEventListener("abort", kill, { once: true });
    try {
      return await docker(["run", "--rm", "-i", `--name=${name}`, ...walls, ...bounds, ...command], code, signal);
    } finally {
      signal?.removeEventListener("abort", kill);
      // Only then is it true that the run has ended.
      await killed;
    }
  }
}
//#endregion

async function docker(args: readonly string[], input = "", signal?: AbortSignal): Promise<CodeResult> {
  const child = spawn("docker", args, { stdio: "pipe", ...(signal === undefined ? {} : { signal }) });
  let output = "";
  const take = (bytes: Buffer): void => {
    if (output.length < MOST_OUTPUT) output += bytes.toString("utf8");
  };
  child.stdout.on("data", take);
  child.stderr.on("data", take);
  child.stdin.on("error", () => undefined);
  child.stdin.end(input);
  try {
    const [code] = (await once(child, "close")) as [number | null];
    return { exitCode: code ?? 1, output };
  } catch (error) {
    return { exitCode: 127, output: error instanceof Error ? error.message : String(error) };
  }
}
