import { afterEach, describe, expect, test, vi } from "vitest";
import { AgentId } from "../identifiers/agent-id.ts";
import { DefaultTopicId } from "../identifiers/default-topic-id.ts";
import { TopicId } from "../identifiers/topic-id.ts";
import { TypeSubscription } from "../subscriptions/type-subscription.ts";
import { UndeliverableException } from "./exceptions.ts";
import { SingleThreadedAgentRuntime } from "./single-threaded-agent-runtime.ts";
import { deferred, Recorder, rejectionOf, settled, type Handle } from "./testing/agents.ts";

const id = new AgentId("a", "default");

async function runtimeWith(handle?: Handle, options: { ignoreUnhandledExceptions?: boolean } = {}) {
  const runtime = new SingleThreadedAgentRuntime(options);
  const agent = new Recorder(handle);
  await runtime.registerFactory("a", () => agent);
  await runtime.addSubscription(new TypeSubscription("default", "a"));
  return { runtime, agent };
}

describe("a runtime that nobody starts", () => {
  afterEach(() => {
    vi.useRealTimers();
    vi.restoreAllMocks();
  });

  test("says so when somebody waits for its answer, and not when it is started in time", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const warned = vi.spyOn(process, "emitWarning").mockImplementation(() => undefined);
    const { runtime } = await runtimeWith(() => "late");
    const answer = runtime.sendMessage("hello", id);
    vi.advanceTimersByTime(999);
    expect(warned).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(warned).toHaveBeenCalledExactlyOnceWith(
      expect.stringContaining("runtime.start()"),
      expect.objectContaining({ code: "TESSERAE_RUNTIME_NOT_STARTED" }),
    );
    runtime.start();
    expect(await answer).toBe("late");
    const other = await runtimeWith(() => "soon");
    const soon = other.runtime.sendMessage("hello", id);
    other.runtime.start();
    vi.advanceTimersByTime(10_000);
    expect(await soon).toBe("soon");
    expect(warned).toHaveBeenCalledOnce();
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("start and stop", () => {
  test("start twice and stop without start give the texts of the specification", async () => {
    const { runtime } = await runtimeWith();
    await expect(runtime.stop()).rejects.toThrow("Runtime is not started");
    await expect(runtime.stopWhenIdle()).rejects.toThrow("Runtime is not started");
    await expect(runtime.stopWhen(() => true)).rejects.toThrow("Runtime is not started");
    runtime.start();
    expect(() => runtime.start()).toThrow("Runtime is already started");
    await runtime.stop();
  });

  test("start after stop works", async () => {
    const { runtime } = await runtimeWith((message) => message);
    for (const round of [1, 2, 3]) {
      runtime.start();
      expect(await runtime.sendMessage(round, id)).toBe(round);
      await runtime.stop();
    }
  });

  test("messages sent before start are handled after it", async () => {
    const { runtime, agent } = await runtimeWith((message) => message);
    const answer = runtime.sendMessage("early", id);
    await runtime.publishMessage("event", new DefaultTopicId());
    await settled();
    expect(agent.received).toEqual([]);
    expect(runtime.unprocessedMessagesCount).toBe(2);
    runtime.start();
    expect(await answer).toBe("early");
    await runtime.stopWhenIdle();
    expect(agent.received).toEqual(["early", "event"]);
  });

  test("start dispatches nothing itself", async () => {
    const { runtime, agent } = await runtimeWith();
    await runtime.publishMessage("event", new DefaultTopicId());
    runtime.start();
    expect(agent.received).toEqual([]);
    await runtime.stopWhenIdle();
    expect(agent.received).toEqual(["event"]);
  });

  test("stop with a send in flight and another queued rejects both callers", async () => {
    const gate = deferred();
    const { runtime, agent } = await runtimeWith(() => gate.promise);
    runtime.start();
    const inFlight = rejectionOf(runtime.sendMessage("in flight", id));
    await settled();
    const queued = rejectionOf(runtime.sendMessage("queued", id));
    await runtime.stop();
    expect(await inFlight).toBeInstanceOf(UndeliverableException);
    expect(await queued).toBeInstanceOf(UndeliverableException);
    expect(String(await queued)).toContain("runtime was stopped");
    gate.resolve();
    await settled();
    expect(agent.received).toEqual(["in flight"]);
    expect(runtime.unprocessedMessagesCount).toBe(0);
  });

  test("a handler that outlives a stop disturbs the next start in nothing", async () => {
    const gate = deferred();
    const { runtime } = await runtimeWith((message) => (message === "slow" ? gate.promise : message));
    runtime.start();
    const lost = rejectionOf(runtime.sendMessage("slow", id));
    await settled();
    await runtime.stop();
    await lost;
    runtime.start();
    const answer = runtime.sendMessage("next", id);
    gate.resolve();
    expect(await answer).toBe("next");
    await runtime.stopWhenIdle();
  });

  test("stop with drain handles everything first", async () => {
    const { runtime, agent } = await runtimeWith(async (message) => {
      await settled();
      return message;
    });
    runtime.start();
    const answer = runtime.sendMessage(1, id);
    await runtime.publishMessage(2, new DefaultTopicId());
    await runtime.stop({ drain: true });
    expect(await answer).toBe(1);
    expect(agent.received).toEqual([1, 2]);
  });

  test("stopWhenIdle waits for running handlers and for what they publish", async () => {
    const { runtime, agent } = await runtimeWith(async (message, context) => {
      await settled();
      if (Number(message) < 5) await context.publish(Number(message) + 1, new TopicId("default", "other"));
      if (Number(message) < 5) await context.send(Number(message) + 1, new AgentId("b", "default"));
    });
    const other = new Recorder(() => settled());
    await runtime.registerFactory("b", () => other);
    runtime.start();
    await runtime.publishMessage(4, new DefaultTopicId());
    await runtime.stopWhenIdle();
    expect(agent.received).toHaveLength(1);
    expect(other.received).toEqual([5]);
  });

  test("whoever gets the last answer and sends again is waited for", async () => {
    const { runtime, agent } = await runtimeWith((message) => message);
    runtime.start();
    const caller = (async () => {
      for (let index = 0; index < 5; index += 1) await runtime.sendMessage(index, id);
    })();
    await runtime.stopWhenIdle();
    await caller;
    expect(agent.received).toHaveLength(5);
  });

  test("stopWhen stops once the condition holds, asked also when the runtime gets idle", async () => {
    let done = false;
    const { runtime } = await runtimeWith(async () => {
      await settled();
      done = true;
    });
    runtime.start();
    await runtime.publishMessage("go", new DefaultTopicId());
    await runtime.stopWhen(() => done, { intervalMs: 1_000_000 });
    expect(() => runtime.start()).not.toThrow();
    await runtime.stop();
  });
});

describe("processNext", () => {
  test("dispatches exactly one envelope without start: first the message, then the answer", async () => {
    const { runtime, agent } = await runtimeWith((message) => message);
    const answer = runtime.sendMessage("m", id);
    await runtime.publishMessage("second", new DefaultTopicId());
    await runtime.processNext();
    expect(agent.received).toEqual(["m"]);
    await runtime.processNext();
    expect(agent.received).toEqual(["m", "second"]);
    await runtime.processNext();
    expect(await answer).toBe("m");
  });

  test("waits when the queue is empty", async () => {
    const { runtime, agent } = await runtimeWith();
    const step = runtime.processNext();
    await settled();
    await runtime.publishMessage("late", new DefaultTopicId());
    await step;
    expect(agent.received).toEqual(["late"]);
  });

  test("rethrows the error of an event handler, after which the queue is shut until the runtime is stopped", async () => {
    const error = new Error("Test exception");
    const { runtime } = await runtimeWith(
      (message) => {
        if (message === "bad") throw error;
      },
      { ignoreUnhandledExceptions: false },
    );
    await runtime.publishMessage("bad", new DefaultTopicId());
    await runtime.processNext();
    await expect(runtime.processNext()).rejects.toBe(error);
    await expect(runtime.publishMessage("x", new DefaultTopicId())).rejects.toThrow("queue is shut down");
    await expect(runtime.sendMessage("x", id)).rejects.toMatchObject({ code: "ERR_QUEUE_SHUT_DOWN" });
    await runtime.stop();
    await runtime.publishMessage("good", new DefaultTopicId());
    await runtime.processNext();
  });
});

describe("close", () => {
  test("stops the runtime and closes every agent, once", async () => {
    const { runtime, agent } = await runtimeWith();
    runtime.start();
    await runtime.publishMessage("make it", new DefaultTopicId());
    await settled();
    await Promise.all([runtime.close(), runtime.close()]);
    await runtime.close();
    expect(agent.closed).toBe(1);
    await expect(runtime.sendMessage("x", id)).rejects.toThrow("Runtime is closed");
    expect(() => runtime.start()).toThrow("Runtime is closed");
  });

  test("rejects what was sent and never started", async () => {
    const { runtime } = await runtimeWith();
    const answer = rejectionOf(runtime.sendMessage("x", id));
    await runtime.close();
    expect(await answer).toBeInstanceOf(UndeliverableException);
  });

  test("closes the agents also when stopping throws, and all agents when one fails", async () => {
    const error = new Error("Test exception");
    const failing = new (class extends Recorder {
      override async close(): Promise<void> {
        await super.close();
        throw new Error("cannot close");
      }
    })();
    const { runtime, agent } = await runtimeWith(
      () => {
        throw error;
      },
      { ignoreUnhandledExceptions: false },
    );
    await runtime.registerAgentInstance(failing, new AgentId("first", "x"));
    runtime.start();
    await runtime.publishMessage("x", new DefaultTopicId());
    await settled();
    const thrown = await rejectionOf(runtime.close());
    expect(thrown).toBeInstanceOf(AggregateError);
    expect((thrown as AggregateError).errors).toEqual([error, expect.objectContaining({ message: "cannot close" })]);
    expect([failing.closed, agent.closed]).toEqual([1, 1]);
  });

  test("works with Symbol.asyncDispose", async () => {
    const { runtime, agent } = await runtimeWith();
    await runtime.get(id, undefined, { lazy: false });
    await runtime[Symbol.asyncDispose]();
    expect(agent.closed).toBe(1);
  });
});
