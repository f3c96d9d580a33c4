import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { WriterTask } from "./writer-child.ts";

const SCRIPT = fileURLToPath(new URL("./writer-child.ts", import.meta.url));

/** Starts a process that does a task. Its standard output has the ids of the lines that it has been promised. */
export function startWriter(task: WriterTask, env: Readonly<Record<string, string>> = {}): ChildProcess {
  return spawn(process.execPath, ["--conditions=source", SCRIPT, JSON.stringify(task)], {
    env: { ...process.env, NODE_OPTIONS: "", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
}

/** Runs such a process to its end; the code with which it ended. */
export async function runWriter(task: WriterTask, env: Readonly<Record<string, string>> = {}): Promise<number | null> {
  const child = startWriter(task, env);
  child.stdout?.resume();
  child.stderr?.resume();
  await once(child, "close");
  return child.exitCode;
}

/** Runs such a process until it has said so many lines, kills it, and gives the ids that it said. */
export async function killWriter(task: WriterTask, lines: number): Promise<readonly string[]> {
  const child = startWriter(task);
  let text = "";
  let errors = "";
  child.stderr?.on("data", (data: Buffer) => (errors += data.toString()));
  child.stdout?.on("data", (data: Buffer) => {
    text += data.toString();
    if (text.split("\n").length > lines) child.kill("SIGKILL");
  });
  await once(child, "close");
  if (child.signalCode !== "SIGKILL") throw new Error(`The writer ended by itself: ${errors}`);
  // The last line may be cut off.
  return text
    .slice(0, text.lastIndexOf("\n"))
    .split("\n")
    .filter((id) => id !== "");
}
