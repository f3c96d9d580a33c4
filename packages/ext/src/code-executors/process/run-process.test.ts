import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test, vi } from "vitest";
import { isProcessRunning, waitForEnd, waitForFile } from "../../testing/process-tree.ts";
import { runProcess, type ProcessOutcome, type RunProcessOptions } from "./run-process.ts";

const cwd = mkdtempSync(join(tmpdir(), "tesserae-run-process-"));
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

const readPid = (file: string): number => Number(readFileSync(join(cwd, file), "utf8"));

function sh(script: string, options: Partial<RunProcessOptions> = {}): Promise<ProcessOutcome> {
  return runProcess({
    program: "/bin/sh",
    args: ["-c", script],
    cwd,
    env: process.env,
    timeoutMs: 60_000,
    maxOutputBytes: 10_000,
    ...options,
  });
}

describe.skipIf(process.platform === "win32")("runProcess", () => {
  test("gives the exit code and both streams", async () => {
    expect(await sh("echo out; echo err >&2; exit 3")).toMatchObject({
      reason: "exit",
      exitCode: 3,
      stdout: "out\n",
      stderr: "err\n",
    });
  });

  test("interleaved, both streams come in the order of writing", async () => {
    const outcome = await sh("for i in 1 2 3 4 5; do echo out$i; echo err$i >&2; done", { interleave: true });
    expect(outcome.stdout).toBe([1, 2, 3, 4, 5].map((i) => `out${i}\nerr${i}\n`).join(""));
    expect(outcome.stderr).toBe("");
  });

  test("standard input is empty, or what was given", async () => {
    expect((await sh("cat; echo end")).stdout).toBe("end\n");
    expect((await sh("cat", { input: "given" })).stdout).toBe("given");
    expect((await sh("exit 0", { input: "x".repeat(1_000_000) })).exitCode).toBe(0);
  });

  test("a program ended by a signal has the exit code that shells give it", async () => {
    expect((await sh("kill -KILL $$")).exitCode).toBe(137);
  });

  test("a program or folder that does not exist is an outcome, not an exception", async () => {
    const missing = await sh("", { program: join(cwd, "none") });
    expect(missing).toMatchObject({ reason: "failed", exitCode: 127 });
    expect(missing.error?.message).toContain("ENOENT");
    expect(await sh("", { program: cwd })).toMatchObject({ reason: "failed", exitCode: 126 });
    expect(await sh("", { args: ["\0"] })).toMatchObject({ reason: "failed", exitCode: 126 });
  });

  test("an endless printer is drained, capped and ended in time", async () => {
    // More than a pipe holds has been printed, so some of it was read: now the time passes.
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const running = sh("yes | head -c 1000000; : > printed; exec yes", { timeoutMs: 60_000, maxOutputBytes: 100 });
    await waitForFile(join(cwd, "printed")).finally(() => {
      vi.advanceTimersByTime(60_000);
      vi.useRealTimers();
    });
    const outcome = await running;
    expect(outcome).toMatchObject({ reason: "timeout", exitCode: 124 });
    expect(outcome.stdout).toMatch(/^y\ny\n[\s\S]*bytes of output left out here: the limit is 100 bytes[\s\S]*y\n$/);
    expect(outcome.stdout.length).toBeLessThan(250);
  });

  test("a timeout too long for a timer does not end the program at once", async () => {
    expect(await sh("echo x", { timeoutMs: 1e15 })).toMatchObject({ reason: "exit", stdout: "x\n" });
  });

  test("an abort ends the whole group, also a grandchild, and keeps what was printed", async () => {
    const controller = new AbortController();
    const running = sh(
      "echo before; sh -c 'echo $$ > grandchild.tmp; mv grandchild.tmp grandchild; exec sleep 100' & wait",
      {
        signal: controller.signal,
      },
    );
    await waitForFile(join(cwd, "grandchild"));
    controller.abort();
    expect(await running).toMatchObject({ reason: "cancelled", exitCode: 125, stdout: "before\n" });
    await waitForEnd([readPid("grandchild")]);
  });

  test("processes that ignore SIGTERM are killed, others may clean up", async () => {
    const controller = new AbortController();
    const script = `trap 'echo cleaned; exit' TERM; sh -c 'trap "" TERM; echo $$ > stubborn; while :; do sleep 1; done' & wait`;
    const running = sh(script, { signal: controller.signal });
    await waitForFile(join(cwd, "stubborn"));
    controller.abort();
    expect((await running).stdout).toBe("cleaned\n");
    await waitForEnd([readPid("stubborn")]);
  });

  test("the program's end ends the run; what it left in the background lives until release", async () => {
    const outcome = await sh("sleep 100 & echo $! > background; echo done");
    expect(outcome).toMatchObject({ reason: "exit", exitCode: 0, stdout: "done\n" });
    const pid = readPid("background");
    expect(isProcessRunning(pid)).toBe(true);
    await outcome.release();
    await waitForEnd([pid]);
  });

  test("a signal aborted before starts nothing, and a long-lived one collects no listeners", async () => {
    expect(await sh("touch never", { signal: AbortSignal.abort() })).toMatchObject({ reason: "cancelled" });
    const { signal } = new AbortController();
    const counted = { added: 0, removed: 0 };
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    signal.addEventListener = (...args: Parameters<typeof add>) => ((counted.added += 1), add(...args));
    signal.removeEventListener = (...args: Parameters<typeof remove>) => ((counted.removed += 1), remove(...args));
    await sh("true", { signal });
    expect(counted).toEqual({ added: 1, removed: 1 });
  });

  describe("when this process ends while a program runs, nothing is left", () => {
    const module = join(import.meta.dirname, "run-process.ts");
    test.each<[string, string, NodeJS.Signals | undefined]>([
      ["by process.exit", "process.exit(3)", undefined],
      ["by an uncaught error", "throw new Error('end')", undefined],
      ["by SIGINT", "", "SIGINT"],
      ["by SIGTERM", "", "SIGTERM"],
      ["by SIGKILL", "", "SIGKILL"],
    ])("%s", async (name, ending, signal) => {
      const file = name.replaceAll(/\W/g, "-");
      const script = `
        import { existsSync } from "node:fs";
        import { runProcess } from ${JSON.stringify(module)};
        const script = "echo $$ > ${file}.leader; sh -c 'trap \\"\\" TERM INT HUP; echo $$ > ${file}.tmp; mv ${file}.tmp ${file}; while :; do sleep 1; done' & wait";
        void runProcess({ program: "/bin/sh", args: ["-c", script], cwd: ${JSON.stringify(cwd)}, env: process.env,
          timeoutMs: 60000, maxOutputBytes: 1000 });
        setInterval(() => { if (existsSync(${JSON.stringify(join(cwd, file))})) { ${ending} } }, 10);`;
      const parent = spawn(process.execPath, ["--conditions=source", "--input-type=module", "-e", script], {
        stdio: ["ignore", "ignore", "ignore"],
      });
      const ended = once(parent, "exit");
      await waitForFile(join(cwd, file));
      if (signal !== undefined) parent.kill(signal);
      await ended;
      await waitForEnd([readPid(`${file}.leader`), readPid(file)]);
    });
  });
});
