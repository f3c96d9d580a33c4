import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import type { TessenEvent } from "../../events/tessen-event.ts";
import { runInProcess, type TestWorld } from "../testing/run-in-process.ts";
import { frameworkEvent, modelCall } from "../testing/sample-events.ts";
import { linesOf, SampleLogs, sampleEvents } from "../testing/sample-log.ts";
import { viewerCommand } from "./viewer.ts";

const logs = new SampleLogs();
beforeAll(() => {
  logs.write("demo", sampleEvents());
  logs.write("rubbish", "a\nb\n");
});
afterAll(() => logs.remove());
beforeEach(() => {
  vi.stubEnv("TZ", "UTC");
});
afterEach(() => {
  vi.unstubAllEnvs();
});

const view = (args: readonly string[], world: TestWorld = {}): ReturnType<typeof runInProcess> =>
  runInProcess(viewerCommand, ["demo", "--log-dir", logs.path, ...args], world);

const FIRST = `\
── evt_01 ──────────────────────────────────────────────────────────────────────
2024-05-14 12:00:00.000  T1  openai  gpt-5-mini  chat.completions.create  ok/200  800ms  ttft=90ms  $1.50
called at src/agent.ts:101 in run
agent team/writer, run run_1, turn 1, session sess_1
request
  model=gpt-5-mini temperature=0.5
  1 tool(s): search
  system:
    Be brief.
  user:
    What is [31mred[0m?
response (finish: tool_calls)
  assistant:
    → search
      {
        "q": "red"
      }
usage: 1,200 tokens in, 600 of them from cache, 40 out, $1.50

`;

const TOOL = `\
── evt_02 ──────────────────────────────────────────────────────────────────────
2024-05-14 12:00:01.000  tesserae  tool  ok  12ms
agent team/writer, run run_1, turn 1, session sess_1
tool search
  {
    "q": "red"
  }
[result]
  a colour

`;

const TRUNCATED = `\
── evt_03 ──────────────────────────────────────────────────────────────────────
2024-05-14 12:00:02.000  T1  anthropic  claude-sonnet-4-6  messages.create  ok/200  1.2s  $0.0125
called at src/agent.ts:101 in run
agent team/writer, run run_1, turn 1, session sess_1
response (finish: max_tokens)
  assistant:
    [thinking]
    A colour.
    Red is
usage: 100 tokens in, 20 out, $0.0125
🚨 truncated_response
   stop_reason=max_tokens
   Raise the limit of output tokens, or go on from where the answer was cut.

`;

const FAILED = `\
── evt_05 ──────────────────────────────────────────────────────────────────────
2024-05-14 12:00:04.000  T1  openai  gpt-5-mini  chat.completions.create  error/429  RateLimitError  650ms  $0.00
called at src/agent.ts:101 in run
session sess_2
attempts
  attempt  outcome   took  then waited  request
        1  429      100ms        500ms  req_1
        2  429       50ms               req_2
🚨 rate_limited
   http_status=429 error_type=requests
   Retry with back-off as retry-after says, or ask fewer at once.
error RateLimitError: 429 Slow down
  {
    "error": {
      "type": "requests",
      "message": "Slow down"
    }
  }
  RateLimitError: 429
      at run (src/agent.ts:101)

`;

test("events are shown whole: request, answer, attempts, tags with evidence and what to do, errors", async () => {
  const { code, stdout } = await view([]);
  expect(code).toBe(0);
  for (const block of [FIRST, TOOL, TRUNCATED, FAILED]) expect(stdout).toContain(block);
  expect(stdout.match(/^── evt/gm)?.length).toBe(5);
});

test.each([
  [["--errors"], FAILED],
  [["--signal", "truncated_response"], TRUNCATED],
  [["--anomalies"], TRUNCATED + FAILED],
  [["--session", "sess_2"], FAILED],
  [["--event", "evt_02"], TOOL],
  [["-n", "1"], FAILED],
  [["--run", "run_1", "--until", "2024-05-14T12:00:00Z", "-n", "5", "--signal", "none"], ""],
])("%j chooses", async (args, shown) => {
  const { code, stdout } = await view(args);
  expect(stdout.trimEnd()).toBe(shown.trimEnd());
  expect(code).toBe(shown === "" ? 3 : 0);
});

test("in ASCII, and in colours", async () => {
  const ascii = (await view(["--anomalies", "--ascii"])).stdout;
  expect(ascii).toMatch(/^[\x20-\x7e\n]*$/);
  expect(ascii).toContain("-- evt_03 ------");
  const { stdout } = await view(["--event", "evt_05"], { isTerminal: true });
  expect(stdout).toContain("\u001b[31m🚨 rate_limited\u001b[39m");
  expect(stdout.replace(/\u001b\[\d+m/g, "").trimEnd()).toBe(FAILED.trimEnd());
});

test("--json and --raw give the events as they are", async () => {
  expect(JSON.parse((await view(["--json", "-n", "2"])).stdout)).toMatchObject({
    command: "viewer",
    schema_version: 1,
    events: sampleEvents().slice(-2),
  });
  expect(JSON.parse((await view(["--raw", "--event", "evt_03"])).stdout)).toEqual(sampleEvents()[2]);
});

test("long texts and many messages are cut, unless --full is given", async () => {
  const messages = Array.from({ length: 9 }, (_, index) => ({
    role: "user",
    content: `message ${index} ${"x".repeat(2000)}`,
  }));
  const input = linesOf([modelCall({ request_body: { messages } })]);
  const short = (await runInProcess(viewerCommand, ["-"], { input })).stdout;
  expect(short).toContain("… 5 earlier message(s) (--full shows them)");
  expect(short).toContain("… 810 more characters (--full shows them)");
  expect(short).not.toContain("message 4");
  const full = (await runInProcess(viewerCommand, ["-", "--full"], { input })).stdout;
  expect(full).toContain(`message 0 ${"x".repeat(2000)}\n`);
  expect(full).not.toContain("…");
});

const told = async (event: TessenEvent): Promise<string[]> => {
  const { stdout } = await runInProcess(viewerCommand, ["-"], { input: linesOf([event]) });
  return stdout.trimEnd().split("\n").slice(3);
};

test("what the framework and the program told is shown, and harmless", async () => {
  const run = {
    name: "team",
    kind: "Swarm",
    participants: ["a", "b"],
    task: "Do\nit.\u001b[2J",
    turns: 3,
    stop_reason: "done",
  };
  expect(await told(frameworkEvent("run", { run }))).toEqual([
    "run team (Swarm) of a, b",
    "  Do",
    "  it.[2J",
    "ended after 3 turn(s): done",
  ]);
  expect(await told(frameworkEvent("run", { run: { name: "span" } }))).toEqual(["run span"]);
  const agent = { name: "a", kind: "AssistantAgent", messages: 2, response: { type: "TextMessage", source: "a" } };
  expect(await told(frameworkEvent("agent", { agent }))).toEqual([
    "turn of a (AssistantAgent), 2 new message(s), answered with TextMessage",
  ]);
  const message = { from: "a", to: "b", type: "ToolCall", content: [{ id: 1 }] };
  expect(await told({ ...frameworkEvent("note"), call_type: "message", message })).toEqual([
    "message a → b: ToolCall",
    ...["[", "  {", '    "id": 1', "  }", "]"].map((line) => `  ${line}`),
  ]);
  expect(await told(frameworkEvent("note", { note: { text: "cold", data: { n: 1 } } }))).toEqual([
    "note",
    "  cold",
    ...["{", '  "n": 1', "}"].map((line) => `  ${line}`),
  ]);
  expect(await told({ ...frameworkEvent("note"), call_type: "process", process: { reason: "uncaught" } })).toEqual([
    "process uncaught",
  ]);
});

test("where there is nothing to show, it is said why", async () => {
  const said = async (agent: string, ...args: readonly string[]): Promise<[number, string]> => {
    const { code, stderr } = await runInProcess(viewerCommand, [agent, "--log-dir", logs.path, ...args]);
    return [code, stderr.replaceAll(logs.path, "LOGS")];
  };
  expect(await said("dmeo")).toEqual([3, 'tessen viewer: There is no agent "dmeo" in LOGS. Did you mean "demo"?\n']);
  expect(await said("rubbish")).toEqual([
    3,
    "tessen viewer: rubbish holds no events: it has 2 line(s), and none is JSON.\n",
  ]);
  expect(await said("demo", "--run", "none", "--errors")).toEqual([
    3,
    "tessen viewer: Of the 5 event(s) of demo none is chosen by --run, --errors.\n",
  ]);
  expect((await said("demo", "--signal", "refusl"))[1]).toContain('by --signal. Did you mean "refusal"?');
  expect(await said("demo", "-n", "0")).toEqual([
    2,
    "tessen viewer: -n is 0: nothing would be shown. See tessen viewer --help.\n",
  ]);
});

test("an event is found by the beginning of its id, if only one begins so", async () => {
  expect((await view(["--event", "evt_0"])).stderr).toBe(
    "tessen viewer: Several events begin with evt_0; give more of the id. See tessen viewer --help.\n",
  );
  expect(await view(["--event", "evt_7"])).toEqual({
    code: 3,
    stdout: "",
    stderr: "tessen viewer: There is no event evt_7.\n",
  });
});

test("on a terminal one leafs through the events with the keys", async () => {
  const keys = ["up", "p", "r", "q"];
  const { code, stdout } = await view([], { isTerminal: true, keys });
  const screens = stdout.split("\u001b[H\u001b[2J").slice(1);
  expect(code).toBe(0);
  expect(stdout.startsWith("\u001b[?1049h\u001b[?25l")).toBe(true);
  expect(stdout.endsWith("\u001b[?25h\u001b[?1049l")).toBe(true);
  expect(screens.map((screen) => /evt_0\d/.exec(screen)?.[0])).toEqual(["evt_05", "evt_04", "evt_03", "evt_03"]);
  expect(screens.map((screen) => /(\d\/5)/.exec(screen)?.[1])).toEqual(["5/5", "4/5", "3/5", "3/5"]);
  expect(screens[3]).toContain('"event_id": "evt_03"');
  expect(screens.every((screen) => screen.split("\r\n").length === 24)).toBe(true);
});
