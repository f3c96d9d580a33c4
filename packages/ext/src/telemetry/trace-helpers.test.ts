import { trace } from "@opentelemetry/api";
import { AgentId, AgentInstantiationContext, SingleThreadedAgentRuntime, traceCreation } from "@tesserae/core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { subscribeTracing } from "./subscribe-tracing.ts";
import { SpanRecorder, kindOf, parentName, statusOf, useContextManager } from "./testing/span-recorder.ts";
import { traceCreateAgentSpan, traceInvokeAgentSpan, traceToolSpan } from "./trace-helpers.ts";

let recorder: SpanRecorder;
const undo: (() => unknown)[] = [];

beforeEach(() => {
  recorder = new SpanRecorder();
  undo.push(useContextManager(), () => recorder.close());
});
afterEach(async () => {
  for (const each of undo.splice(0)) await each();
});

const tracer = (): ReturnType<typeof trace.getTracer> => recorder.provider.getTracer("autogen-core");
/** What an agent's factory finds. */
const making = { runtime: new SingleThreadedAgentRuntime(), agentId: new AgentId("writer", "k") };

describe("a span by hand", () => {
  test("is around a tool, until its promise settles", async () => {
    const result = await traceToolSpan(
      "search",
      { tracer: tracer(), toolDescription: "Searches.", toolCallId: "c1" },
      async (span) => {
        await Promise.resolve();
        expect(trace.getActiveSpan()).toBe(span);
        expect(recorder.spans).toEqual([]);
        return "found";
      },
    );
    expect(result).toBe("found");
    expect(recorder.spans.map((span) => [span.name, kindOf(span), span.attributes])).toEqual([
      [
        "execute_tool search",
        "INTERNAL",
        {
          "gen_ai.operation.name": "execute_tool",
          "gen_ai.system": "autogen",
          "gen_ai.tool.name": "search",
          "gen_ai.tool.description": "Searches.",
          "gen_ai.tool.call.id": "c1",
        },
      ],
    ]);
  });

  test("of a tool that fails tells the error's class, and passes the error on", async () => {
    const error = new RangeError("too far");
    const options = { tracer: tracer() };
    await expect(traceToolSpan("late", options, () => Promise.reject(error))).rejects.toBe(error);
    expect(() =>
      traceToolSpan("at once", options, () => {
        throw error;
      }),
    ).toThrow(error);
    for (const span of recorder.spans) {
      expect(statusOf(span)).toBe("ERROR");
      expect(span.attributes["error.type"]).toBe("RangeError");
      expect(span.events).toHaveLength(1);
    }
    expect(recorder.names).toEqual(["execute_tool late", "execute_tool at once"]);
  });

  test("of an agent's making has the id that its factory is given", () => {
    AgentInstantiationContext.populateContext(making, () =>
      traceCreateAgentSpan("writer", { tracer: tracer(), agentDescription: "Writes." }, () => undefined),
    );
    traceCreateAgentSpan("free", { tracer: tracer() }, () => undefined);
    expect(recorder.spans.map(({ attributes }) => attributes)).toEqual([
      {
        "gen_ai.operation.name": "create_agent",
        "gen_ai.system": "autogen",
        "gen_ai.agent.name": "writer",
        "gen_ai.agent.id": "writer/k",
        "gen_ai.agent.description": "Writes.",
      },
      { "gen_ai.operation.name": "create_agent", "gen_ai.system": "autogen", "gen_ai.agent.name": "free" },
    ]);
    expect(recorder.spans.map(kindOf)).toEqual(["CLIENT", "CLIENT"]);
  });

  test("of an agent's turn is a child of the given span, and by default of the active one and of the global tracer", () => {
    const parent = tracer().startSpan("parent");
    traceInvokeAgentSpan("writer", { tracer: tracer(), parent, agentId: "writer/k" }, () => undefined);
    parent.end();
    trace.setGlobalTracerProvider(recorder.provider);
    undo.push(() => trace.disable());
    tracer().startActiveSpan("active", (span) => {
      traceInvokeAgentSpan("reader", {}, () => undefined);
      span.end();
    });
    const { spans } = recorder;
    expect(parentName(recorder.span("invoke_agent writer"), spans)).toBe("parent");
    expect(recorder.span("invoke_agent writer").attributes["gen_ai.agent.id"]).toBe("writer/k");
    expect(parentName(recorder.span("invoke_agent reader"), spans)).toBe("active");
    expect(recorder.span("invoke_agent reader").instrumentationScope.name).toBe("autogen-core");
  });
});

describe("an agent that is made", () => {
  test("has a span with its id, and one that could not be made is marked", () => {
    undo.push(subscribeTracing({ tracerProvider: recorder.provider }));
    AgentInstantiationContext.populateContext(making, () =>
      traceCreation({ name: "writer", kind: "AssistantAgent", description: "Writes." }),
    );
    traceCreation({ name: "bad name", kind: "AssistantAgent", description: "" }, new RangeError("no name"));
    expect(recorder.spans.map((span) => [span.name, statusOf(span), span.attributes["gen_ai.agent.id"]])).toEqual([
      ["create_agent writer", "UNSET", "writer/k"],
      ["create_agent bad name", "ERROR", undefined],
    ]);
    expect(recorder.span("create_agent bad name").attributes["error.type"]).toBe("RangeError");
  });
});
