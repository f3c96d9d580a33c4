import { spawn, type ChildProcess } from "node:child_process";
import { accessSync, constants, existsSync, statSync } from "node:fs";
import type { Writable } from "node:stream";
import type { RunProcessOptions } from "./run-process.ts";

const SHELL = "/bin/sh";
const POSIX = process.platform !== "win32";

/**
 * Waits for a line on descriptor 3, then becomes the program; without one, which means that the parent is gone, it
 * ends. In front of the second form, both streams are made one: only a shell can give both the same pipe.
 */
const GATE = 'read -r go <&3 || exit 125; exec 3<&-; exec "$0" "$@"';
const MERGING_GATE = `exec 2>&1; ${GATE}`;

/** A program that has a process and a group, and does not run before it is let go. */
export interface GatedProcess {
  readonly child: ChildProcess;
  readonly letGo: () => void;
}

/** Why a program cannot be started; undefined if it can. Asked here because a shell would only print it. */
function findFault(program: string): Error | undefined {
  try {
    accessSync(program, constants.X_OK);
    if (statSync(program).isFile()) return undefined;
    return Object.assign(new Error(`EACCES: ${program} is not a file`), { code: "EACCES" });
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/**
 * Starts a program's process, but not the program: whoever watches over its group can be ready first, so that there is
 * no moment in which the end of this process leaves the program alone. Where there is no shell (Windows, images
 * without one) the program runs at once, and `letGo` does nothing.
 *
 * @throws what the system says of a program that cannot be started.
 */
export function spawnGated(options: RunProcessOptions): GatedProcess {
  const { program, args, cwd, env } = options;
  const input = options.input === undefined ? "ignore" : "pipe";
  if (!POSIX || !existsSync(SHELL)) {
    // On Windows a detached process would open a window.
    const child = spawn(program, args, {
      cwd,
      env,
      detached: POSIX,
      windowsHide: true,
      stdio: [input, "pipe", "pipe"],
    });
    return { child, letGo: () => {} };
  }
  const fault = findFault(program);
  if (fault !== undefined) throw fault;
  const script = options.interleave === true ? MERGING_GATE : GATE;
  const child = spawn(SHELL, ["-c", script, program, ...args], {
    cwd,
    env,
    detached: true,
    stdio: [input, "pipe", "pipe", "pipe"],
  });
  const isWritable = (stream: unknown): stream is Writable =>
    typeof stream === "object" && stream !== null && "end" in stream;
  // A process that could not be made, for want of descriptors for example, has no streams at all.
  const gate = child.pid === undefined ? undefined : child.stdio[3];
  if (isWritable(gate)) gate.on("error", () => {});
  return {
    child,
    letGo: () => {
      if (isWritable(gate)) gate.end("\n");
    },
  };
}
