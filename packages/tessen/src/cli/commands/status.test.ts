import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runInProcess } from "../testing/run-in-process.ts";
import { frameworkEvent, modelCall, NOON } from "../testing/sample-events.ts";
import { SampleLogs, sampleEvents } from "../testing/sample-log.ts";
import { analyzeCommand } from "./analyze.ts";
import { statusCommand } from "./status.ts";
import { tailCommand } from "./tail.ts";
import { viewerCommand } from "./viewer.ts";

const logs = new SampleLogs();
const dir = ["--log-dir", logs.path];

beforeAll(() => {
  logs.write("demo", sampleEvents());
  logs.write("old", [modelCall({ ts: NOON - 86_400, cost_usd: 7 })], "2024-05-13.jsonl");
  logs.write("torn", `{"event_id":"evt_9","ts":17\n`);
  logs.append("torn", [frameworkEvent("note", { ts: NOON, note: { text: "!", data: { lost_events: 3 } } })]);
  logs.write("empty", "");
});
afterAll(() => logs.remove());

test("a row for each agent that has events, and what is to be known of the log", async () => {
  const { code, stdout } = await runInProcess(statusCommand, dir);
  expect(code).toBe(0);
  expect(stdout.replace(/: [\d.]+ kB/, ": N kB").replace(logs.path, "LOGS")).toBe(`\
AGENT  LAST  STATE   EVENTS TODAY  ERRORS  ANOMALOUS  TOP TAG        COST   P95
demo     6s  active             5       1          2  rate_limited  $1.51  1.2s
old      1d  idle               0       0          0                $0.00
torn    10s  active             1       0          0                $0.00
LOGS: N kB, ⚠ 1 corrupt line(s), ⚠ a writer could not write 1 time(s), 3 event(s) lost
`);
});

test("an event from far ahead of this clock makes no agent active", async () => {
  const ahead = new SampleLogs();
  ahead.write("soon", [modelCall({ ts: NOON + 60 })]);
  ahead.write("later", [modelCall({ ts: NOON + 86_400 })]);
  const { stdout } = await runInProcess(statusCommand, ["--json", "--log-dir", ahead.path]);
  ahead.remove();
  expect(JSON.parse(stdout)).toMatchObject({ agents: [{ agent_name: "later", state: "idle" }, { state: "active" }] });
});

test("in ASCII there are no signs", async () => {
  const { stdout } = await runInProcess(statusCommand, [...dir, "--ascii"]);
  expect(stdout).toMatch(/^[\x20-\x7e\n]*$/);
  expect(stdout).toContain("!  1 corrupt line(s)");
});

test("a terminal gets colours, unless NO_COLOR or --no-color is set", async () => {
  const shown = async (args: readonly string[], environment: Record<string, string> = {}): Promise<string> =>
    (await runInProcess(statusCommand, [...dir, ...args], { isTerminal: true, environment })).stdout;
  expect(await shown([])).toContain("\u001b[32mactive");
  expect(await shown([], { NO_COLOR: "1" })).not.toContain("\u001b");
  expect(await shown([], { TERM: "dumb" })).not.toContain("\u001b");
  expect(await shown(["--no-color"])).not.toContain("\u001b");
});

test("--all lists agents without events, --since counts from then on", async () => {
  const { stdout } = await runInProcess(statusCommand, [...dir, "--all", "--since", "7d"]);
  expect(stdout).toMatch(/^AGENT +LAST +STATE +EVENTS SINCE 7d/);
  expect(stdout).toMatch(/^empty +never +idle +0/m);
  expect(stdout).toMatch(/^old +1d +idle +1 +0 +0 +\$7\.00 +800ms/m);
});

test("--json", async () => {
  const { code, stdout } = await runInProcess(statusCommand, [...dir, "--json"]);
  const json: unknown = JSON.parse(stdout);
  expect(code).toBe(0);
  expect(json).toMatchObject({
    schema_version: 1,
    tessen_version: "0.1.0",
    generated_at: "2024-05-14T12:00:10.000Z",
    command: "status",
    agents: [
      { agent_name: "demo", state: "active", events: 5, errors: 1, anomalies: 2, top_tag: "rate_limited" },
      { agent_name: "old", state: "idle", events: 0 },
      { agent_name: "torn", corrupt_lines: 1, outages: 1, lost_events: 3 },
    ],
  });
});

test("--watch looks again until it is interrupted", async () => {
  const controller = new AbortController();
  const onOutput = (stdout: string): void => {
    if (stdout.split("AGENT").length > 2) controller.abort();
  };
  const { code } = await runInProcess(statusCommand, [...dir, "--watch", "1"], { signal: controller.signal, onOutput });
  expect(code).toBe(130);
});

describe("nothing to tell of", () => {
  test.each([["a folder that is not there", "/nowhere/at/all"]])("%s gives exit code 3", async (_what, path) => {
    const { code, stdout, stderr } = await runInProcess(statusCommand, ["--log-dir", path]);
    expect({ code, stdout }).toEqual({ code: 3, stdout: "" });
    expect(stderr).toBe(
      `tessen status: There are no logs in ${path} (TESSEN_LOG_DIR or --log-dir name another folder).\n`,
    );
  });
});

test("a folder of logs that is a file cannot be used, whatever the command; one that is not there is empty", async () => {
  const file = join(logs.path, "demo", "2024-05-14.jsonl");
  const commands: [run: typeof statusCommand, ...args: string[]][] = [
    [statusCommand],
    [tailCommand, "demo"],
    [analyzeCommand, "demo"],
    [viewerCommand, "demo"],
  ];
  for (const [command, ...args] of commands) {
    const { code, stdout, stderr } = await runInProcess(command, [...args, "--log-dir", file]);
    expect([code, stdout]).toEqual([4, ""]);
    expect(stderr).toMatch(
      /^tessen \w+: The folder of logs \S+\.jsonl is no folder \(TESSEN_LOG_DIR or --log-dir .*\.\n$/,
    );
    expect((await runInProcess(command, [...args, "--log-dir", join(logs.path, "none")])).code).toBe(3);
  }
});
