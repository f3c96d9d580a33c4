/** Programs of the tests, each in a process of its own. */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { TessenEvent } from "../../src/events/tessen-event.ts";
import { readEvents } from "./recording.ts";

/** How a program is run. */
export interface ProgramOptions {
  readonly flags?: readonly string[];
  readonly arguments?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Is told what the program writes, with the means to send it a signal. */
  readonly onOutput?: (text: string, kill: (signal: NodeJS.Signals) => void) => void;
}

/** What became of a program. */
export interface ProgramResult {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly output: string;
  readonly errors: string;
  readonly events: TessenEvent[];
}

const ROOT = resolve(import.meta.dirname, "../../../..");

/** Runs a program of `programs/` to its end. */
export async function runProgram(name: string, url: string, options: ProgramOptions = {}): Promise<ProgramResult> {
  const logDir = mkdtempSync(join(tmpdir(), "tessen-"));
  const program = resolve(import.meta.dirname, "programs", name);
  const args = ["--conditions=source", ...(options.flags ?? []), program, ...(options.arguments ?? [])];
  const env = { ...process.env, SERVER_URL: url, TESSEN_LOG_DIR: logDir, TESSEN_AGENT_NAME: "program", ...options.env };
  const child = spawn(process.execPath, args, { cwd: ROOT, env, stdio: ["ignore", "pipe", "pipe"] });
  let [output, errors] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
    options.onOutput?.(output, (signal) => child.kill(signal));
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => (errors += text));
  const { code, signal } = await new Promise<Pick<ProgramResult, "code" | "signal">>((done) =>
    child.on("close", (closedCode, closedSignal) => done({ code: closedCode, signal: closedSignal })),
  );
  const events = readEvents(logDir);
  rmSync(logDir, { recursive: true, force: true });
  return { code, signal, output, errors, events };
}

/** The flags that record a program that knows nothing of it. */
export const REGISTER: readonly string[] = ["--import", "@tesserae/tessen/register"];
