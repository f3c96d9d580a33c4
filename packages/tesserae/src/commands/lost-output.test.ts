import { spawn, type ChildProcess, type StdioOptions } from "node:child_process";
import { once } from "node:events";
import { closeSync, existsSync, openSync, readFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { TemporaryFolder } from "../testing/temporary-folder.ts";

const LAUNCHER = join(import.meta.dirname, "..", "..", "bin", "tesserae.js");
const folders: TemporaryFolder[] = [];
afterAll(() => folders.forEach((folder) => folder.remove()));

function startDemo(args: readonly string[], stdio: StdioOptions): { child: ChildProcess; runs: string } {
  const folder = new TemporaryFolder();
  folders.push(folder);
  const env = { PATH: process.env["PATH"], HOME: folder.path, TESSERAE_RUNS_DIR: join(folder.path, "runs") };
  const child = spawn(process.execPath, [LAUNCHER, "demo", "--scripted", ...args], { stdio, env });
  return { child, runs: join(folder.path, "runs") };
}

/** The folder of the one run, and the last entry of its journal. */
function onlyRun(runs: string): { folder: string; last: unknown } {
  const [folder = ""] = readdirSync(runs, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(runs, entry.name, "journal.jsonl")))
    .map((entry) => join(runs, entry.name));
  const last = readFileSync(join(folder, "journal.jsonl"), "utf8").trimEnd().split("\n").at(-1) ?? "";
  return { folder, last: JSON.parse(last) };
}

const FINISHED = expect.objectContaining({ e: "end", o: "finished" });

describe.skipIf(process.platform === "win32")("a run goes on to its end when", () => {
  test.each(["stdout", "stderr"] as const)("the reader of %s leaves", async (name) => {
    const stdio: StdioOptions = ["ignore", "ignore", "ignore"];
    stdio[name === "stdout" ? 1 : 2] = "pipe";
    const { child, runs } = startDemo(["--json"], stdio);
    child[name]?.once("data", () => child[name]?.destroy());
    expect(await once(child, "close")).toEqual([0, null]);
    expect(onlyRun(runs).last).toEqual(FINISHED);
  });

  test.skipIf(!existsSync("/dev/full"))("the disk of stdout is full, which is said once: exit code 1", async () => {
    const full = openSync("/dev/full", "w");
    const { child, runs } = startDemo([], ["ignore", full, "pipe"]);
    closeSync(full);
    let told = "";
    child.stderr?.setEncoding("utf8").on("data", (text: string) => (told += text));
    expect(await once(child, "close")).toEqual([1, null]);
    expect(told.match(/^tesserae: standard output cannot be written: ENOSPC.*$/gm)).toHaveLength(1);
    expect(told).not.toMatch(/^ {4}at /m);
    const { folder, last } = onlyRun(runs);
    expect(last).toEqual(FINISHED);
    const files = readdirSync(join(folder, "files"), { recursive: true, encoding: "utf8" });
    expect(files).toContain("report.md");
    for (const file of ["", ...files]) expect(statSync(join(folder, "files", file)).mode & 0o077, file).toBe(0);
  });
});
