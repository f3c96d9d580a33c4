import { describe, expect, test } from "vitest";
import { AgentId } from "../identifiers/agent-id.ts";
import { DefaultTopicId } from "../identifiers/default-topic-id.ts";
import { TopicId } from "../identifiers/topic-id.ts";
import { eventSink, type LogRecord } from "../logging/log-sink.ts";
import type { LogEvent } from "../logging/log-events.ts";
import { TypeSubscription } from "../subscriptions/type-subscription.ts";
import { UndeliverableException } from "./exceptions.ts";
import { SingleThreadedAgentRuntime } from "./single-threaded-agent-runtime.ts";
import { deferred, Recorder, rejectionOf, settled } from "./testing/agents.ts";

const error = new Error("Test exception");
const fail = (): never => {
  throw error;
};

describe("errors of direct messages", () => {
  test.each([
    ["throws", fail],
    ["rejects", () => Promise.reject(error)],
    [
      "rejects through a foreign promise",
      () => ({ then: (_ok: unknown, failed: (error: unknown) => void) => failed(error) }),
    ],
  ])("the caller gets the error unchanged when the handler %s", async (_how, handle) => {
    const runtime = new SingleThreadedAgentRuntime({ ignoreUnhandledExceptions: false });
    await runtime.registerFactory("a", () => new Recorder(handle));
    runtime.start();
    expect(await rejectionOf(runtime.sendMessage("x", new AgentId("a", "k")))).toBe(error);
    await runtime.stopWhenIdle();
  });

  test("an unknown recipient is undeliverable, before and after start", async () => {
    const runtime = new SingleThreadedAgentRuntime();
    await expect(runtime.sendMessage("x", new AgentId("nobody", "k"))).rejects.toThrow(/^Recipient not found/);
    runtime.start();
    expect(await rejectionOf(runtime.sendMessage("x", new AgentId("nobody", "k")))).toBeInstanceOf(
      UndeliverableException,
    );
    await runtime.stopWhenIdle();
  });

  test.each([undefined, null, "a/k", 7, {}])("a recipient that is no id (%j) is told so", async (recipient) => {
    const runtime = new SingleThreadedAgentRuntime();
    await expect(runtime.sendMessage("x", recipient as never)).rejects.toMatchObject({ code: "ERR_INVALID_ARGUMENT" });
    await expect(runtime.publishMessage("x", recipient as never)).rejects.toMatchObject({
      code: "ERR_INVALID_ARGUMENT",
    });
  });

  test("an unknown sender is never touched", async () => {
    const runtime = new SingleThreadedAgentRuntime();
    const agent = new Recorder(() => "answer");
    await runtime.registerFactory("a", () => agent);
    await runtime.addSubscription(new TypeSubscription("default", "a"));
    runtime.start();
    const sender = new AgentId("unregistered", "k");
    expect(await runtime.sendMessage("x", new AgentId("a", "default"), { sender })).toBe("answer");
    await runtime.publishMessage("y", new DefaultTopicId(), { sender });
    await runtime.stopWhenIdle();
    expect(agent.received).toEqual(["x", "y"]);
  });
});

describe("errors of factories", () => {
  test("the caller of a direct message gets it, and the next message tries again", async () => {
    const events: LogEvent[] = [];
    const runtime = new SingleThreadedAgentRuntime({ log: eventSink((event) => events.push(event)) });
    let calls = 0;
    await runtime.registerFactory("a", () => {
      calls += 1;
      if (calls === 1) throw error;
      return new Recorder(() => "made");
    });
    runtime.start();
    expect(await rejectionOf(runtime.sendMessage("x", new AgentId("a", "k")))).toBe(error);
    expect(await runtime.sendMessage("x", new AgentId("a", "k"))).toBe("made");
    await runtime.stopWhenIdle();
    expect(events).toContainEqual({
      type: "AgentConstructionException",
      agentId: new AgentId("a", "k"),
      exception: error,
    });
  });

  test("in an async factory it is logged as Error constructing agent <id>, and the runtime still goes idle", async () => {
    const records: LogRecord[] = [];
    const runtime = new SingleThreadedAgentRuntime({ log: { write: (record) => records.push(record) } });
    await runtime.registerFactory("a", async () => {
      await settled();
      throw error;
    });
    await runtime.addSubscription(new TypeSubscription("default", "a"));
    runtime.start();
    await runtime.publishMessage("x", new DefaultTopicId());
    await runtime.stopWhenIdle();
    expect(records).toContainEqual(
      expect.objectContaining({ level: "error", text: "Error constructing agent a/default", error }),
    );
  });

  test("when one recipient of a publish cannot be made, the others still get the message", async () => {
    const runtime = new SingleThreadedAgentRuntime();
    const agents = [new Recorder(), new Recorder(), new Recorder()];
    await runtime.registerFactory("first", () => agents[0] ?? fail());
    await runtime.registerFactory("sync", fail);
    await runtime.registerFactory("second", () => agents[1] ?? fail());
    await runtime.registerFactory("async", () => Promise.reject(error));
    await runtime.registerFactory("third", () => agents[2] ?? fail());
    for (const type of ["first", "sync", "unregistered", "second", "async", "third"]) {
      await runtime.addSubscription(new TypeSubscription("default", type));
    }
    runtime.start();
    await runtime.publishMessage("x", new DefaultTopicId());
    await runtime.stopWhenIdle();
    expect(agents.map(({ received }) => received)).toEqual([["x"], ["x"], ["x"]]);
  });

  test("one that makes the wrong class is told to the sender", async () => {
    class A extends Recorder {}
    class B extends Recorder {}
    class SubA extends A {}
    const runtime = new SingleThreadedAgentRuntime();
    await runtime.registerFactory("a", () => new B(), { expectedClass: A });
    await runtime.registerFactory("sub", () => new SubA(() => "fine"), { expectedClass: A });
    await runtime.registerFactory("nothing", () => undefined as never);
    runtime.start();
    await expect(runtime.sendMessage("x", new AgentId("a", "k"))).rejects.toThrow(
      "Factory registered using the wrong type: expected A, got B",
    );
    expect(await runtime.sendMessage("x", new AgentId("sub", "k"))).toBe("fine");
    await expect(runtime.sendMessage("x", new AgentId("nothing", "k"))).rejects.toThrow("did not return an agent");
    await runtime.stop();
  });

  test("two sends to an agent that an async factory has not made yet make one instance", async () => {
    const runtime = new SingleThreadedAgentRuntime();
    let made = 0;
    await runtime.registerFactory("a", async () => {
      made += 1;
      await settled();
      return new Recorder((message) => message);
    });
    runtime.start();
    const answers = await Promise.all([1, 2].map((message) => runtime.sendMessage(message, new AgentId("a", "k"))));
    expect(answers).toEqual([1, 2]);
    expect(made).toBe(1);
    await runtime.stop();
  });
});

describe("errors of event handlers", () => {
  async function withListeners(ignoreUnhandledExceptions: boolean | undefined, ...handlers: (() => unknown)[]) {
    const runtime = new SingleThreadedAgentRuntime({ ignoreUnhandledExceptions });
    const agents = handlers.map((handle) => new Recorder(handle));
    for (const [index, agent] of agents.entries()) {
      await runtime.registerFactory(`a${index}`, () => agent);
      await runtime.addSubscription(new TypeSubscription("default", `a${index}`));
    }
    return { runtime, agents };
  }

  test.each([1, 3])(
    "not ignored, stopWhenIdle rejects with it, for %i queued publishes; close afterwards works",
    async (count) => {
      const { runtime } = await withListeners(false, fail);
      for (let index = 0; index < count; index += 1) await runtime.publishMessage(index, new DefaultTopicId());
      runtime.start();
      await expect(runtime.stopWhenIdle()).rejects.toBe(error);
      await runtime.close();
    },
  );

  test("are ignored by default", async () => {
    const { runtime, agents } = await withListeners(undefined, fail);
    runtime.start();
    await runtime.publishMessage(1, new DefaultTopicId());
    await runtime.publishMessage(2, new DefaultTopicId());
    await runtime.stopWhenIdle();
    expect(agents[0]?.received).toEqual([1, 2]);
  });

  test("the publish is finished only when the slower siblings are", async () => {
    const gate = deferred();
    let finished = false;
    const { runtime } = await withListeners(false, fail, () => gate.promise.then(() => (finished = true)));
    runtime.start();
    await runtime.publishMessage("x", new DefaultTopicId());
    const stopped = rejectionOf(runtime.stopWhenIdle());
    await settled();
    gate.resolve();
    expect(await stopped).toBe(error);
    expect(finished).toBe(true);
  });

  test("stop the runtime: callers are told, later messages refused, and it can be started again", async () => {
    const { runtime } = await withListeners(false, fail);
    await runtime.registerFactory("slow", () => new Recorder(() => new Promise(() => undefined)));
    runtime.start();
    const inFlight = rejectionOf(runtime.sendMessage("x", new AgentId("slow", "k")));
    await runtime.publishMessage("x", new DefaultTopicId());
    expect(await inFlight).toMatchObject({ code: "ERR_UNDELIVERABLE", cause: error });
    await expect(runtime.publishMessage("x", new DefaultTopicId())).rejects.toMatchObject({ cause: error });
    await expect(runtime.stop()).rejects.toBe(error);
    runtime.start();
    await runtime.publishMessage("x", new TopicId("nobody", "k"));
    await runtime.stopWhenIdle();
  });

  test("an instance at name/default and a subscription to notdefault: RuntimeError on stopWhenIdle", async () => {
    const runtime = new SingleThreadedAgentRuntime({ ignoreUnhandledExceptions: false });
    await runtime.registerAgentInstance(new Recorder(), new AgentId("name", "default"));
    await runtime.addSubscription(new TypeSubscription("notdefault", "name"));
    runtime.start();
    await runtime.publishMessage("x", new TopicId("notdefault", "notdefault"));
    await expect(runtime.stopWhenIdle()).rejects.toMatchObject({ name: "RuntimeError" });
  });

  test("a subscription that throws takes only its own publish down", async () => {
    const { runtime, agents } = await withListeners(undefined, () => undefined);
    await runtime.addSubscription({
      id: "bad",
      isMatch: fail,
      mapToAgent: fail,
      equals: () => false,
    });
    runtime.start();
    await runtime.publishMessage("lost", new DefaultTopicId());
    await settled();
    await runtime.removeSubscription("bad");
    await runtime.publishMessage("found", new DefaultTopicId());
    await runtime.stopWhenIdle();
    expect(agents[0]?.received).toEqual(["found"]);
  });
});
