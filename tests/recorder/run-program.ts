import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { text } from "node:stream/consumers";

/** How a program ended. */
export interface ProgramEnd {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** How a program is run. */
export interface ProgramOptions {
  readonly environment?: Readonly<Record<string, string>>;
  /** Options of Node. */
  readonly flags?: readonly string[];
  readonly args?: readonly string[];
  /** The largest file that the program may write, in KiB. */
  readonly largestFile?: number;
}

const ROOT = resolve(import.meta.dirname, "../..");

/** Starts a program in a process of its own. No key of this machine is passed on. */
export function startProgram(path: string, options: ProgramOptions = {}): ChildProcess {
  const { environment = {}, flags = [], args = [], largestFile } = options;
  const command = [process.execPath, "--conditions=source", ...flags, path, ...args];
  const env = { PATH: process.env["PATH"], NODE_NO_WARNINGS: "1", ...environment };
  const [file = "", ...rest] =
    largestFile === undefined ? command : ["bash", "-c", `ulimit -f ${largestFile}; exec "$@"`, "bash", ...command];
  return spawn(file, rest, { cwd: ROOT, env, stdio: ["ignore", "pipe", "pipe"] });
}

/** Runs a program to its end. */
export async function runProgram(path: string, options: ProgramOptions = {}): Promise<ProgramEnd> {
  const child = startProgram(path, options);
  if (child.stdout === null || child.stderr === null) throw new Error("A program without output");
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
  return { code: typeof code === "number" ? code : null, stdout, stderr };
}
