import { afterEach, describe, expect, test } from "vitest";
import { callModel } from "../effects/call-model.ts";
import { callTool } from "../effects/call-tool.ts";
import { streamModel } from "../effects/stream-model.ts";
import { ScriptedClient } from "../effects/testing/scripted-client.ts";
import { AgentId } from "../identifiers/agent-id.ts";
import { MessageHandlerContext } from "../agents/message-handler-context.ts";
import { recordTo, replayFrom } from "../journal/journals.ts";
import type { Journal } from "../journal/journal.ts";
import { MemoryJournalStore } from "../journal/memory-store.ts";
import type { JsonObject } from "../json.ts";
import { UserMessage } from "../models/messages.ts";
import { plainContext } from "../run/context.ts";
import { openRun } from "../run/open-run.ts";
import { tool } from "../tools/function-tool.ts";
import { StaticWorkbench } from "../tools/static-workbench.ts";
import { logEventToJson } from "./log-event-json.ts";
import type { LogRecord } from "./log-sink.ts";
import { eventSink } from "./log-sink.ts";
import { EVENT_LOGGER_NAME } from "./logger-names.ts";
import { subscribeLog, type SubscribeLogOptions } from "./subscribe-log.ts";

const undo: (() => void)[] = [];
afterEach(() => {
  for (const stop of undo.splice(0)) stop();
});

const messages = [UserMessage({ content: "hello", source: "user" })];
const usage = { promptTokens: 7, completionTokens: 3 };
const workbench = new StaticWorkbench({
  tools: [
    tool({
      name: "double",
      description: "Twice x.",
      parameters: { type: "object", properties: { x: { type: "integer" } }, required: ["x"] },
      execute: ({ x }) => 2 * Number(x),
    }),
  ],
});
const doubling = (x: unknown): Parameters<typeof callTool>[2] => ({
  name: "double",
  arguments: { x } as JsonObject,
  callId: "1",
  index: 0,
});

/** The events that are written from now on. */
function logged(options?: SubscribeLogOptions): JsonObject[] {
  const events: JsonObject[] = [];
  undo.push(subscribeLog({ write: ({ event }) => void (event && events.push(logEventToJson(event))) }, options));
  return events;
}

/** A model call and a tool call of a run. */
async function work(client: ScriptedClient, journal?: Journal): Promise<void> {
  const run = await openRun({ name: "team", task: "go", journal });
  await callModel(run.context, client, messages, { purpose: "reply", agent: "a" });
  await callTool(run.context, workbench, doubling(5), { agent: "a" });
  await run.end({ status: "finished" });
}

describe("whoever calls, once for the process", () => {
  test("a model's answer is an LLMCall that names model and purpose, a tool's a ToolCall; both name the agent handling", async () => {
    const events = logged();
    await MessageHandlerContext.populateContext(new AgentId("writer", "k"), () =>
      work(new ScriptedClient([{ content: "hi", usage }])),
    );
    expect(events).toEqual([
      {
        type: "LLMCall",
        messages: [{ type: "UserMessage", content: "hello", source: "user" }],
        response: expect.objectContaining({ finish_reason: "stop", content: "hi", cached: false, thought: null }),
        prompt_tokens: 7,
        completion_tokens: 3,
        agent_id: "writer/k",
        model: "scripted",
        provider: "scripted",
        purpose: "reply",
        agent: "a",
        run_id: expect.stringMatching(/./),
      },
      { type: "ToolCall", tool_name: "double", arguments: { x: 5 }, result: "10", agent_id: "writer/k" },
    ]);
  });

  test("a streamed answer has a start and an end, with its calls and its thought", async () => {
    const events = logged();
    const content = [{ id: "1", name: "double", arguments: '{"x":5}' }];
    const client = new ScriptedClient([{ content, thought: "hm", finishReason: "function_calls", usage }]);
    await streamModel(plainContext(), client, messages, { purpose: "reply" }, () => undefined);
    expect(events).toMatchObject([
      { type: "LLMStreamStart", messages: [{ content: "hello" }], agent_id: null, model: "scripted" },
      { type: "LLMStreamEnd", response: { content, thought: "hm" }, prompt_tokens: 7, completion_tokens: 3 },
    ]);
  });

  test("a running count of tokens needs nothing but LLMCall events", async () => {
    let tokens = 0;
    const sink = eventSink((event) => {
      if (event.type === "LLMCall") tokens += event.promptTokens + event.completionTokens;
    });
    undo.push(subscribeLog(sink));
    await work(new ScriptedClient([{ content: "hi", usage }]));
    await work(new ScriptedClient([{ content: "hi", usage }]));
    expect(tokens).toBe(20);
  });

  test("the records are the events' logger's, at level info", async () => {
    const records: LogRecord[] = [];
    undo.push(subscribeLog({ write: (record) => void records.push(record) }));
    await work(new ScriptedClient(["hi"]));
    expect(records.map(({ logger, level }) => `${logger} ${level}`)).toEqual(
      Array(2).fill(`${EVENT_LOGGER_NAME} info`),
    );
  });
});

describe("nothing is written", () => {
  test("of calls that fail", async () => {
    const events = logged();
    const failing = new ScriptedClient([new Error("no model")]);
    await callModel(plainContext(), failing, messages, { purpose: "reply" }).catch(() => undefined);
    const result = await callTool(plainContext(), workbench, doubling("five"), {});
    expect(result.isError).toBe(true);
    expect(events).toEqual([]);
  });

  test("of what a journal or a cache answers: nobody was called", async () => {
    const store = new MemoryJournalStore();
    await work(new ScriptedClient(["hi"]), recordTo(store, { runId: "r" }));
    const events = logged();
    await work(new ScriptedClient([]), replayFrom(store, "r"));
    await callModel(plainContext(), new ScriptedClient([{ content: "hi", cached: true }]), messages, {
      purpose: "reply",
    });
    expect(events).toEqual([]);
  });

  test("of kinds that are switched off, and after the end", async () => {
    const calls = logged({ models: false });
    const models = logged({ tools: false });
    await work(new ScriptedClient(["hi"]));
    for (const stop of undo.splice(0)) stop();
    await work(new ScriptedClient(["hi"]));
    expect(calls.map(({ type }) => type)).toEqual(["ToolCall"]);
    expect(models.map(({ type }) => type)).toEqual(["LLMCall"]);
  });
});
