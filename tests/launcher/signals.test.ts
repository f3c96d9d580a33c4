import { spawn } from "node:child_process";
import { once } from "node:events";
import { describe, expect, onTestFinished, test } from "vitest";
import { type Clone, finish, makeClone, sees, start } from "./clone.ts";

/**
 * Says when it is ready, counts the signals it gets, and ends with 42 a moment after the first: a second delivery of the
 * same signal follows at once, if there is one.
 */
const COUNT = `export async function main(): Promise<number> {
  const counts: Record<string, number> = {};
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      process.on(signal, () => {
        counts[signal] = (counts[signal] ?? 0) + 1;
        setTimeout(() => {
          clearInterval(alive);
          console.log("counts " + JSON.stringify(counts));
          resolve(42);
        }, 200);
      });
    }
    const alive = setInterval(() => {}, 1000);
    console.log("ready " + process.pid);
  });
}`;

const WAIT = `export const main = (): Promise<number> => {
  setInterval(() => {}, 1000);
  console.log("ready " + process.pid);
  return new Promise(() => {});
};`;

async function cloneOf(source: string): Promise<Clone> {
  const clone = await makeClone({ source });
  onTestFinished(() => clone[Symbol.asyncDispose]());
  return clone;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe.skipIf(process.platform === "win32")("signals to the launcher of a clone", () => {
  test.each(["SIGINT", "SIGTERM"] as const)("%s without a terminal is passed on once", async (signal) => {
    const child = start(await cloneOf(COUNT), []);
    const finished = finish(child);
    await sees(child, "ready");
    child.kill(signal);
    const { code, stdout } = await finished;
    expect(code).toBe(42);
    expect(stdout).toContain(`counts {"${signal}":1}`);
  });

  test("a child that a signal ends makes the launcher end by the same signal, and nothing stays behind", async () => {
    const child = start(await cloneOf(WAIT), []);
    const finished = finish(child);
    const pid = Number(/ready (\d+)/.exec(await sees(child, "ready"))?.[1]);
    expect(isAlive(pid)).toBe(true);
    child.kill("SIGTERM");
    expect((await finished).signal).toBe("SIGTERM");
    expect(isAlive(pid)).toBe(false);
  });

  test("a launcher that is killed leaves no child behind: it is told to end", async () => {
    const child = start(await cloneOf(COUNT), []);
    const told = sees(child, 'counts {"SIGTERM":1}');
    await sees(child, "ready");
    child.kill("SIGKILL");
    expect(await told).toContain('counts {"SIGTERM":1}');
  });

  test("a child that is killed makes the launcher end by SIGKILL", async () => {
    const child = start(await cloneOf(WAIT), []);
    const finished = finish(child);
    const pid = Number(/ready (\d+)/.exec(await sees(child, "ready"))?.[1]);
    process.kill(pid, "SIGKILL");
    expect((await finished).signal).toBe("SIGKILL");
  });
});

/*
 * `script` gives the launcher a terminal of its own; the byte 3 typed into that terminal is Ctrl-C, which the terminal
 * turns into SIGINT for every process of the group.
 */
const scriptMissing = process.platform !== "linux" || !(await works("script", ["--version"]));

async function works(command: string, args: readonly string[]): Promise<boolean> {
  const child = spawn(command, args, { stdio: "ignore" });
  return new Promise((resolve) => {
    child.on("error", () => resolve(false));
    child.on("exit", (code) => resolve(code === 0));
  });
}

test.skipIf(scriptMissing)("Ctrl-C in a terminal reaches the child once", async () => {
  const clone = await cloneOf(COUNT);
  // Without exec a shell stands between, which an interrupt ends too.
  const command = `exec ${process.execPath} ${clone.launcher}`;
  const child = spawn("script", ["--quiet", "--return", "--command", command, "/dev/null"], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const finished = finish(child);
  await sees(child, "ready");
  child.stdin.write("\u0003");
  const { code, stdout } = await finished;
  expect(stdout).toContain(`counts {"SIGINT":1}`);
  expect(code).toBe(42);
  child.stdin.end();
  if (child.exitCode === null) await once(child, "exit");
});
