import { spawn, type ChildProcess } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** How a command ended. */
export interface CommandEnd {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** How a command is started. */
export interface CommandOptions {
  /** Beside `PATH`, which it always has. No key of this machine is passed on. */
  readonly environment?: Readonly<Record<string, string>>;
  /** What stands on standard input. Default: nothing. */
  readonly input?: string;
  readonly directory?: string;
}

/** A command that runs. */
export interface RunningCommand {
  readonly child: ChildProcess;
  readonly ended: Promise<CommandEnd>;
}

const LAUNCHER = join(import.meta.dirname, "..", "..", "bin", "tesserae.js");

/** Starts `tesserae` as a user would, by its launcher, in a process of its own. */
export function startCommand(args: readonly string[], options: CommandOptions = {}): RunningCommand {
  const { environment = {}, input = "", directory } = options;
  const { TESSERAE_RUNS_DIR: runs = join(tmpdir(), "tesserae-nobody") } = environment;
  const child = spawn(process.execPath, [LAUNCHER, ...args], {
    stdio: ["pipe", "pipe", "pipe"],
    env: {
      PATH: process.env["PATH"],
      HOME: join(tmpdir(), "tesserae-nobody"),
      // Nobody answers there, whatever runs on this machine.
      OLLAMA_HOST: "127.0.0.1:9",
      NODE_COMPILE_CACHE: join(tmpdir(), "tesserae-test-cache"),
      // Beside the test's own runs: another test may run at the same time.
      TESSERA_HOME: join(runs, ".tessera"),
      TESSEN_LOG_DIR: join(runs, ".tessen"),
      ...environment,
    },
    ...(directory === undefined ? {} : { cwd: directory }),
  });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  // A command that ends early does not read its input.
  child.stdin.on("error", () => undefined);
  child.stdin.end(input);
  const ended = new Promise<CommandEnd>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, stdout, stderr }));
  });
  return { child, ended };
}

/** Runs `tesserae` to its end. */
export function runCommandLine(args: readonly string[], options: CommandOptions = {}): Promise<CommandEnd> {
  return startCommand(args, options).ended;
}
