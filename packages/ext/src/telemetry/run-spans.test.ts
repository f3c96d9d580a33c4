import { context, diag, trace, type DiagLogger } from "@opentelemetry/api";
import { AssistantAgent, RoundRobinGroupChat, SelectorGroupChat, AgentTool } from "@tesserae/agentchat";
import { ScriptedClient, answerOf, callsOf, type ScriptedAnswer } from "@tesserae/agentchat/testing";
import { MemoryJournalStore, plainContext, callModel, recordTo, replayFrom, tool, ValueError } from "@tesserae/core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { TracingOptions } from "./options.ts";
import { subscribeTracing } from "./subscribe-tracing.ts";
import { SpanRecorder, kindOf, parentName, statusOf, useContextManager } from "./testing/span-recorder.ts";

/** That agents are made is told, too, but is not what is looked at here. */
const makeRecorder = (): SpanRecorder => new SpanRecorder(({ name }) => !name.startsWith("create_agent "));

let recorder: SpanRecorder;
const undo: (() => unknown)[] = [];

beforeEach(() => {
  recorder = makeRecorder();
  undo.push(useContextManager(), () => recorder.close());
});
afterEach(async () => {
  for (const each of undo.splice(0)) await each();
});

function traceWith(options: TracingOptions = {}): void {
  undo.push(subscribeTracing({ tracerProvider: recorder.provider, runtimeSpans: false, ...options }));
}

const weather = tool({
  name: "weather",
  description: "The weather of a city.",
  parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
  execute: ({ city }) => `${String(city)}: sunny`,
});

function assistant(name: string, ...answers: readonly ScriptedAnswer[]): AssistantAgent {
  return new AssistantAgent({
    name,
    modelClient: new ScriptedClient(answers),
    tools: [weather],
    reflectOnToolUse: true,
  });
}

describe("a run of an agent on its own", () => {
  test("is one span, and its model calls and tools are in it", async () => {
    traceWith();
    await assistant("helper", callsOf(["weather", { city: "Lisbon" }]), "Sunny.").run("How is it in Lisbon?");
    expect(recorder.tree()).toEqual([
      "invoke_agent helper",
      "  chat scripted",
      "  execute_tool weather",
      "  chat scripted",
    ]);
    expect(recorder.spans.map((span) => `${span.name}: ${kindOf(span)}`)).toEqual([
      "chat scripted: CLIENT",
      "execute_tool weather: INTERNAL",
      "chat scripted: CLIENT",
      "invoke_agent helper: CLIENT",
    ]);
    expect(new Set(recorder.spans.map(({ instrumentationScope }) => instrumentationScope.name))).toEqual(
      new Set(["autogen-core"]),
    );
  });

  test("tells of the model what the conventions have names for, and of its answer what it used", async () => {
    traceWith();
    const client = new ScriptedClient([
      answerOf({
        content: "Hi.",
        usage: { promptTokens: 7, completionTokens: 3, cachedPromptTokens: 2, reasoningTokens: 1 },
      }),
    ]);
    await new AssistantAgent({ name: "helper", modelClient: client }).run("Hello");
    expect(recorder.span("chat scripted").attributes).toEqual({
      "gen_ai.operation.name": "chat",
      "gen_ai.system": "custom",
      "gen_ai.provider.name": "custom",
      "gen_ai.request.model": "scripted",
      "gen_ai.request.stream": false,
      "gen_ai.agent.name": "helper",
      "gen_ai.response.model": "scripted",
      "gen_ai.response.finish_reasons": ["stop"],
      "gen_ai.usage.input_tokens": 7,
      "gen_ai.usage.output_tokens": 3,
      "gen_ai.usage.cache_read.input_tokens": 2,
      "gen_ai.usage.cache_creation.input_tokens": 0,
      "gen_ai.usage.reasoning.output_tokens": 1,
      "tesserae.run.id": expect.any(String),
      "tesserae.path": "/helper[0]",
      "tesserae.purpose": "reply",
      "tesserae.source": "world",
      "tesserae.cost.usd": 10 / 1e12,
    });
    expect(recorder.span("invoke_agent helper").attributes).toMatchObject({
      "gen_ai.operation.name": "invoke_agent",
      "gen_ai.system": "autogen",
      "gen_ai.agent.name": "helper",
      "tesserae.run.mode": "plain",
      "tesserae.cost.usd": 10 / 1e12,
    });
  });

  test("tells of the tool what the model was told, and of the call its id", async () => {
    traceWith();
    await assistant("helper", callsOf(["weather", { city: "Lisbon" }]), "Sunny.").run("How is it?");
    expect(recorder.span("execute_tool weather").attributes).toEqual({
      "gen_ai.operation.name": "execute_tool",
      "gen_ai.system": "autogen",
      "gen_ai.tool.name": "weather",
      "gen_ai.tool.description": "The weather of a city.",
      "gen_ai.tool.call.id": "c1",
      "gen_ai.agent.name": "helper",
      "tesserae.run.id": expect.any(String),
      "tesserae.path": "/helper[0]",
      "tesserae.source": "world",
    });
  });

  test("has no word of what was said", async () => {
    traceWith();
    await assistant("helper", callsOf(["weather", { city: "Lisbon" }]), "Sunny.").run("How is it in Lisbon?");
    const written = JSON.stringify(recorder.spans.map(({ attributes, events }) => [attributes, events]));
    for (const word of ["Lisbon", "unny"]) expect(written).not.toContain(word);
  });

  test("has all of it where that is asked for", async () => {
    traceWith({ captureContent: true });
    await assistant("helper", callsOf(["weather", { city: "Lisbon" }]), "Sunny.").run("How is it in Lisbon?");
    const [first, second] = recorder.all("chat scripted").map(({ attributes }) => attributes);
    const told = (attributes: typeof first, name: string): unknown => JSON.parse(String(attributes?.[name]));
    expect(told(first, "gen_ai.input.messages")).toEqual([
      { role: "system", parts: [{ type: "text", content: expect.any(String) }] },
      { role: "user", parts: [{ type: "text", content: "How is it in Lisbon?" }] },
    ]);
    const call = { type: "tool_call", id: "c1", name: "weather", arguments: { city: "Lisbon" } };
    expect(told(first, "gen_ai.output.messages")).toEqual([
      { role: "assistant", parts: [call], finish_reason: "function_calls" },
    ]);
    expect(told(first, "gen_ai.tool.definitions")).toMatchObject([{ name: "weather" }]);
    expect(told(second, "gen_ai.input.messages")).toMatchObject([
      {},
      {},
      { role: "assistant", parts: [call] },
      { role: "tool", parts: [{ type: "tool_call_response", id: "c1", response: "Lisbon: sunny" }] },
    ]);
    expect(recorder.span("execute_tool weather").attributes).toMatchObject({
      "gen_ai.tool.call.arguments": '{"city":"Lisbon"}',
      "gen_ai.tool.call.result": "Lisbon: sunny",
    });
  });
});

describe("what goes wrong", () => {
  test("in a model call marks it and the run", async () => {
    traceWith();
    const agent = new AssistantAgent({ name: "helper", modelClient: new ScriptedClient([new RangeError("too far")]) });
    await expect(agent.run("Hello")).rejects.toThrow("too far");
    expect(recorder.spans.map((span) => `${span.name}: ${statusOf(span)}`)).toEqual([
      "chat scripted: ERROR",
      "invoke_agent helper: ERROR",
    ]);
    for (const span of recorder.spans) {
      expect(span.attributes["error.type"]).toBe("RangeError");
      expect(span.events).toMatchObject([{ name: "exception", attributes: { "exception.message": "too far" } }]);
    }
  });

  test("in a tool marks its call alone: the model is told", async () => {
    traceWith();
    const broken = tool({
      name: "broken",
      description: "Breaks.",
      parameters: { type: "object", properties: {} },
      execute: (): string => {
        throw new ValueError("it broke");
      },
    });
    const modelClient = new ScriptedClient([callsOf(["broken", {}]), "Sorry."]);
    await new AssistantAgent({ name: "helper", modelClient, tools: [broken], reflectOnToolUse: true }).run("Go");
    expect(recorder.spans.map((span) => `${span.name}: ${statusOf(span)}`)).toEqual([
      "chat scripted: UNSET",
      "execute_tool broken: ERROR",
      "chat scripted: UNSET",
      "invoke_agent helper: UNSET",
    ]);
    expect(recorder.span("execute_tool broken").attributes["error.type"]).toBe("ValueError");
  });

  test("in a turn marks the turn and the run", async () => {
    traceWith();
    const agent = new AssistantAgent({ name: "helper", modelClient: new ScriptedClient([new RangeError("too far")]) });
    const team = new RoundRobinGroupChat({ name: "team", participants: [agent], maxTurns: 1 });
    await expect(team.run("Go")).rejects.toThrow("too far");
    expect(recorder.spans.map((span) => `${span.name}: ${statusOf(span)}`)).toEqual([
      "chat scripted: ERROR",
      "invoke_agent helper: ERROR",
      "invoke_agent team: ERROR",
    ]);
  });

  test("in the tracing itself does not reach the run, and is told to the diagnostics of OpenTelemetry", async () => {
    const errors: string[] = [];
    const note = (message: string): void => void errors.push(message);
    const logger: DiagLogger = { error: note, warn: note, info: note, debug: note, verbose: note };
    diag.setLogger(logger, { suppressOverrideMessage: true });
    undo.push(() => diag.disable());
    const failing = {
      getTracer: () => {
        const tracer = recorder.provider.getTracer("x");
        return Object.assign(Object.create(tracer), {
          startSpan: () => {
            throw new Error("no memory");
          },
        });
      },
    };
    traceWith({ tracerProvider: failing });
    const result = await assistant("helper", "Hi.").run("Hello");
    expect(result.status).toBe("finished");
    expect(errors).toContain("tesserae: no span for an event of tesserae:model");
  });
});

describe("a run of a team", () => {
  const answering = (name: string, ...answers: readonly string[]): AssistantAgent =>
    new AssistantAgent({ name, modelClient: new ScriptedClient(answers) });

  test("is a tree, over nested teams too, and again in the next run", async () => {
    traceWith();
    const inner = new RoundRobinGroupChat({
      name: "inner",
      participants: [answering("x", "x1", "x2"), answering("y", "y1", "y2")],
      maxTurns: 2,
    });
    const team = new RoundRobinGroupChat({
      name: "team",
      participants: [inner, answering("r", "r1", "r2")],
      maxTurns: 2,
    });
    const tree = [
      "invoke_agent team",
      "  invoke_agent inner",
      "    invoke_agent x",
      "      chat scripted",
      "    invoke_agent y",
      "      chat scripted",
      "  invoke_agent r",
      "    chat scripted",
    ];
    await team.run("Go");
    expect(recorder.tree()).toEqual(tree);
    await team.run("Go on");
    expect(recorder.tree()).toEqual([...tree, ...tree]);
  });

  test.each(["link", "child"] as const)(
    "has the call that chooses a speaker in it, in every run (%s)",
    async (parentMode) => {
      traceWith({ parentMode, runtimeSpans: true });
      const team = new SelectorGroupChat({
        name: "team",
        participants: [answering("a", "from a", "from a"), answering("b", "from b", "from b")],
        modelClient: Object.assign(new ScriptedClient(["a", "b", "b", "a"]), { model: "chooser" }),
        maxTurns: 2,
        allowRepeatedSpeaker: true,
      });
      const genAi = (): readonly string[] => recorder.tree(({ name }) => !name.startsWith("autogen "));
      const first = ["  chat chooser", "  invoke_agent a", "    chat scripted"];
      const second = ["  chat chooser", "  invoke_agent b", "    chat scripted"];
      await team.run("Go");
      if (parentMode === "link") expect(genAi()).toEqual(["invoke_agent team", ...first, ...second]);
      const run = recorder.span("invoke_agent team");
      await team.run("Go on");
      const runs = recorder.all("invoke_agent team");
      const traces = recorder.all("chat chooser").map((span) => span.spanContext().traceId);
      expect(traces).toEqual([0, 0, 1, 1].map((index) => runs[index]?.spanContext().traceId));
      expect(run).toBe(runs[0]);
    },
  );

  test("is a child of what called it, and what a tool does is a child of the tool", async () => {
    traceWith();
    const tracer = recorder.provider.getTracer("user");
    const looks = tool({
      name: "looks",
      description: "Looks.",
      parameters: { type: "object", properties: {} },
      execute: async () => {
        await new Promise((resolve) => setImmediate(resolve));
        return tracer.startActiveSpan("query", async (span) => {
          await new Promise((resolve) => setImmediate(resolve));
          span.end();
          return "done";
        });
      },
    });
    const modelClient = new ScriptedClient([callsOf(["looks", {}]), "Done."]);
    const agent = new AssistantAgent({ name: "a", modelClient, tools: [looks], reflectOnToolUse: true });
    const team = new RoundRobinGroupChat({ name: "team", participants: [agent], maxTurns: 1 });
    await tracer.startActiveSpan("request", async (span) => {
      await team.run("Go");
      span.end();
    });
    expect(recorder.tree()).toEqual([
      "request",
      "  invoke_agent team",
      "    invoke_agent a",
      "      chat scripted",
      "      execute_tool looks",
      "        query",
      "      chat scripted",
    ]);
  });

  test("nests without a context manager as well", async () => {
    context.disable();
    traceWith();
    const team = new RoundRobinGroupChat({ name: "team", participants: [answering("a", "from a")], maxTurns: 1 });
    await team.run("Go");
    expect(recorder.tree()).toEqual(["invoke_agent team", "  invoke_agent a", "    chat scripted"]);
  });

  test("that two programs run at once are two trees", async () => {
    traceWith();
    const team = (name: string): RoundRobinGroupChat =>
      new RoundRobinGroupChat({
        name,
        participants: [answering(`${name}1`, "."), answering(`${name}2`, ".")],
        maxTurns: 2,
      });
    await Promise.all([team("a").run("Go"), team("b").run("Go")]);
    for (const name of ["a", "b"]) {
      const { traceId } = recorder.span(`invoke_agent ${name}`).spanContext();
      expect(recorder.tree((span) => span.spanContext().traceId === traceId)).toEqual([
        `invoke_agent ${name}`,
        `  invoke_agent ${name}1`,
        "    chat scripted",
        `  invoke_agent ${name}2`,
        "    chat scripted",
      ]);
    }
  });

  test("has an agent that is a tool in the tool's span", async () => {
    traceWith();
    const expert = answering("expert", "42");
    const modelClient = new ScriptedClient([callsOf(["expert", { task: "6 * 7" }]), "It is 42."]);
    const lead = new AssistantAgent({
      name: "lead",
      modelClient,
      tools: [new AgentTool({ agent: expert })],
      reflectOnToolUse: true,
    });
    await lead.run("What is 6 * 7?");
    expect(recorder.tree()).toEqual([
      "invoke_agent lead",
      "  chat scripted",
      "  execute_tool expert",
      "    invoke_agent expert",
      "      chat scripted",
      "  chat scripted",
    ]);
  });
});

describe("a run that is recorded", () => {
  test("has the same ids with spans and without, and a replay says where its answers come from", async () => {
    const store = new MemoryJournalStore();
    const team = (...answers: readonly string[]): RoundRobinGroupChat =>
      new RoundRobinGroupChat({
        name: "team",
        participants: [new AssistantAgent({ name: "a", modelClient: new ScriptedClient(answers) })],
        maxTurns: 1,
      });
    traceWith({ runtimeSpans: true, captureContent: true });
    const recorded = await team("from a").run("Go", { journal: recordTo(store, { runId: "r" }) });
    for (const each of undo.splice(0)) await each();

    const replayed = await team().run(undefined, { journal: replayFrom(store, "r") });
    expect(replayed.messages).toEqual(recorded.messages);

    recorder = makeRecorder();
    undo.push(useContextManager());
    traceWith();
    await team().run(undefined, { journal: replayFrom(store, "r") });
    expect(recorder.span("chat scripted").attributes["tesserae.source"]).toBe("journal");
    expect(recorder.span("invoke_agent team").attributes["tesserae.run.mode"]).toBe("replay");
  });
});

test("a model that is called outside of any run has a span where it was called", async () => {
  traceWith();
  const tracer = recorder.provider.getTracer("user");
  await tracer.startActiveSpan("request", async (span) => {
    await callModel(plainContext(), new ScriptedClient(["hi"]), [], { purpose: "reply" });
    span.end();
  });
  expect(parentName(recorder.span("chat scripted"), recorder.spans)).toBe("request");
});

test("the provider that is registered globally is taken, also when it is registered later", async () => {
  undo.push(subscribeTracing({ runtimeSpans: false }), () => trace.disable());
  trace.setGlobalTracerProvider(recorder.provider);
  await assistant("helper", "Hi.").run("Hello");
  expect(recorder.names).toEqual(["chat scripted", "invoke_agent helper"]);
});

test("after its end a subscription makes no spans, and the channels have no subscriber", async () => {
  const stop = subscribeTracing({ tracerProvider: recorder.provider });
  stop();
  await assistant("helper", "Hi.").run("Hello");
  expect(recorder.names).toEqual([]);
});
