import { readFileSync } from "node:fs";
import { hostname } from "node:os";

/** Who a lock belongs to, and whether its owner lives. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly host: string;
  /**
   * When the process of this pid was started, as a text that differs for another process of the same pid; `undefined`
   * when there is no such process; `"unknown"` where the system does not tell.
   */
  startOf(pid: number): string | undefined;
}

/** What {@link ProcessIdentity.startOf} says where the system does not tell: a pid in new use looks like its old owner. */
export const UNKNOWN_START = "unknown";

/** This process. */
export function thisProcess(): ProcessIdentity {
  return { pid: process.pid, host: hostname(), startOf };
}

function startOf(pid: number): string | undefined {
  if (!isAlive(pid)) return undefined;
  try {
    // proc(5): the command's name, in brackets, may hold anything; after it come the fields from the third on.
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const [state] = fields;
    const started = fields[19];
    // A process that has died keeps its pid until its parent asks how: it answers to signals, and writes nothing more.
    if (state === "Z" || state === "X") return undefined;
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "latin1").trim();
    return started === undefined ? UNKNOWN_START : `${boot}:${started}`;
  } catch {
    return UNKNOWN_START;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Somebody else's process lives as well.
    return error instanceof Error && Reflect.get(error, "code") === "EPERM";
  }
}
