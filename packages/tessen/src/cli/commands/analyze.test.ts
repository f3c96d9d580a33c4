import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { aggregate, read } from "../../events/index.ts";
import type { TessenEvent } from "../../events/tessen-event.ts";
import { runInProcess } from "../testing/run-in-process.ts";
import { modelCall, NOON } from "../testing/sample-events.ts";
import { linesOf, SampleLogs, sampleEvents } from "../testing/sample-log.ts";
import { analyzeCommand } from "./analyze.ts";

const logs = new SampleLogs();
const dir = ["--log-dir", logs.path];
const analyze = (...args: readonly string[]): ReturnType<typeof runInProcess> =>
  runInProcess(analyzeCommand, [...args, ...dir]);

beforeAll(() => {
  logs.write("demo", sampleEvents());
  logs.write("clean", [modelCall()]);
  logs.write("torn", `{"event_id":"evt_9","ts":17\n${linesOf(sampleEvents())}`);
  logs.write("empty", "");
  logs.write("rubbish", "hello\nworld\n\n{");
  mkdirSync(join(logs.path, "nothing"));
  writeFileSync(join(logs.path, "other.jsonl"), 'rubbish\n{"a":1}');
});
afterAll(() => logs.remove());

const TEXT = `\
## findings
🚨 1 ERROR event(s)
  • 1× RateLimitError (429)
⚠ 2 event(s) flagged with anomalies:
  • 1× rate_limited
  • 1× truncated_response
## cost
total: $1.51 all time
  gpt-5-mini: $1.50
  claude-sonnet-4-6: $0.0125
tokens: 1,300 in, 60 out (600 from cache)
## latency (ms): p50=800 p95=1200 p99=1200
to the first token (ms): p50=90 p95=90 p99=90
## retries
1 call(s) retried, 2 attempts, 650ms wasted
## tools
tool    asked for  ran  errors  mean  loops
search          1    1  0 (0%)  12ms      0
## call sites
call site             calls  errors   cost
src/agent.ts:101 run      3       1  $1.51
## cache
46% of all input came from a cache: 600 tokens read, 0 written
## agents
agent        turns  calls  tokens/turn  time/turn   cost
team/writer      0      2                          $1.51
## runs
run    outcome  turns  tokens  time   cost  stopped because
run_1  success      1   1,360  3.3s  $1.51  done
## recommendations
rate_limited: Retry with back-off as retry-after says, or ask fewer at once.
truncated_response: Raise the limit of output tokens, or go on from where the answer was cut.
`;

test("the report as text", async () => {
  expect(await analyze("demo")).toEqual({ code: 0, stdout: TEXT, stderr: "" });
});

test("the report in ASCII", async () => {
  const { stdout } = await analyze("demo", "--ascii");
  expect(stdout).toMatch(/^[\x20-\x7e\n]*$/);
  expect(stdout.startsWith("## findings\n!! 1 ERROR event(s)\n  * 1x RateLimitError (429)\n!")).toBe(true);
});

test("a terminal gets the same in colours", async () => {
  const { stdout } = await runInProcess(analyzeCommand, ["demo", ...dir], { isTerminal: true });
  expect(stdout).toContain("\u001b[31m🚨 1 ERROR event(s)\u001b[39m");
  expect(stdout.replace(/\u001b\[\d+m/g, "")).toBe(TEXT);
});

test("the report as Markdown, in which text of the log is no markup", async () => {
  const { stdout } = await analyze("demo", "--markdown", "--top", "1");
  expect(stdout).toContain("## findings\n\n- 🚨 1 ERROR event(s)\n  - 1× RateLimitError (429)\n");
  expect(stdout).toContain("  - 1× rate\\_limited\n  - … 1 more\n");
  expect(stdout).toContain(
    "| call site | calls | errors | cost |\n| --- | --: | --: | --: |\n| src/agent.ts:101 run |",
  );
});

test("clean data have no findings", async () => {
  const { code, stdout } = await analyze("clean", "--fail-on", "anomaly");
  expect(code).toBe(0);
  expect(stdout.startsWith("## findings\n✓ no findings\n## cost\n")).toBe(true);
});

test("--json is what aggregate gives, with its head", async () => {
  const { stdout } = await analyze("demo", "--json");
  const { command, ...report } = JSON.parse(stdout) as Record<string, unknown>;
  expect(command).toBe("analyze");
  expect(report).toEqual(aggregate(read("demo", { logDir: logs.path }), { now: (NOON + 10) * 1000 }));
});

test.each([
  ["model", ["gpt-5-mini", "claude-sonnet-4-6"]],
  ["session", ["sess_1", "sess_2"]],
  ["day", ["2024-05-14"]],
])("--by %s comes right behind the cost", async (by, keys) => {
  const { stdout } = await analyze("demo", "--by", by);
  const [, table = ""] = /\(600 from cache\)\n## by \w+\n([^#]*)## latency/.exec(stdout) ?? [];
  const rows = table.trimEnd().split("\n");
  expect(rows[0]).toMatch(new RegExp(`^${by} +calls`));
  expect(rows.slice(1).map((row) => row.split(" ")[0])).toEqual(keys);
});

test.each([
  ["site", "call sites"],
  ["agent", "agents"],
  ["tool", "tools"],
])("--by %s moves its table behind the cost", async (by, title) => {
  const { stdout } = await analyze("demo", "--by", by);
  expect(stdout).toMatch(new RegExp(`\\(600 from cache\\)\\n## ${title}\\n`));
  expect(stdout.split(`## ${title}\n`).length).toBe(2);
});

test("one session, one run, and a time", async () => {
  const total = async (...args: readonly string[]): Promise<unknown> =>
    (JSON.parse((await analyze("demo", "--json", ...args)).stdout) as Record<string, unknown>)["total_events"];
  expect(await total("--session", "sess_2")).toBe(1);
  expect(await total("--run", "run_1")).toBe(4);
  expect(await total("--since", String(NOON + 2))).toBe(2);
  expect(await total("--until", "2024-05-14T12:00:01Z")).toBe(3);
});

test("loops have their cost, and call sites that only fail are listed, too", async () => {
  const asked = { run_id: "r", tool_calls: [{ id: "1", name: "search", args_hash: "ab12", args_bytes: 2 }] };
  const site = (file: string): Partial<TessenEvent> => ({ call_site: { file, line: 1, func: null } });
  const input = linesOf([
    ...["1", "2", "3"].map((id) => modelCall({ ...asked, ...site("dear.ts"), event_id: id, cost_usd: 0.1 })),
    modelCall({ ...site("fails.ts"), event_id: "4", cost_usd: 0, status: "error" }),
    modelCall({ ...site("fine.ts"), event_id: "5", cost_usd: 0 }),
  ]);
  const { stdout } = await runInProcess(analyzeCommand, ["-", "--top", "1"], { input });
  expect(stdout).toContain(
    "## loops\ntimes     cost  tool    arguments  run or session\n    3  $0.3000  search  ab12       r\n",
  );
  expect(stdout).toMatch(/## call sites\n.*\ndear\.ts:1 .*\nfails\.ts:1 .*\n##/);
});

test("the period is told in words", async () => {
  const stdout = async (since: string): Promise<string> => (await analyze("demo", "--since", since)).stdout;
  expect(await stdout("7d")).toContain("total: $1.51 last 7 days\n");
  expect(await stdout("1h")).toContain("total: $1.51 last 1 hour\n");
  expect(await stdout("1d12h")).toContain("total: $1.51 last 1d12h\n");
  expect(await stdout("2024-05-14T00:00:00Z")).toContain("total: $1.51 since 2024-05-14T00:00:00Z\n");
});

test.each([
  [["truncated_response"], 1],
  [["truncated_response:2"], 0],
  [["truncated_response:2", "error"], 1],
  [["refusal"], 0],
  [["anomaly:2"], 1],
])("--fail-on %j gives exit code %i", async (tags, code) => {
  expect((await analyze("demo", ...tags.flatMap((tag) => ["--fail-on", tag]))).code).toBe(code);
});

test("--fail-on with a tag that nobody knows is refused: it would never fail", async () => {
  const { code, stdout, stderr } = await analyze("demo", "--fail-on", "rate_limitd");
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toContain('--fail-on: there is no tag "rate_limitd". Did you mean "rate_limited"?');
  const input = linesOf([modelCall({ quality_signals: ["of_the_future"] })]);
  expect((await runInProcess(analyzeCommand, ["-", "--fail-on", "of_the_future"], { input })).code).toBe(1);
});

test("a line that cannot be read is a finding, and the others are read", async () => {
  const { stdout } = await analyze("torn");
  expect(stdout).toContain("⚠ 1 line(s) of the log cannot be read\n");
  expect(stdout).toContain("total: $1.51 all time\n");
});

test("of standard input without events it is said what it held", async () => {
  const said = async (input: string): Promise<unknown> => (await runInProcess(analyzeCommand, ["-"], { input })).stderr;
  expect(await said("")).toBe("tessen analyze: Standard input holds no events: it is empty.\n");
  expect(await said("a\nb\n")).toBe(
    "tessen analyze: Standard input holds no events: it has 2 line(s), and none is an event: a JSON object with event_id and ts.\n",
  );
});

test("with --quiet nothing is said of a log without events", async () => {
  expect(await analyze("empty", "-q")).toEqual({ code: 3, stdout: "", stderr: "" });
});

test.each([["empty"], ["nothing"], ["nobody"], ["./nowhere"]])(
  "of %s there is JSON, too, of nothing",
  async (agent) => {
    const { code, stdout, stderr } = await analyze(agent, "--json");
    expect([code, stderr]).toEqual([3, expect.stringMatching(/^tessen analyze: .*\n$/)]);
    expect(JSON.parse(stdout)).toMatchObject({ command: "analyze", schema_version: 1, total_events: 0, errors: [] });
  },
);

test("standard input, a file and a folder stand for an agent", async () => {
  const piped = await runInProcess(analyzeCommand, ["-"], { input: linesOf(sampleEvents()) });
  expect(piped.stdout).toBe(TEXT);
  expect((await analyze(logs.file("demo"))).stdout).toBe(TEXT);
  expect((await analyze(`${logs.path}/demo`)).stdout).toBe(TEXT);
});

describe("what cannot be done is said in a line", () => {
  test.each([
    [["dmeo"], 3, 'There is no agent "dmeo" in LOGS. Did you mean "demo"?'],
    [["zebra"], 3, 'There is no agent "zebra" in LOGS. There are: clean, demo, empty, nothing, rubbish, torn.'],
    [["empty"], 3, "empty holds no events: it is empty."],
    [["rubbish"], 3, "rubbish holds no events: it has 3 line(s), and none is JSON."],
    [
      ["LOGS/other.jsonl"],
      3,
      "LOGS/other.jsonl holds no events: it has 2 line(s), and none is an event: a JSON object with event_id and ts.",
    ],
    [["LOGS"], 3, "LOGS is a folder of logs. Name one of them, with --log-dir LOGS: clean, demo, rubbish, torn."],
    [["LOGS/nothing/"], 3, "LOGS/nothing/ holds no log: there are no files named like 2026-05-14.jsonl in it."],
    [["nothing"], 3, 'Nothing is recorded of "nothing" in LOGS yet.'],
    [["demo", "--since", "2024-06-01T00:00:00Z"], 3, "demo has no events in the time that is asked for (--since)."],
    [
      ["demo", "--until", "2024-05-14T11:00:00Z", "--run", "run_1"],
      3,
      "Of the 5 event(s) of demo none is chosen by --until, --run.",
    ],
    [["LOGS/none.jsonl"], 3, "LOGS/none.jsonl is not there."],
    [["demo", "--run", "none"], 3, "Of the 5 event(s) of demo none is chosen by --run."],
    [[], 2, "AGENT is missing: tessen analyze AGENT. See tessen analyze --help."],
    [["demo", "more"], 2, '"more" is one argument too many. See tessen analyze --help.'],
    [
      ["demo", "--by", "moon"],
      2,
      '--by is "moon"; it must be one of model, site, agent, tool, session, day. See tessen analyze --help.',
    ],
    [["demo", "--top", "many"], 2, '--top is "many"; it must be a whole number from 0. See tessen analyze --help.'],
    [
      ["demo", "--top", "-1"],
      2,
      "--top needs a value, and what follows it begins with a dash. See tessen analyze --help.",
    ],
    [["demo", "--topp", "1"], 2, 'There is no option --topp. Did you mean "--top"? See tessen analyze --help.'],
    [
      ["demo", "--fail-on", "A B"],
      2,
      '--fail-on is "A B"; give a tag, error or anomaly, and a number from 1 if you like: truncated_response:3. See tessen analyze --help.',
    ],
    [["demo", "--since"], 2, "Option '--since <value>' argument missing. See tessen analyze --help."],
  ])("%j", async (args, code, message) => {
    const ran = await runInProcess(
      analyzeCommand,
      [...args.map((arg) => arg.replace("LOGS", logs.path)), "--log-dir", logs.path].filter(
        (_, index, all) => args.at(-1) !== "--since" || index < all.length - 2,
      ),
    );
    expect({ code: ran.code, stdout: ran.stdout }).toEqual({ code, stdout: "" });
    expect(ran.stderr.replaceAll(logs.path, "LOGS")).toBe(`tessen analyze: ${message}\n`);
  });

  test("a time that is none", async () => {
    const { code, stderr } = await analyze("demo", "--since", "yesterday");
    expect(code).toBe(2);
    expect(stderr).toMatch(/^tessen analyze: --since: "yesterday" .*See tessen analyze --help\.\n$/);
  });
});
