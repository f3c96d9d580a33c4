import { spawnSync } from "node:child_process";
import { setTimeout as delay } from "node:timers/promises";

const WINDOWS = process.platform === "win32";

/** Time that processes get between SIGTERM and SIGKILL, in milliseconds. */
const TERMINATION_GRACE_MS = 2000;
/** Longest wait for the system to clear killed processes away, in milliseconds. */
const REAP_MS = 1000;
const POLL_MS = 20;

/**
 * Sends a signal to every process of a group; signal 0 only asks whether there is one.
 * On Windows, which has no groups, any signal but 0 ends the process and its descendants.
 *
 * @returns false when nobody is left to receive it.
 */
export function signalGroup(group: number, signal: NodeJS.Signals | 0): boolean {
  try {
    if (WINDOWS && signal !== 0) {
      return (
        spawnSync("taskkill", ["/pid", String(group), "/T", "/F"], { windowsHide: true, stdio: "ignore" }).status === 0
      );
    }
    return process.kill(WINDOWS ? group : -group, signal);
  } catch {
    // ESRCH: nobody is left. EPERM: macOS says so of a group of zombies, elsewhere the number is someone else's by now.
    return false;
  }
}

async function gone(group: number, within: number): Promise<boolean> {
  for (let waited = 0; ; waited += POLL_MS) {
    if (!signalGroup(group, 0)) return true;
    if (waited >= within) return false;
    await delay(POLL_MS);
  }
}

/** Ends a whole group: SIGTERM, and after {@link TERMINATION_GRACE_MS} SIGKILL. Resolves when it is gone. */
export async function terminateGroup(group: number): Promise<void> {
  if (!signalGroup(group, "SIGTERM")) return;
  if (await gone(group, TERMINATION_GRACE_MS)) return;
  signalGroup(group, "SIGKILL");
  // Bounded: where nobody reaps orphans (Node as process 1 of a container) a group keeps its zombies.
  await gone(group, REAP_MS);
}
