import { describe, expect, test } from "vitest";
import { AgentId } from "../identifiers/agent-id.ts";
import { DefaultTopicId } from "../identifiers/default-topic-id.ts";
import type { LogEvent } from "../logging/log-events.ts";
import type { LogRecord } from "../logging/log-sink.ts";
import { SingleThreadedAgentRuntime } from "../runtime/single-threaded-agent-runtime.ts";
import { deferred, Recorder, rejectionOf, settled, type Handle } from "../runtime/testing/agents.ts";
import { TypeSubscription } from "../subscriptions/type-subscription.ts";
import { DefaultInterventionHandler, DropMessage, type InterventionHandler } from "./intervention-handler.ts";

const id = new AgentId("a", "default");
const error = new Error("no");

async function setUp(handlers: readonly InterventionHandler[], handle: Handle = (message) => message) {
  const records: LogRecord[] = [];
  const runtime = new SingleThreadedAgentRuntime({
    interventionHandlers: handlers,
    log: { write: (record) => records.push(record) },
  });
  const agent = new Recorder(handle);
  await runtime.registerFactory("a", () => agent);
  await runtime.addSubscription(new TypeSubscription("default", "a"));
  runtime.start();
  const events = (): readonly LogEvent[] => records.flatMap(({ event }) => event ?? []);
  return { runtime, agent, records, events };
}

class CountingHandler extends DefaultInterventionHandler {
  readonly counts = { send: 0, publish: 0, response: 0 };

  override onSend(...[message]: Parameters<DefaultInterventionHandler["onSend"]>): unknown {
    this.counts.send += 1;
    return message;
  }

  override onPublish(...[message]: Parameters<DefaultInterventionHandler["onPublish"]>): unknown {
    this.counts.publish += 1;
    return message;
  }

  override onResponse(...[message]: Parameters<DefaultInterventionHandler["onResponse"]>): unknown {
    this.counts.response += 1;
    return message;
  }
}

test.each([
  ["a handler in no list", { onSend: (message: unknown) => message }],
  ["a handler that looks at nothing", [{ onsend: (message: unknown) => message }]],
  ["what is no handler", [5]],
])("%s is refused: every message would pass unseen", (_, interventionHandlers) => {
  expect(() => new SingleThreadedAgentRuntime({ interventionHandlers: interventionHandlers as never })).toThrow(
    /must be a list of objects with onSend, onPublish or onResponse/,
  );
});

test("a counting handler: one send is onSend 1 and onResponse 1, one publish onPublish 1", async () => {
  const handler = new CountingHandler();
  const { runtime } = await setUp([handler]);
  await runtime.sendMessage("x", id);
  expect(handler.counts).toEqual({ send: 1, publish: 0, response: 1 });
  await runtime.publishMessage("x", new DefaultTopicId());
  await runtime.stopWhenIdle();
  expect(handler.counts).toEqual({ send: 1, publish: 1, response: 1 });
});

describe.each([
  ["the class", DropMessage],
  ["an instance", new DropMessage()],
])("dropping by returning %s", (_how, drop) => {
  test("on send: MessageDroppedException, and the recipient is never called nor made", async () => {
    const { runtime, agent, events } = await setUp([{ onSend: () => drop }]);
    expect(await rejectionOf(runtime.sendMessage("x", id))).toMatchObject({ name: "MessageDroppedException" });
    await runtime.stopWhenIdle();
    expect(agent.received).toEqual([]);
    expect(await runtime.saveState()).toEqual({});
    expect(events()).toContainEqual(
      expect.objectContaining({ type: "MessageDropped", kind: "MessageKind.DIRECT", receiver: id }),
    );
  });

  test("on response: MessageDroppedException, and the handler did run", async () => {
    const { runtime, agent, events } = await setUp([{ onResponse: () => drop }]);
    expect(await rejectionOf(runtime.sendMessage("x", id))).toMatchObject({ code: "ERR_MESSAGE_DROPPED" });
    await runtime.stopWhenIdle();
    expect(agent.received).toEqual(["x"]);
    expect(events()).toContainEqual(
      expect.objectContaining({ type: "MessageDropped", kind: "MessageKind.RESPOND", sender: id }),
    );
  });

  test("on publish: silently gone", async () => {
    const { runtime, agent, events } = await setUp([{ onPublish: async () => drop }]);
    await runtime.publishMessage("x", new DefaultTopicId());
    await runtime.stopWhenIdle();
    expect(agent.received).toEqual([]);
    expect(events()).toContainEqual(expect.objectContaining({ type: "MessageDropped", kind: "MessageKind.PUBLISH" }));
  });
});

describe.each([
  [
    "throws",
    () => {
      throw error;
    },
  ],
  ["rejects", () => Promise.reject(error)],
])("a handler that %s", (_how, fail) => {
  test("on send: that error, 0 calls", async () => {
    const { runtime, agent } = await setUp([{ onSend: fail }]);
    expect(await rejectionOf(runtime.sendMessage("x", id))).toBe(error);
    await runtime.stopWhenIdle();
    expect(agent.received).toEqual([]);
  });

  test("on response: that error, 1 call", async () => {
    const { runtime, agent } = await setUp([{ onResponse: fail }]);
    expect(await rejectionOf(runtime.sendMessage("x", id))).toBe(error);
    await runtime.stopWhenIdle();
    expect(agent.received).toEqual(["x"]);
  });

  test("on publish: logged, the message silently gone, the loop goes on", async () => {
    const { runtime, agent, records } = await setUp([{ onPublish: fail }]);
    await runtime.publishMessage("x", new DefaultTopicId());
    expect(await runtime.sendMessage("y", id)).toBe("y");
    await runtime.stopWhenIdle();
    expect(agent.received).toEqual(["y"]);
    expect(records).toContainEqual(expect.objectContaining({ level: "error", error }));
  });

  test("for a call that is aborted already: the loop survives", async () => {
    const { runtime } = await setUp([{ onSend: (message) => (message === "bad" ? fail() : message) }]);
    const controller = new AbortController();
    const aborted = rejectionOf(runtime.sendMessage("bad", id, { signal: controller.signal }));
    controller.abort();
    expect(await aborted).toMatchObject({ name: "AbortError" });
    expect(await runtime.sendMessage("good", id)).toBe("good");
    await runtime.stopWhenIdle();
  });
});

describe("the chain", () => {
  const append = (letter: string): InterventionHandler => ({ onSend: (message) => `${message}${letter}` });

  test("each handler gets what the one before returned: x through A then B is xAB", async () => {
    const { runtime, agent } = await setUp([append("A"), { onSend: async (message) => `${message}b` }, append("B")]);
    await runtime.sendMessage("x", id);
    await runtime.stopWhenIdle();
    expect(agent.received).toEqual(["xAbB"]);
  });

  test("a drop or a throw ends it", async () => {
    let later = 0;
    const counting: InterventionHandler = { onSend: (message) => ((later += 1), message) };
    const { runtime } = await setUp([
      { onSend: (message) => (message === "drop" ? DropMessage : Promise.reject(error)) },
      counting,
    ]);
    await rejectionOf(runtime.sendMessage("drop", id));
    await rejectionOf(runtime.sendMessage("throw", id));
    await runtime.stopWhenIdle();
    expect(later).toBe(0);
  });

  test.each([undefined, null])("returning %s warns and keeps the message", async (nothing) => {
    const warned = deferred<Error>();
    process.once("warning", (warning) => warned.resolve(warning));
    const { runtime, agent } = await setUp([{ onSend: () => nothing }, append("B")]);
    await runtime.sendMessage("x", id);
    await runtime.stopWhenIdle();
    expect(agent.received).toEqual(["xB"]);
    expect(await warned.promise).toMatchObject({ code: "TESSERAE_INTERVENTION_RETURN" });
  });

  test("an answer of nothing passes a handler that returns it unchanged without a warning", async () => {
    const { runtime } = await setUp([new DefaultInterventionHandler()], () => undefined);
    const warnings: Error[] = [];
    const listen = (warning: Error): unknown => warnings.push(warning);
    process.on("warning", listen);
    expect(await runtime.sendMessage("x", id)).toBeUndefined();
    await settled();
    process.off("warning", listen);
    expect(warnings).toEqual([]);
    await runtime.stop();
  });

  test("a handler that takes its time holds up nobody but the messages behind it for the same recipient", async () => {
    const gate = deferred();
    const { runtime, agent } = await setUp([
      { onSend: (message) => (message === "slow" ? gate.promise.then(() => message) : message) },
    ]);
    const other = new Recorder((message) => message);
    await runtime.registerFactory("b", () => other);
    const slow = runtime.sendMessage("slow", id);
    const behind = runtime.sendMessage("behind", id);
    expect(await runtime.sendMessage("elsewhere", new AgentId("b", "x"))).toBe("elsewhere");
    await settled();
    expect(agent.received).toEqual([]);
    gate.resolve();
    await Promise.all([slow, behind]);
    expect(agent.received).toEqual(["slow", "behind"]);
    await runtime.stopWhenIdle();
  });

  test("a handler may itself wait for an answer of another agent", async () => {
    const approver = new AgentId("approver", "x");
    const handler: InterventionHandler = {
      onSend: async (message, { recipient, context }) =>
        recipient.type === "approver" || (await context.send<boolean>(message, approver)) ? message : DropMessage,
    };
    const { runtime } = await setUp([handler]);
    await runtime.registerFactory("approver", () => new Recorder((message) => message === "fine"));
    expect(await runtime.sendMessage("fine", id)).toBe("fine");
    expect(await rejectionOf(runtime.sendMessage("bad", id))).toMatchObject({ code: "ERR_MESSAGE_DROPPED" });
    await runtime.stopWhenIdle();
  });

  test("a caller whose message is being looked at is told when the runtime stops", async () => {
    const { runtime } = await setUp([{ onSend: () => new Promise(() => undefined) }]);
    const answer = rejectionOf(runtime.sendMessage("x", id));
    await settled();
    await runtime.stop();
    expect(await answer).toMatchObject({ code: "ERR_UNDELIVERABLE" });
  });

  test("onResponse learns who answered and who asked", async () => {
    let info: unknown;
    const { runtime } = await setUp([{ onResponse: (message, given) => ((info = given), message) }]);
    const sender = new AgentId("me", "x");
    await runtime.sendMessage("x", id, { sender });
    expect(info).toEqual({ sender: id, recipient: sender });
    await runtime.stop();
  });
});

describe("uses", () => {
  test("approval of tool calls: throwing from onSend reaches the caller as the tool's error", async () => {
    const refusal = new Error("User denied tool execution.");
    const { runtime } = await setUp([
      {
        onSend: (message) => {
          if (message === "delete everything") throw refusal;
          return message;
        },
      },
    ]);
    expect(await rejectionOf(runtime.sendMessage("delete everything", id))).toBe(refusal);
    await runtime.stop();
  });

  test("termination: onPublish sees the last message, stopWhen stops", async () => {
    let done = false;
    const { runtime } = await setUp(
      [{ onPublish: (message) => ((done ||= message === "final"), message) }],
      async (message, context) => {
        if (message === "task") await context.publish("final", new DefaultTopicId({ type: "result" }));
      },
    );
    await runtime.publishMessage("task", new DefaultTopicId());
    await runtime.stopWhen(() => done, { intervalMs: 1_000_000 });
  });
});
