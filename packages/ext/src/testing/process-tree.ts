import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";

/**
 * True while the process runs. A zombie (ended, but not yet waited for by its parent) does not count: it holds
 * nothing but its number.
 */
export function isProcessRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it runs, as another user.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
  if (process.platform === "win32") return true;
  try {
    const state = execFileSync("ps", ["-o", "stat=", "-p", String(pid)], { encoding: "utf8" }).trim();
    return state !== "" && !state.startsWith("Z");
  } catch {
    // `ps` fails when there is no such process any more.
    return false;
  }
}

/** Asks until the answer is yes. Rejects after `limitMs` (default 50 s: it is to name what hangs), saying what was awaited. */
export async function waitUntil(what: string, holds: () => boolean, limitMs = 50_000): Promise<void> {
  const deadline = performance.now() + limitMs;
  while (!holds()) {
    if (performance.now() > deadline) throw new Error(`Waited ${limitMs} ms in vain until ${what}.`);
    await delay(10);
  }
}

/** Resolves when none of the processes runs any more. */
export async function waitForEnd(pids: readonly number[], limitMs?: number): Promise<void> {
  await waitUntil(`the processes ${pids.join(", ")} have ended`, () => !pids.some(isProcessRunning), limitMs);
}

/** Resolves when the file exists. */
export async function waitForFile(path: string, limitMs?: number): Promise<void> {
  await waitUntil(`${path} exists`, () => existsSync(path), limitMs);
}
