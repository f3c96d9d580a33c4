import { EventEmitter, once } from "node:events";
import { describe, expect, test } from "vitest";
import { AgentId } from "../identifiers/agent-id.ts";
import { ScriptedClient } from "../effects/testing/scripted-client.ts";
import type { LogRecord } from "../logging/log-sink.ts";
import { logEventToJson } from "../logging/log-event-json.ts";
import { UserMessage, type FunctionCall } from "../models/messages.ts";
import { MemoryJournalStore } from "../journal/memory-store.ts";
import { recordTo, replayFrom } from "../journal/journals.ts";
import { openRun } from "../run/open-run.ts";
import { SingleThreadedAgentRuntime } from "../runtime/single-threaded-agent-runtime.ts";
import { tool } from "../tools/function-tool.ts";
import { ToolAgent } from "./tool-agent.ts";
import { toolAgentCallerLoop } from "./tool-agent-caller-loop.ts";
import {
  InvalidToolArgumentsException,
  ToolException,
  ToolExecutionException,
  ToolNotFoundException,
} from "./tool-exceptions.ts";
import { FunctionCallMessage, ToolResultMessage } from "./tool-messages.ts";

const AGENT = new AgentId("tools", "default");
const parameters = { type: "object", properties: { x: { type: "integer" } }, required: ["x"] } as const;
const performed: number[] = [];

/** Tells that a tool has begun. */
const running = new EventEmitter();

const TOOLS = [
  tool({
    name: "double",
    description: "Twice x.",
    parameters,
    execute: ({ x }) => {
      performed.push(Number(x));
      return 2 * Number(x);
    },
  }),
  tool({
    name: "failing",
    description: "Fails.",
    parameters: { type: "object", properties: {} },
    execute: () => {
      throw new Error("no luck");
    },
  }),
  tool({
    name: "slow",
    description: "Never ends.",
    parameters: { type: "object", properties: {} },
    execute: () => {
      running.emit("slow");
      return new Promise(() => undefined);
    },
  }),
];

const call = (name: string, args: unknown = { x: 5 }, id = "1"): FunctionCall => ({
  id,
  name,
  arguments: typeof args === "string" ? args : JSON.stringify(args),
});

async function withRuntime<T>(
  body: (runtime: SingleThreadedAgentRuntime) => Promise<T>,
  records: LogRecord[] = [],
): Promise<T> {
  const runtime = new SingleThreadedAgentRuntime({ log: { write: (record) => void records.push(record) } });
  await ToolAgent.register(runtime, "tools", () => new ToolAgent("Runs tools.", TOOLS));
  runtime.start();
  try {
    return await body(runtime);
  } finally {
    await runtime.close();
  }
}

describe("a tool agent", () => {
  test("answers a call with the exact result, and an event with the agent's id is logged", async () => {
    const records: LogRecord[] = [];
    const result = await withRuntime(
      (runtime) => runtime.sendMessage(FunctionCallMessage(call("double")), AGENT),
      records,
    );
    expect(result).toEqual(ToolResultMessage({ content: "10", callId: "1", isError: false, name: "double" }));
    const events = records.flatMap(({ event }) => (event?.type === "ToolCall" ? [logEventToJson(event)] : []));
    expect(events).toEqual([
      { type: "ToolCall", tool_name: "double", arguments: { x: 5 }, result: "10", agent_id: "tools/default" },
    ]);
  });

  test.each([
    ["a tool that throws", call("failing", {}), ToolExecutionException, "Error: no luck", "ERR_TOOL_FAILED"],
    [
      "a tool that is not there",
      call("nothing"),
      ToolNotFoundException,
      "Error: Tool not found: nothing",
      "ERR_NOT_FOUND",
    ],
    [
      "arguments that are not JSON",
      call("double", "{x"),
      InvalidToolArgumentsException,
      "Error: Invalid arguments: {x",
      "ERR_TOOL_ARGUMENTS",
    ],
    ["arguments that do not fit", call("double", { x: "a" }), ToolExecutionException, /^Error: .*x/, "ERR_TOOL_FAILED"],
    [
      "arguments that are a list",
      call("double", [1]),
      ToolExecutionException,
      /must be a JSON object/,
      "ERR_TOOL_FAILED",
    ],
  ])("throws for %s, with the call's id and name and a text for the model", async (_, given, kind, content, code) => {
    const error: unknown = await withRuntime((runtime) =>
      runtime.sendMessage(FunctionCallMessage(given), AGENT).catch((reason: unknown) => reason),
    );
    expect(error).toBeInstanceOf(kind);
    expect(error).toBeInstanceOf(ToolException);
    expect(error).toMatchObject({ callId: "1", toolName: given.name, code, message: expect.stringMatching(content) });
    expect(error).toHaveProperty("content", (error as Error).message);
  });

  test.each([
    ["that a policy denies", { toolPolicy: () => ({ approved: false as const, reason: "not today" }) }, /not today/],
    ["that a limit stops", { limits: { maxToolCalls: 0 } }, /stopped by a limit/],
  ])("does not make a call %s: another code than that of a tool that fails", async (_, options, content) => {
    performed.length = 0;
    const error: unknown = await withRuntime(async (runtime) => {
      const run = await openRun({ name: "run", task: null, ...options });
      const sent = runtime.sendMessage(FunctionCallMessage(call("double")), AGENT, { run: run.context });
      return sent.catch((reason: unknown) => reason);
    });
    expect(error).toBeInstanceOf(ToolExecutionException);
    expect(error).toMatchObject({ code: "ERR_TOOL_REFUSED", callId: "1", message: expect.stringMatching(content) });
    expect(performed).toEqual([]);
  });

  test("takes blank arguments for none", async () => {
    const error: unknown = await withRuntime((runtime) =>
      runtime.sendMessage(FunctionCallMessage(call("failing", " ")), AGENT).catch((reason: unknown) => reason),
    );
    expect(error).toMatchObject({ message: "Error: no luck" });
  });

  test("gives up a tool at once when its sender aborts", async () => {
    const controller = new AbortController();
    await withRuntime(async (runtime) => {
      const isRunning = once(running, "slow");
      const sent = runtime.sendMessage(FunctionCallMessage(call("slow", {})), AGENT, { signal: controller.signal });
      await isRunning;
      controller.abort();
      await expect(sent).rejects.toMatchObject({ code: "ERR_ABORTED" });
    });
  });

  test("refuses two tools of one name", () => {
    expect(() => new ToolAgent("Runs tools.", [...TOOLS, ...TOOLS])).toThrow("double");
  });

  test("speaks Python's JSON on the wire", () => {
    const [calls] = FunctionCallMessage.serializers;
    const [results] = ToolResultMessage.serializers;
    const text = (bytes: Uint8Array | undefined): unknown => JSON.parse(new TextDecoder().decode(bytes));
    expect(text(calls?.serialize(FunctionCallMessage(call("double"))))).toEqual({
      id: "1",
      arguments: '{"x":5}',
      name: "double",
    });
    const result = ToolResultMessage({ content: "10", callId: "1", isError: false, name: "double" });
    const bytes = results?.serialize(result);
    expect(text(bytes)).toEqual({ content: "10", name: "double", call_id: "1", is_error: false });
    expect(bytes === undefined ? undefined : results?.deserialize(bytes)).toEqual(result);
  });
});

describe("the caller's loop", () => {
  const input = [UserMessage({ content: "Double 5.", source: "user" })];
  const loop = (
    runtime: SingleThreadedAgentRuntime,
    modelClient: ScriptedClient,
    more: { readonly maxIterations?: number; readonly signal?: AbortSignal } = {},
  ): ReturnType<typeof toolAgentCallerLoop> =>
    toolAgentCallerLoop({
      caller: runtime,
      toolAgentId: AGENT,
      modelClient,
      inputMessages: input,
      toolSchema: TOOLS,
      ...more,
    });

  test("makes a call, its result and the last answer, and tells the model of the tools", async () => {
    const client = new ScriptedClient([{ content: [call("double")], thought: "Twice five." }, "Done"]);
    const messages = await withRuntime((runtime) => loop(runtime, client));
    expect(messages).toEqual([
      { type: "AssistantMessage", content: [call("double")], source: "assistant", thought: "Twice five." },
      {
        type: "FunctionExecutionResultMessage",
        content: [{ content: "10", name: "double", callId: "1", isError: false }],
      },
      { type: "AssistantMessage", content: "Done", source: "assistant" },
    ]);
    expect(client.options[0]?.tools).toBe(TOOLS);
  });

  test("shows the model what failed, in the order of the calls", async () => {
    const calls = [call("failing", {}, "a"), call("double", { x: 1 }, "b"), call("nothing", {}, "c")];
    const messages = await withRuntime((runtime) => loop(runtime, new ScriptedClient([{ content: calls }, "Done"])));
    expect(messages[1]).toMatchObject({
      content: [
        { callId: "a", isError: true, content: "Error: no luck", name: "failing" },
        { callId: "b", isError: false, content: "2" },
        { callId: "c", isError: true, content: "Error: Tool not found: nothing" },
      ],
    });
  });

  test("ends on an empty list of calls", async () => {
    const messages = await withRuntime((runtime) => loop(runtime, new ScriptedClient([{ content: [] }])));
    expect(messages).toEqual([{ type: "AssistantMessage", content: [], source: "assistant" }]);
  });

  test("ends after maxIterations model calls", async () => {
    const client = new ScriptedClient([{ content: [call("double")] }, { content: [call("double")] }, "Done"]);
    const messages = await withRuntime((runtime) => loop(runtime, client, { maxIterations: 2 }));
    expect(client.calls).toBe(2);
    expect(messages.map(({ type }) => type)).toEqual([
      "AssistantMessage",
      "FunctionExecutionResultMessage",
      "AssistantMessage",
    ]);
    await expect(withRuntime((runtime) => loop(runtime, client, { maxIterations: 0 }))).rejects.toThrow(
      "maxIterations",
    );
  });

  test("ends with the error when there is no such agent", async () => {
    const client = new ScriptedClient([{ content: [call("double")] }, "Done"]);
    const runtime = new SingleThreadedAgentRuntime();
    runtime.start();
    await expect(loop(runtime, client)).rejects.toThrow("tools");
    await runtime.close();
  });

  test("ends when it is aborted, without waiting for the tool", async () => {
    const controller = new AbortController();
    const client = new ScriptedClient([{ content: [call("slow", {})] }, "Done"]);
    await withRuntime(async (runtime) => {
      const isRunning = once(running, "slow");
      const ended = loop(runtime, client, { signal: controller.signal });
      await isRunning;
      controller.abort();
      await expect(ended).rejects.toMatchObject({ code: "ERR_ABORTED" });
    });
  });

  test("is recorded, and replays without the model and the tools", async () => {
    const store = new MemoryJournalStore();
    const calls = [call("double", { x: 3 }, "a"), call("double", { x: 4 }, "b")];
    const messages = async (journal: Parameters<typeof openRun>[0]["journal"], client: ScriptedClient) =>
      withRuntime(async (runtime) => {
        const run = await openRun({ journal, name: "loop", task: null });
        const result = await toolAgentCallerLoop({
          caller: runtime,
          toolAgentId: AGENT,
          modelClient: client,
          inputMessages: input,
          toolSchema: TOOLS,
          context: run.context,
        });
        await run.end({ status: "finished" });
        return { runId: run.context.runId, result };
      });
    performed.length = 0;
    const recorded = await messages(recordTo(store), new ScriptedClient([{ content: calls }, "Done"]));
    expect(performed).toEqual([3, 4]);
    const replayed = await messages(replayFrom(store, recorded.runId), new ScriptedClient([]));
    expect(performed).toEqual([3, 4]);
    expect(replayed.result).toEqual(recorded.result);
  });
});
