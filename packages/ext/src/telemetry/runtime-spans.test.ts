import {
  AgentId,
  BaseAgent,
  DropMessage,
  SingleThreadedAgentRuntime,
  TopicId,
  TypeSubscription,
  type InterventionHandler,
  type MessageContext,
  type SingleThreadedAgentRuntimeOptions,
} from "@tesserae/core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { TracingOptions } from "./options.ts";
import { subscribeTracing } from "./subscribe-tracing.ts";
import { SpanRecorder, kindOf, linkedNames, parentName, statusOf, useContextManager } from "./testing/span-recorder.ts";

const TOPIC = new TopicId("default", "default");

let recorder: SpanRecorder;
const undo: (() => unknown)[] = [];

beforeEach(() => {
  recorder = new SpanRecorder();
  undo.push(useContextManager(), () => recorder.close());
});
afterEach(async () => {
  for (const each of undo.splice(0)) await each();
});

function trace(options: TracingOptions = {}): void {
  undo.push(subscribeTracing({ tracerProvider: recorder.provider, ...options }));
}

type Handle = (message: unknown, context: MessageContext) => unknown;

class Worker extends BaseAgent {
  readonly #handle: Handle;

  constructor(handle: Handle) {
    super("works");
    this.#handle = handle;
  }

  override onMessageImpl(message: unknown, context: MessageContext): unknown {
    return this.#handle(message, context);
  }
}

/** A runtime with agents of these types, all of which hear the default topic. */
async function runtimeWith(
  agents: { readonly [type: string]: Handle },
  options?: SingleThreadedAgentRuntimeOptions,
): Promise<SingleThreadedAgentRuntime> {
  const runtime = new SingleThreadedAgentRuntime(options);
  undo.push(() => runtime.close());
  for (const [type, handle] of Object.entries(agents)) {
    await runtime.registerFactory(type, () => new Worker(handle));
    await runtime.addSubscription(new TypeSubscription("default", type));
  }
  runtime.start();
  return runtime;
}

describe("a message that is published to one agent", () => {
  test("is created, processed and published, in the order of their ends", async () => {
    trace();
    const runtime = await runtimeWith({ name: async () => undefined });
    await runtime.publishMessage({ type: "Note" }, TOPIC);
    await runtime.stopWhenIdle();
    expect(recorder.names).toEqual([
      "autogen create default.(default)-T",
      "autogen process name.(default)-A",
      "autogen publish default.(default)-T",
    ]);
    expect(recorder.spans.map(kindOf)).toEqual(["PRODUCER", "CONSUMER", "PRODUCER"]);
    expect(recorder.spans.map(({ instrumentationScope }) => instrumentationScope.name)).toEqual(
      Array.from({ length: 3 }, () => "autogen SingleThreadedAgentRuntime"),
    );
  });

  test("has AutoGen's attributes", async () => {
    trace();
    const runtime = await runtimeWith({ name: () => undefined });
    await runtime.publishMessage({ type: "Note", text: "secret" }, TOPIC, { messageId: "m1" });
    await runtime.stopWhenIdle();
    expect(recorder.spans.map(({ attributes }) => attributes)).toEqual([
      {
        "messaging.operation": "create",
        "messaging.destination": "default.(default)-T",
        "messaging.message.type": "Note",
      },
      {
        "messaging.operation": "process",
        "messaging.destination": "name.(default)-A",
        recipient_agent_type: "name",
        recipient_agent_class: "Worker",
        message_context: '{"sender":"None","topic_id":"default/default","is_rpc":false,"message_id":"m1"}',
      },
      { "messaging.operation": "publish", "messaging.destination": "default.(default)-T" },
    ]);
  });

  test("is processed inside of the publishing, and linked to the creation", async () => {
    trace();
    const runtime = await runtimeWith({ name: async () => undefined });
    await runtime.publishMessage({ type: "Note" }, TOPIC);
    await runtime.stopWhenIdle();
    const { spans } = recorder;
    expect(spans.map((span) => parentName(span, spans))).toEqual([
      undefined,
      "autogen publish default.(default)-T",
      undefined,
    ]);
    expect(spans.map((span) => linkedNames(span, spans))).toEqual([
      [],
      ["autogen create default.(default)-T"],
      ["autogen create default.(default)-T"],
    ]);
    expect(new Set(spans.map((span) => span.spanContext().traceId)).size).toBe(2);
  });

  test("is one trace where the work is to be a child of the sending", async () => {
    trace({ parentMode: "child" });
    const runtime = await runtimeWith({ name: async () => undefined });
    await runtime.publishMessage({ type: "Note" }, TOPIC);
    await runtime.stopWhenIdle();
    expect(recorder.tree()).toEqual([
      "autogen create default.(default)-T",
      "  autogen publish default.(default)-T",
      "    autogen process name.(default)-A",
    ]);
    expect(recorder.spans.flatMap(({ links }) => links)).toEqual([]);
  });
});

describe("a message that is sent", () => {
  test("has a span until the answer, and one for the answer that is linked to the sending", async () => {
    trace();
    const runtime = await runtimeWith({ asked: async () => "answer" });
    await runtime.sendMessage({ type: "Question" }, new AgentId("asked", "k"));
    const { spans } = recorder;
    expect(recorder.names).toEqual([
      "autogen process asked.(k)-A",
      "autogen send asked.(k)-A",
      "autogen ack",
      "autogen create asked.(k)-A",
    ]);
    expect(spans.map(kindOf)).toEqual(["CONSUMER", "PRODUCER", "CONSUMER", "PRODUCER"]);
    expect(spans.map(({ attributes }) => attributes["messaging.operation"])).toEqual([
      "process",
      "publish",
      "receive",
      "create",
    ]);
    expect(recorder.span("autogen ack").attributes).toEqual({
      "messaging.operation": "receive",
      "messaging.destination": "",
      sender_agent_type: "asked",
      sender_agent_class: "Worker",
    });
    expect(spans.map((span) => linkedNames(span, spans))).toEqual([
      ["autogen create asked.(k)-A"],
      ["autogen create asked.(k)-A"],
      ["autogen send asked.(k)-A"],
      [],
    ]);
  });

  test("by an agent is created inside of the handler that sends it", async () => {
    trace();
    const runtime = await runtimeWith({
      first: (_message, context) => context.send({ type: "Inner" }, new AgentId("second", "default")),
      second: () => "done",
    });
    await runtime.sendMessage({ type: "Outer" }, new AgentId("first", "default"));
    const { spans } = recorder;
    const created = recorder.span("autogen create second.(default)-A");
    expect(parentName(created, spans)).toBe("autogen process first.(default)-A");
    expect(recorder.span("autogen process second.(default)-A").attributes).toMatchObject({
      sender_agent_type: "first",
      sender_agent_class: "Worker",
      recipient_agent_type: "second",
      message_context: expect.stringContaining('"sender":"first/default","topic_id":"None","is_rpc":true'),
    });
    expect(recorder.span("autogen ack first.(default)-A").attributes).toMatchObject({
      sender_agent_type: "second",
      recipient_agent_type: "first",
    });
  });

  test("marks the handler and the sending when the handler throws", async () => {
    trace();
    const runtime = await runtimeWith({
      bad: () => {
        throw new RangeError("too far");
      },
    });
    await expect(runtime.sendMessage({ type: "Question" }, new AgentId("bad", "k"))).rejects.toThrow("too far");
    expect(recorder.spans.map((span) => `${span.name}: ${statusOf(span)}`)).toEqual([
      "autogen process bad.(k)-A: ERROR",
      "autogen send bad.(k)-A: UNSET",
      "autogen create bad.(k)-A: ERROR",
    ]);
    const [failed] = recorder.spans;
    expect(failed?.attributes["error.type"]).toBe("RangeError");
    expect(failed?.events).toMatchObject([
      { name: "exception", attributes: { "exception.type": "RangeError", "exception.message": "too far" } },
    ]);
  });

  test("to nobody has a span that says so", async () => {
    trace();
    const runtime = await runtimeWith({});
    await expect(runtime.sendMessage("hello", new AgentId("nobody", "k"))).rejects.toThrow("Recipient not found");
    expect(recorder.names).toEqual(["autogen create nobody.(k)-A"]);
    expect(recorder.spans.map(statusOf)).toEqual(["ERROR"]);
    expect(recorder.spans[0]?.attributes["messaging.message.type"]).toBe("String");
  });

  test("to an agent that cannot be made marks the sending", async () => {
    trace();
    const runtime = new SingleThreadedAgentRuntime();
    undo.push(() => runtime.close());
    await runtime.registerFactory("broken", () => Promise.reject(new TypeError("no parts")));
    runtime.start();
    await expect(runtime.sendMessage("hello", new AgentId("broken", "k"))).rejects.toThrow("no parts");
    expect(statusOf(recorder.span("autogen send broken.(k)-A"))).toBe("ERROR");
  });
});

describe("intervention handlers", () => {
  class Looker implements InterventionHandler {
    onSend(message: unknown): unknown {
      return message;
    }

    async onPublish(message: unknown): Promise<unknown> {
      return message;
    }

    onResponse(message: unknown): unknown {
      return message;
    }
  }

  test("have a span for a send and for a publish, none for an answer", async () => {
    trace();
    const runtime = await runtimeWith({ name: () => "answer" }, { interventionHandlers: [new Looker()] });
    await runtime.sendMessage({ type: "Question" }, new AgentId("name", "k"));
    await runtime.publishMessage({ type: "Note" }, TOPIC);
    await runtime.stopWhenIdle();
    const { spans } = recorder;
    const looks = recorder.all("autogen intercept Looker");
    expect(looks.map(kindOf)).toEqual(["CONSUMER", "CONSUMER"]);
    expect(looks.map((span) => linkedNames(span, spans))).toEqual([
      ["autogen create name.(k)-A"],
      ["autogen create default.(default)-T"],
    ]);
    expect(looks[0]?.attributes).toEqual({
      "messaging.operation": "receive",
      "messaging.destination": "Looker",
    });
  });

  test("that drop a message end its sending with the error", async () => {
    trace();
    const dropping: InterventionHandler = { onSend: () => DropMessage };
    const runtime = await runtimeWith({ name: () => "answer" }, { interventionHandlers: [dropping] });
    await expect(runtime.sendMessage("hello", new AgentId("name", "k"))).rejects.toThrow();
    expect(recorder.names).toEqual(["autogen intercept Object", "autogen create name.(k)-A"]);
    expect(recorder.span("autogen create name.(k)-A").attributes["error.type"]).toBe("MessageDroppedException");
  });
});

describe("what is said", () => {
  test("is in the spans only when that is asked for", async () => {
    trace({ captureContent: true });
    const runtime = await runtimeWith({ name: () => ({ type: "Answer", text: "hidden" }) });
    await runtime.sendMessage({ type: "Question", text: "secret" }, new AgentId("name", "k"));
    expect(recorder.span("autogen process name.(k)-A").attributes["message"]).toBe(
      '{"type":"Question","text":"secret"}',
    );
    expect(recorder.span("autogen ack").attributes["message"]).toBe('{"type":"Answer","text":"hidden"}');
    expect(JSON.stringify(recorder.span("autogen create name.(k)-A").attributes)).not.toContain("secret");
  });
});

describe("the runtime's spans are silenced", () => {
  test("by the environment, whatever the options say", async () => {
    process.env["AUTOGEN_DISABLE_RUNTIME_TRACING"] = "true";
    undo.push(() => delete process.env["AUTOGEN_DISABLE_RUNTIME_TRACING"]);
    trace({ runtimeSpans: true });
    const runtime = await runtimeWith({ name: () => "answer" });
    await runtime.sendMessage("hello", new AgentId("name", "k"));
    expect(recorder.names).toEqual([]);
  });

  test("by an option", async () => {
    trace({ runtimeSpans: false });
    const runtime = await runtimeWith({ name: () => "answer" });
    await runtime.sendMessage("hello", new AgentId("name", "k"));
    expect(recorder.names).toEqual([]);
  });
});

test("a message that was sent before anybody listened is silent to its end", async () => {
  const runtime = await runtimeWith({ name: () => "answer" });
  const sent = runtime.sendMessage("hello", new AgentId("name", "k"));
  trace();
  await sent;
  expect(recorder.names).toEqual([]);
  await runtime.sendMessage("hello", new AgentId("name", "k"));
  expect(recorder.names).toHaveLength(4);
});

test("handlers that run at once have spans of their own, each around what it does", async () => {
  trace();
  const handle: Handle = async (message, context) => {
    await new Promise((resolve) => setImmediate(resolve));
    await context.publish({ type: `From${context.messageId}` }, new TopicId("other", String(message)));
  };
  const runtime = await runtimeWith({ a: handle, b: handle });
  await Promise.all([
    runtime.sendMessage("1", new AgentId("a", "k"), { messageId: "A" }),
    runtime.sendMessage("2", new AgentId("b", "k"), { messageId: "B" }),
  ]);
  await runtime.stopWhenIdle();
  const { spans } = recorder;
  expect(parentName(recorder.span("autogen create other.(1)-T"), spans)).toBe("autogen process a.(k)-A");
  expect(parentName(recorder.span("autogen create other.(2)-T"), spans)).toBe("autogen process b.(k)-A");
});
