import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { AgentId } from "../identifiers/agent-id.ts";
import { consoleSink } from "./console-sink.ts";
import { jsonFileSink } from "./json-file-sink.ts";
import { logEventToJson } from "./log-event-json.ts";
import type { LogEvent } from "./log-events.ts";
import { eventSink } from "./log-sink.ts";
import { getLogger } from "./logger.ts";
import { EVENT_LOGGER_NAME, ROOT_LOGGER_NAME, TRACE_LOGGER_NAME } from "./logger-names.ts";

const call: LogEvent = {
  type: "LLMCall",
  messages: [{ role: "user" }],
  response: { content: "hi" },
  promptTokens: 7,
  completionTokens: 3,
  agentId: new AgentId("a", "k"),
  extras: { model: "m-1", type: "hidden?" },
};

test("the logger names are those of AutoGen", () => {
  expect([ROOT_LOGGER_NAME, EVENT_LOGGER_NAME, TRACE_LOGGER_NAME]).toEqual([
    "autogen_core",
    "autogen_core.events",
    "autogen_core.trace",
  ]);
});

describe("events as JSON", () => {
  test("LLMCall names its model, and extras never hide a fixed key", () => {
    expect(logEventToJson(call)).toStrictEqual({
      model: "m-1",
      type: "LLMCall",
      messages: [{ role: "user" }],
      response: { content: "hi" },
      prompt_tokens: 7,
      completion_tokens: 3,
      agent_id: "a/k",
    });
  });

  test("LLMStreamStart and LLMStreamEnd", () => {
    const extras = { model: "m-1" };
    expect(logEventToJson({ type: "LLMStreamStart", messages: [], agentId: undefined, extras })).toStrictEqual({
      model: "m-1",
      type: "LLMStreamStart",
      messages: [],
      agent_id: null,
    });
    const end = {
      type: "LLMStreamEnd",
      response: {},
      promptTokens: 1,
      completionTokens: 2,
      agentId: undefined,
      extras,
    } as const;
    expect(logEventToJson(end)).toStrictEqual({
      model: "m-1",
      type: "LLMStreamEnd",
      response: {},
      prompt_tokens: 1,
      completion_tokens: 2,
      agent_id: null,
    });
  });

  test("a ToolCall record names the agent handling it", () => {
    const event = {
      type: "ToolCall",
      toolName: "t",
      arguments: { x: 1 },
      result: "r",
      agentId: new AgentId("tools", "k"),
    } as const;
    expect(logEventToJson(event)).toStrictEqual({
      type: "ToolCall",
      tool_name: "t",
      arguments: { x: 1 },
      result: "r",
      agent_id: "tools/k",
    });
  });

  test("AgentConstructionException", () => {
    const event = { type: "AgentConstructionException", agentId: new AgentId("a", "k"), exception: "text" } as const;
    expect(logEventToJson(event)).toStrictEqual({
      type: "AgentConstructionException",
      agent_id: "a/k",
      exception: "text",
    });
  });
});

test("what is no sink is refused: nothing would be written", () => {
  for (const sinks of [undefined, 5, console.log, [{ writes: () => undefined }]]) {
    expect(() => getLogger(sinks as never)).toThrow(/an object with write\(record\)/);
  }
});

test("a usage tracker sums the tokens of LLMCall events", () => {
  const used = { prompt: 0, completion: 0 };
  const logger = getLogger(
    eventSink((event) => {
      if (event.type !== "LLMCall") return;
      used.prompt += event.promptTokens;
      used.completion += event.completionTokens;
    }),
  );
  logger.event(call);
  logger.event(call);
  logger.info("no event");
  expect(used).toEqual({ prompt: 14, completion: 6 });
});

describe("consoleSink", () => {
  test("event level info with root level warning prints events only, and warnings", () => {
    const lines: string[] = [];
    const levels = { [ROOT_LOGGER_NAME]: "warning", [EVENT_LOGGER_NAME]: "info" } as const;
    const logger = getLogger(consoleSink({ levels, write: (line) => lines.push(line) }));
    logger.info("hidden");
    logger.child("runtime").info("hidden too");
    logger.event(call);
    logger.warning("shown", new Error("why"));
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z \[autogen_core\.events\] INFO: \{"model":"m-1"/);
    expect(lines[1]).toMatch(/ \[autogen_core\] WARNING: shown \(why\)$/);
  });

  test("by default everything from info, each record on one line", () => {
    const lines: string[] = [];
    const logger = getLogger(consoleSink({ write: (line) => lines.push(line) }));
    logger.debug("hidden");
    logger.error("two\nlines");
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/ERROR: two lines$/);
  });
});

describe("jsonFileSink", () => {
  let folder = "";
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "log-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  test("appends one object {timestamp, level, event} a line", async () => {
    const path = join(folder, "log.jsonl");
    for (const text of ["first", "second"]) {
      const sink = jsonFileSink(path);
      const logger = getLogger(sink);
      logger.event(call);
      logger.warning(text);
      await sink.close();
      await sink.close();
      logger.info("after close is lost");
    }
    const lines = (await readFile(path, "utf8")).trimEnd().split("\n");
    const objects = lines.map((line): Record<string, unknown> => JSON.parse(line));
    expect(objects.map((object) => Object.keys(object))).toEqual(lines.map(() => ["timestamp", "level", "event"]));
    expect(objects[0]).toMatchObject({ level: "info", event: logEventToJson(call) });
    expect(objects.map(({ event }) => event).filter((event) => typeof event === "string")).toEqual(["first", "second"]);
  });

  test("a file left by a killed process holds only whole lines but the last", async () => {
    const path = join(folder, "killed.jsonl");
    const module = new URL("./json-file-sink.ts", import.meta.url).href;
    const script = `
      const { jsonFileSink } = await import(${JSON.stringify(module)});
      const sink = jsonFileSink(${JSON.stringify(path)});
      for (let i = 0; ; i += 1) {
        sink.write({ time: 0, logger: "x", level: "info", text: "x".repeat(5000) });
        if (i === 20) console.log("enough");
      }`;
    const child = spawn(process.execPath, ["--conditions=source", "--input-type=module", "-e", script]);
    await new Promise((resolve) => child.stdout.once("data", resolve));
    child.kill("SIGKILL");
    await new Promise((resolve) => child.once("close", resolve));
    const lines = (await readFile(path, "utf8")).split("\n").slice(0, -1);
    expect(lines.length).toBeGreaterThan(20);
    for (const line of lines) expect(JSON.parse(line)).toHaveProperty("event");
  });
});
