import { renameSync, rmSync, truncateSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { TessenEvent } from "../../events/tessen-event.ts";
import { runInProcess, type Ran } from "../testing/run-in-process.ts";
import { frameworkEvent, modelCall, NOON } from "../testing/sample-events.ts";
import { linesOf, SampleLogs, sampleEvents } from "../testing/sample-log.ts";
import { tailCommand } from "./tail.ts";

let logs: SampleLogs;
beforeEach(() => {
  vi.stubEnv("TZ", "UTC");
  logs = new SampleLogs();
});
afterEach(() => {
  vi.unstubAllEnvs();
  logs.remove();
});

/** A `tail` that goes on until it is stopped. */
class Following {
  readonly #controller = new AbortController();
  readonly #ended: Promise<Ran>;
  #stdout = "";
  #wake: () => void = () => undefined;

  constructor(...args: readonly string[]) {
    this.#ended = runInProcess(tailCommand, [...args, "--log-dir", logs.path], {
      signal: this.#controller.signal,
      onOutput: (stdout) => {
        this.#stdout = stdout;
        this.#wake();
      },
    });
  }

  /** Waits until a text was written. */
  async shows(text: string): Promise<void> {
    while (!this.#stdout.includes(text)) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  async stop(): Promise<Ran> {
    this.#controller.abort();
    return this.#ended;
  }
}

const named = (id: string, members: Partial<TessenEvent> = {}): TessenEvent =>
  modelCall({ event_id: `evt_${id}`, model: `model-${id}`, ...members });

const LINES = `\
12:00:00.000 T1 openai gpt-5-mini chat.completions.create ok/200 800ms ttft=90ms 1,200→40 $1.50 src/agent.ts:101
12:00:01.000 -- tool search of team/writer ok 12ms
12:00:02.000 T1 anthropic claude-sonnet-4-6 messages.create ok/200 1.2s 100→20 $0.0125 src/agent.ts:101 🚨truncated_response
12:00:00.000 -- run team: done ok 3.3s
12:00:04.000 T1 openai gpt-5-mini chat.completions.create error/429 650ms $0.00 src/agent.ts:101 🚨rate_limited
`;

test("one line an event, the last ten of them first; Ctrl-C ends it with 130", async () => {
  logs.write("demo", sampleEvents());
  const tail = new Following("demo");
  await tail.shows("rate_limited");
  expect(await tail.stop()).toEqual({ code: 130, stdout: LINES, stderr: "" });
});

test("standard input is shown to its end", async () => {
  const { code, stdout } = await runInProcess(tailCommand, ["-", "--ascii"], { input: linesOf(sampleEvents()) });
  expect(code).toBe(0);
  expect(stdout).toBe(LINES.replaceAll("→", "->").replaceAll("🚨", "!!"));
});

test("standard input without an event is told", async () => {
  expect(await runInProcess(tailCommand, ["-", "--errors"], { input: linesOf([modelCall()]) })).toEqual({
    code: 3,
    stdout: "",
    stderr: "tessen tail: Of the 1 event(s) of Standard input none is chosen by --errors.\n",
  });
});

test("of a log without events it is said what it holds, and events are waited for", async () => {
  logs.write("demo", "{}\n");
  const tail = new Following("demo");
  logs.append("demo", [named("new")]);
  await tail.shows("model-new");
  expect((await tail.stop()).stderr).toMatch(
    /^tessen tail: demo holds no events: it has 1 line\(s\), and none is an event: .* Waiting for events\.\n$/,
  );
});

test("a terminal gets colours", async () => {
  const input = linesOf(sampleEvents());
  const { stdout } = await runInProcess(tailCommand, ["-"], { input, isTerminal: true });
  expect(stdout).toContain("\u001b[31merror/429\u001b[39m");
  expect(stdout.replace(/\u001b\[\d+m/g, "")).toBe(LINES);
});

test("--json writes a head, then the events as they are", async () => {
  const { stdout } = await runInProcess(tailCommand, ["-", "--json"], { input: linesOf(sampleEvents()) });
  const [head, ...events] = stdout
    .trimEnd()
    .split("\n")
    .map((line): unknown => JSON.parse(line));
  expect(head).toMatchObject({ schema_version: 1, command: "tail" });
  expect(events).toEqual(sampleEvents());
});

test.each([
  [["--errors"], ["evt_05"]],
  [["--signal", "truncated_response"], ["evt_03"]],
  [["--session", "sess_2"], ["evt_05"]],
  [
    ["--run", "run_1"],
    ["evt_01", "evt_02", "evt_03", "evt_04"],
  ],
  [
    ["--since", String(NOON + 2)],
    ["evt_03", "evt_05"],
  ],
  [
    ["--until", String(NOON)],
    ["evt_01", "evt_04"],
  ],
])("%j chooses", async (args, ids) => {
  const { stdout } = await runInProcess(tailCommand, ["-", "--json", ...args], { input: linesOf(sampleEvents()) });
  const events = stdout.trimEnd().split("\n").slice(1);
  expect(events.map((line) => (JSON.parse(line) as TessenEvent).event_id)).toEqual(ids);
});

test("--full shows request and answer below the line, and nothing in them reaches the terminal", async () => {
  const { stdout } = await runInProcess(tailCommand, ["-", "--full"], { input: linesOf(sampleEvents()) });
  expect(stdout).toContain("      What is [31mred[0m?\n");
  expect(stdout).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u202a-\u202e]/);
});

test("texts of the framework, and those that are no texts, are shown harmless", async () => {
  const note = frameworkEvent("note", { note: { text: "a\u001b]0;b\u0007\r\nc\u202e\u2066" } });
  const odd = { ...modelCall(), model: ["\u001b[2J"], provider: { a: 1 }, quality_signals: [{ "\u001b": 1 }, 7] };
  const input = `${JSON.stringify(note)}\n${JSON.stringify(odd)}\n`;
  const { stdout } = await runInProcess(tailCommand, ["-"], { input });
  expect(stdout).toContain("-- note a]0;b c ok\n");
  expect(stdout).toContain('T1 {"a":1} chat.completions.create');
  expect(stdout).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u202a-\u202e\u2066-\u2069]/);
});

describe("following", () => {
  test("begins with -n events and goes on with those that come, in a file of the next day, too", async () => {
    logs.write("demo", [named("a"), named("b")]);
    const tail = new Following("demo", "-n", "1");
    await tail.shows("model-b");
    logs.append("demo", [named("c")]);
    await tail.shows("model-c");
    logs.write("demo", [named("d")], "2024-05-15.jsonl");
    await tail.shows("model-d");
    logs.append("demo", [named("e")], "2024-05-15.jsonl");
    logs.write("demo", [named("f")], "2024-05-15.1.jsonl");
    await tail.shows("model-f");
    const { stdout } = await tail.stop();
    expect(stdout.match(/model-\w/g)).toEqual(["model-b", "model-c", "model-d", "model-e", "model-f"]);
  });

  test("a line that comes in pieces is shown once it is whole", async () => {
    logs.write("demo", [named("a")]);
    const line = linesOf([named("b")]);
    logs.append("demo", line.slice(0, 30));
    const tail = new Following("demo");
    await tail.shows("model-a");
    logs.append("demo", line.slice(30, 60));
    logs.append("demo", line.slice(60) + linesOf([named("c")]));
    await tail.shows("model-c");
    expect((await tail.stop()).stdout.match(/model-\w/g)).toEqual(["model-a", "model-b", "model-c"]);
  });

  test("a file that is emptied, removed or replaced is read from its beginning again", async () => {
    logs.write("demo", [named("a"), named("b")]);
    const tail = new Following("demo");
    await tail.shows("model-b");
    truncateSync(logs.file("demo"));
    logs.append("demo", [named("c")]);
    await tail.shows("model-c");
    rmSync(logs.file("demo"));
    logs.write("demo", [named("d", { session_id: "another session" })]);
    await tail.shows("model-d");
    logs.write("demo", [named("e"), named("f"), named("g")], "next");
    renameSync(logs.file("demo", "next"), logs.file("demo"));
    await tail.shows("model-g");
    expect((await tail.stop()).stdout.match(/model-\w/g)?.join(" ")).toBe(
      "model-a model-b model-c model-d model-e model-f model-g",
    );
  });

  test("one file alone can be followed, with a choice", async () => {
    const path = logs.write("demo", [named("a")]);
    const tail = new Following(path, "--errors");
    logs.append("demo", [named("b"), named("c", { status: "error" })]);
    await tail.shows("model-c");
    expect((await tail.stop()).stdout.match(/model-\w/g)).toEqual(["model-c"]);
  });

  test("what is written while the beginning is read is shown once", async () => {
    logs.write("demo", [named("a")]);
    const controller = new AbortController();
    let isWritten = false;
    const { stdout } = await runInProcess(tailCommand, ["demo", "--json", "--log-dir", logs.path], {
      signal: controller.signal,
      onOutput: (text) => {
        // The first output is the head; the end of the log has been found by then, and its events have not been read.
        if (!isWritten) logs.append("demo", [named("b")]);
        isWritten = true;
        if (text.includes("model-b") && !text.includes("model-c")) logs.append("demo", [named("c")]);
        if (text.includes("model-c")) controller.abort();
      },
    });
    expect(stdout.match(/model-\w/g)).toEqual(["model-a", "model-b", "model-c"]);
  });

  test("an agent that does not exist is not waited for", async () => {
    logs.write("demo", [named("a")]);
    const { code, stderr } = await new Following("demos").stop();
    expect(code).toBe(3);
    expect(stderr).toContain('Did you mean "demo"?');
  });
});
