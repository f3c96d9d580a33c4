import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { waitForEnd } from "../../testing/process-tree.ts";
import { spawnGated } from "./gated-spawn.ts";

const cwd = mkdtempSync(join(tmpdir(), "tesserae-gated-spawn-"));
afterAll(() => rmSync(cwd, { recursive: true, force: true }));
const options = { program: "/bin/sh", cwd, env: process.env, timeoutMs: 60_000, maxOutputBytes: 1000 };

describe.skipIf(process.platform === "win32")("spawnGated", () => {
  test("the program runs when it is let go", async () => {
    const { child, letGo } = spawnGated({ ...options, args: ["-c", "echo ran > let-go; exit 7"] });
    expect(existsSync(join(cwd, "let-go"))).toBe(false);
    letGo();
    expect(await once(child, "exit")).toEqual([7, null]);
    expect(existsSync(join(cwd, "let-go"))).toBe(true);
  });

  test("if this process is killed before, the program never runs", async () => {
    const script = `
      import { spawnGated } from ${JSON.stringify(join(import.meta.dirname, "gated-spawn.ts"))};
      const options = ${JSON.stringify({ ...options, env: {}, args: ["-c", "touch never"] })};
      console.log(spawnGated(options).child.pid);
      setInterval(() => {}, 1000);`;
    const parent = spawn(process.execPath, ["--conditions=source", "--input-type=module", "-e", script], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    const [line] = await once(parent.stdout, "data");
    const ended = once(parent, "exit");
    parent.kill("SIGKILL");
    await ended;
    await waitForEnd([Number(String(line))]);
    expect(existsSync(join(cwd, "never"))).toBe(false);
  });

  test("without descriptors to spare, running a program is an outcome and no exception", () => {
    const script = `
      import { openSync } from "node:fs";
      import { runProcess } from ${JSON.stringify(join(import.meta.dirname, "run-process.ts"))};
      const options = ${JSON.stringify({ ...options, env: {}, args: ["-c", "true"] })};
      const opened = [];
      try { for (;;) opened.push(openSync("/dev/null")); } catch {}
      const { reason, error } = await runProcess(options);
      process.exitCode = reason === "failed" && /EMFILE/.test(error.message) ? 42 : 1;`;
    const node = `ulimit -n 60; exec "$0" --conditions=source --input-type=module -e "$1"`;
    expect(spawnSync("/bin/sh", ["-c", node, process.execPath, script]).status).toBe(42);
  });
});
