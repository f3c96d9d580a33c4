import {
  BaseTool,
  StaticStreamWorkbench,
  StaticWorkbench,
  tool,
  type JsonObject,
  type StreamTool,
} from "@tesserae/core";
import { describe, expect, test } from "vitest";
import { deferred } from "../../deferred.ts";
import { ModelClientStreamingChunkEvent, TextMessage } from "../../messages/factories.ts";
import type { StreamItem, ToolCallExecutionEvent } from "../../messages/types.ts";
import { collect, typesOf } from "../../testing/collect.ts";
import { ScriptedClient, callsOf, type ScriptedAnswer } from "../../testing/scripted-client.ts";
import { addTool, failTool } from "../../testing/tools.ts";
import { AssistantAgent } from "./assistant-agent.ts";
import type { AssistantAgentOptions } from "./options.ts";

const add = ["add", { a: 1, b: 2 }] as const;

function assistant(
  answers: readonly ScriptedAnswer[],
  options: Partial<AssistantAgentOptions> = {},
): {
  readonly agent: AssistantAgent;
  readonly client: ScriptedClient;
} {
  const client = new ScriptedClient(answers);
  const tools = options.workbench === undefined ? [addTool(), failTool()] : undefined;
  return { client, agent: new AssistantAgent({ name: "a", modelClient: client, tools, ...options }) };
}

async function results(agent: AssistantAgent): Promise<ToolCallExecutionEvent["content"]> {
  const { messages } = await agent.run("go");
  const event = messages.find((item): item is ToolCallExecutionEvent => item.type === "ToolCallExecutionEvent");
  return event?.content ?? [];
}

describe("tool calls", () => {
  test("two in parallel with reflection: task, request, execution in call order, text", async () => {
    const { agent } = assistant([callsOf(add, ["add", { a: 3, b: 4 }]), "3 and 7"], { reflectOnToolUse: true });
    const { messages } = await agent.run("go");
    expect(messages).toMatchObject([
      { type: "TextMessage", source: "user" },
      { type: "ToolCallRequestEvent", content: [{ id: "c1" }, { id: "c2" }] },
      { type: "ToolCallExecutionEvent", content: [{ content: "3" }, { content: "7" }] },
      { type: "TextMessage", content: "3 and 7" },
    ]);
  });

  test("the reflection is offered no tools and told to use none", async () => {
    const { agent, client } = assistant([callsOf(add), "3"], { reflectOnToolUse: true });
    await agent.run("go");
    expect(client.calls[0]?.options.tools?.map(({ name }) => name)).toEqual(["add", "fail"]);
    expect(client.calls[1]?.options).toMatchObject({ toolChoice: "none" });
    expect(client.calls[1]?.options.tools).toBeUndefined();
  });

  test("iterations: 3 with call, call, text → 3 model calls and a text", async () => {
    const { agent, client } = assistant([callsOf(add), callsOf(add), "done"], { maxToolIterations: 3 });
    const { messages } = await agent.run("go");
    expect(client.calls).toHaveLength(3);
    expect(messages.at(-1)).toMatchObject({ type: "TextMessage", content: "done" });
  });

  test("iterations: 5 with endless calls → exactly 5, then the summary of the fifth alone", async () => {
    const calls = [1, 2, 3, 4, 5, 6].map((a) => callsOf(["add", { a, b: 0 }]));
    const { agent, client } = assistant(calls, { maxToolIterations: 5 });
    const { messages } = await agent.run("go");
    expect(client.calls).toHaveLength(5);
    expect(messages.at(-1)).toMatchObject({ type: "ToolCallSummaryMessage", content: "5" });
  });

  test("iterations: by default 1 model call", async () => {
    const { agent, client } = assistant([callsOf(add)]);
    const { messages } = await agent.run("go");
    expect(client.calls).toHaveLength(1);
    expect(messages.at(-1)).toMatchObject({
      type: "ToolCallSummaryMessage",
      content: "3",
      results: [{ callId: "c1" }],
    });
  });

  test("bad JSON arguments: the run completes with a summary", async () => {
    const { agent } = assistant([callsOf(["add", "{a: 1"])]);
    const { messages } = await agent.run("go");
    expect(messages.at(-1)).toMatchObject({
      type: "ToolCallSummaryMessage",
      content: expect.stringMatching(/^Error: ./),
      results: [{ isError: true }],
    });
  });

  test("arguments that are blank or null count as none; a list is an error", async () => {
    const ping = tool({
      name: "ping",
      description: "",
      parameters: { type: "object", properties: {} },
      execute: () => "pong",
    });
    const { agent } = assistant([callsOf(["ping", ""], ["ping", " \n"], ["ping", "null"], ["ping", "[1]"])], {
      tools: [ping],
    });
    expect(await results(agent)).toMatchObject([
      { content: "pong", isError: false },
      { content: "pong", isError: false },
      { content: "pong", isError: false },
      { content: expect.stringMatching(/must be a JSON object/), isError: true },
    ]);
  });

  test("an unknown tool", async () => {
    const { agent } = assistant([callsOf(["x", {}])]);
    expect(await results(agent)).toMatchObject([
      { content: "Error: tool 'x' not found in any workbench", name: "x", callId: "c1", isError: true },
    ]);
  });

  test("three calls of which the middle throws: two successes and one error, in order", async () => {
    const { agent } = assistant([callsOf(add, ["fail", {}], ["add", { a: 3, b: 4 }])]);
    expect(await results(agent)).toMatchObject([
      { content: "3", isError: false },
      { content: "it broke", isError: true },
      { content: "7", isError: false },
    ]);
  });

  test("arguments that do not fit are an error result that names the place", async () => {
    const { agent } = assistant([callsOf(["add", { a: "x" }])]);
    expect(await results(agent)).toMatchObject([{ content: expect.stringMatching(/"b".*\/a/), isError: true }]);
  });
});

describe("the summary", () => {
  test("by a format", async () => {
    const { agent } = assistant([callsOf(add)], {
      toolCallSummaryFormat: "Tool {tool_name} called with {arguments} -> {result}",
    });
    const { chatMessage } = await agent.onMessages([]);
    expect(chatMessage.content).toBe('Tool add called with {"a":1,"b":2} -> 3');
  });

  test("a formatter overrides the format, and sees which calls failed", async () => {
    const { agent } = assistant([callsOf(add, ["fail", {}])], {
      toolCallSummaryFormat: "unused",
      toolCallSummaryFormatter: (call, result) => `${call.name}:${result.isError === true ? "bad" : "good"}`,
    });
    expect((await agent.onMessages([])).chatMessage.content).toBe("add:good\nfail:bad");
  });

  test("the format sees is_error in Python's spelling", async () => {
    const { agent } = assistant([callsOf(add, ["fail", {}])], { toolCallSummaryFormat: "{is_error}" });
    expect((await agent.onMessages([])).chatMessage.content).toBe("False\nTrue");
  });

  test("can be tagged, so that it does not look like a user's text", async () => {
    const { agent } = assistant([callsOf(add)], { tagToolCallSummary: true });
    expect((await agent.onMessages([])).chatMessage.content).toBe("a.add: 3");
  });
});

describe("workbenches", () => {
  test("two, each serving one of two parallel calls; both begin before either ends", async () => {
    const [left, right] = [deferred<void>(), deferred<void>()];
    const meeting = (name: string, mine: typeof left, other: typeof left): StaticWorkbench =>
      new StaticWorkbench({
        tools: [
          tool({
            name,
            description: "",
            parameters: { type: "object", properties: {} },
            execute: async () => {
              mine.resolve();
              await other.promise;
              return name;
            },
          }),
        ],
      });
    const workbench = [meeting("left", left, right), meeting("right", right, left)];
    const { agent } = assistant([callsOf(["left", {}], ["right", {}])], { workbench });
    expect(await results(agent)).toMatchObject([{ content: "left" }, { content: "right" }]);
  });

  test("the first that lists a name runs it", async () => {
    const named = (result: string): StaticWorkbench =>
      new StaticWorkbench({
        tools: [
          tool({
            name: "same",
            description: "",
            parameters: { type: "object", properties: {} },
            execute: () => result,
          }),
        ],
      });
    const { agent } = assistant([callsOf(["same", {}])], { workbench: [named("first"), named("second")] });
    expect(await results(agent)).toMatchObject([{ content: "first" }]);
  });

  test("that must be asked are asked once a step", async () => {
    let asked = 0;
    class Remote extends StaticWorkbench {
      // A workbench whose tools nobody knows before it is asked.
      override readonly staticTools = undefined as never;
      override async listTools(): Promise<never> {
        asked += 1;
        return [addTool().schema] as never;
      }
    }
    const { agent } = assistant([callsOf(add, add), callsOf(add), "done"], {
      workbench: new Remote({ tools: [addTool()] }),
      maxToolIterations: 3,
    });
    await agent.run("go");
    expect(asked).toBe(1);
  });

  test("the caller's signal is the one that create and callTool get", async () => {
    const signals: (AbortSignal | undefined)[] = [];
    class Watching extends StaticWorkbench {
      override callTool(...args: Parameters<StaticWorkbench["callTool"]>): ReturnType<StaticWorkbench["callTool"]> {
        signals.push(args[2]?.signal);
        return super.callTool(...args);
      }
    }
    const { agent, client } = assistant([callsOf(add)], { workbench: new Watching({ tools: [addTool()] }) });
    const { signal } = new AbortController();
    await agent.run("go", { signal });
    expect(client.calls[0]?.options.signal).toBe(signal);
    expect(signals).toEqual([signal]);
  });
});

/** Shows a text and a chunk, then answers. */
class Narrator extends BaseTool<string> implements StreamTool<StreamItem, string> {
  readonly schema = {
    name: "narrate",
    description: "",
    parameters: { type: "object", properties: {} as { [name: string]: JsonObject } },
  } as const;

  constructor() {
    super({ name: "narrate", description: "" });
  }

  async runJson(): Promise<string> {
    return "told";
  }

  async *runJsonStream(): AsyncGenerator<StreamItem | string> {
    yield TextMessage({ content: "step", source: "narrator" });
    yield ModelClientStreamingChunkEvent({ content: "chunk", source: "narrator" });
    yield "told";
  }
}

describe("a streaming tool", () => {
  test("shows its items between request and execution; chunks are never stored", async () => {
    const { agent } = assistant([callsOf(["narrate", {}])], { tools: [new Narrator()] });
    const items = await collect(agent.onMessagesStream([]));
    expect(typesOf(items)).toEqual([
      "ToolCallRequestEvent",
      "TextMessage",
      "ModelClientStreamingChunkEvent",
      "ToolCallExecutionEvent",
      "Response",
    ]);
    const response = items.at(-1);
    expect(response?.type === "Response" ? typesOf(response.innerMessages ?? []) : []).toEqual([
      "ToolCallRequestEvent",
      "TextMessage",
      "ToolCallExecutionEvent",
    ]);
  });

  test("does not stream from a workbench that does not", async () => {
    const workbench = new StaticWorkbench({ tools: [new Narrator()] });
    const { agent } = assistant([callsOf(["narrate", {}])], { workbench });
    expect(typesOf(await collect(agent.onMessagesStream([])))).not.toContain("TextMessage");
    expect(new StaticStreamWorkbench({ tools: [] }).staticTools).toEqual([]);
  });
});
