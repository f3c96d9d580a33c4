/** Starts the other programs of an example: each of them is a process that says when it is ready. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/** A program that runs. */
export interface RunningProgram {
  /** Tells it to end, and waits until it has. */
  stop(): Promise<void>;
}

const NODE = [process.execPath, "--conditions=source"];

/** @param interpreter what runs the file, as a command and its options. */
export async function startProgram(
  file: URL,
  args: readonly string[],
  [command = "", ...options]: readonly string[] = NODE,
): Promise<RunningProgram> {
  const child = spawn(command, [...options, fileURLToPath(file), ...args], { stdio: ["ignore", "pipe", "inherit"] });
  const ended = once(child, "exit");
  const failed = ended.then(() => {
    throw new Error(`${fileURLToPath(file)} ended before it was ready.`);
  });
  await Promise.race([once(child.stdout, "data"), failed]);
  return {
    async stop() {
      child.kill("SIGTERM");
      await ended;
    },
  };
}
