import { spawn } from "node:child_process";
import { signalGroup } from "./process-group.ts";

/** Waits for a line; end of file without one means that the parent is gone, and then the group goes too. */
const WATCH = 'read -r line || kill -s KILL -- "-$0"';

/**
 * Makes sure that a process group does not outlive this process, however this process ends.
 *
 * The groups of a code executor are detached, so neither Ctrl-C in a terminal nor the end of this process reaches
 * them. On POSIX a small shell beside the group reads from a pipe whose other end only this process holds: the kernel
 * closes it when this process ends, by `process.exit`, a signal or a crash, SIGKILL included. So no signal handler is
 * installed, and a program's own handling of Ctrl-C is not disturbed. Without a shell, and on Windows, the group is
 * ended when this process emits `exit`.
 *
 * @returns a function that ends the guard and leaves the group alone.
 */
export function guardAgainstOrphans(group: number): () => void {
  const kill = (): void => {
    signalGroup(group, "SIGKILL");
  };
  const atExit = (): (() => void) => {
    process.once("exit", kill);
    return () => process.off("exit", kill);
  };
  if (process.platform === "win32") return atExit();
  const shell = spawn("/bin/sh", ["-c", WATCH, String(group)], {
    detached: true,
    cwd: "/",
    env: {},
    stdio: ["pipe", "ignore", "ignore"],
  });
  // A shell that could not be made, for want of descriptors for example, has no streams at all.
  const input = shell.pid === undefined ? undefined : shell.stdin;
  // One that is gone early (killed from outside) must not turn the release into an error of this process.
  input?.on("error", () => {});
  let released = false;
  let release = (): void => {
    input?.end("\n");
  };
  shell.on("error", () => {
    if (!released) release = atExit();
  });
  shell.unref();
  return () => {
    released = true;
    release();
  };
}
