import { spawn } from "node:child_process";
import { createWriteStream, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { modelCall } from "./cli/testing/sample-events.ts";
import { SampleLogs, sampleEvents } from "./cli/testing/sample-log.ts";

const logs = new SampleLogs();
beforeAll(() => {
  logs.write("demo", sampleEvents());
});
afterAll(() => logs.remove());

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `tessen` as in a clone, in a process of its own. */
async function tessen(
  args: readonly string[],
  options: { readonly node?: readonly string[]; readonly until?: string } = {},
): Promise<Ended> {
  const entry = join(import.meta.dirname, "..", "bin", "from-source.js");
  const child = spawn(process.execPath, ["--conditions=source", ...(options.node ?? []), entry, "main", ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { PATH: process.env["PATH"], HOME: logs.path, TESSEN_LOG_DIR: logs.path, TZ: "UTC" },
  });
  let stdout = "";
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
    if (options.until !== undefined && stdout.includes(options.until)) child.kill("SIGINT");
  });
  const [code] = (await once(child, "close")) as [number | null];
  return { code, stdout, stderr };
}

test("version", async () => {
  const { code, stdout } = await tessen(["version"]);
  expect({ code, stdout }).toEqual({ code: 0, stdout: `tessen 0.1.0, Node ${process.versions.node}, schema 1\n` });
  expect((await tessen(["--version"])).stdout).toBe(stdout);
  expect(JSON.parse((await tessen(["version", "--json"])).stdout)).toMatchObject({ command: "version", schema: 1 });
});

test("help names every command, and each has its own", async () => {
  const { code, stdout } = await tessen(["--help"]);
  expect(code).toBe(0);
  const names = [...stdout.matchAll(/^ {2}([a-z]+) .* {2}\S/gm)].map(([, name = ""]) => name);
  expect(names).toEqual(["status", "tail", "viewer", "analyze", "doctor", "serve", "version"]);
  for (const name of names) {
    const help = await tessen([name, "--help"]);
    expect(help).toMatchObject({ code: 0, stderr: "" });
    expect(help.stdout).toMatch(new RegExp(`^Usage: tessen ${name} .*options\\]\\n`));
  }
});

test("what is no command is said, with those that may be meant", async () => {
  expect(await tessen(["anlyze"])).toEqual({
    code: 2,
    stdout: "",
    stderr: 'tessen: There is no command "anlyze". Did you mean "analyze"? See tessen --help.\n',
  });
  expect(await tessen([])).toMatchObject({ code: 2, stdout: "" });
});

test("a pipe gets plain text, and Ctrl-C ends tail with 130", async () => {
  const { code, stdout } = await tessen(["tail", "demo"], { until: "rate_limited" });
  expect(code).toBe(130);
  expect(stdout).toContain("12:00:02.000 T1 anthropic claude-sonnet-4-6 messages.create ok/200 1.2s 100→20");
  expect(stdout).not.toContain("\u001b");
});

describe("a large log", () => {
  const folder = mkdtempSync(join(tmpdir(), "tessen-large-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test("of a hundred megabytes is analysed in a heap of a third of that", async () => {
    mkdirSync(join(folder, "big"));
    const out = createWriteStream(join(folder, "big", "2024-05-14.jsonl"));
    const content = "All work and no play makes a dull model. ".repeat(250);
    let bytes = 0;
    let events = 0;
    for (; bytes < 100e6; events += 1) {
      const line = `${JSON.stringify(modelCall({ event_id: `evt_${events}`, cost_usd: 0.001, request_body: { messages: [{ role: "user", content }] } }))}\n`;
      bytes += line.length;
      if (!out.write(line)) await once(out, "drain");
    }
    out.end();
    await once(out, "close");
    const args = ["analyze", "big", "--json", "--log-dir", folder];
    const { code, stdout, stderr } = await tessen(args, { node: ["--max-old-space-size=32"] });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const report = JSON.parse(stdout) as Record<string, unknown>;
    expect(report["total_events"]).toBe(events);
    expect(report["total_cost_usd"]).toBeCloseTo(events * 0.001, 9);
  });
});
