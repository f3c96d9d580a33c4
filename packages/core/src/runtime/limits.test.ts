import { afterEach, describe, expect, test, vi } from "vitest";
import { AgentId } from "../identifiers/agent-id.ts";
import { DefaultTopicId } from "../identifiers/default-topic-id.ts";
import type { JsonObject } from "../json.ts";
import { TypeSubscription } from "../subscriptions/type-subscription.ts";
import { SingleThreadedAgentRuntime } from "./single-threaded-agent-runtime.ts";
import { Bump, Counter, deferred, Recorder, rejectionOf, settled } from "./testing/agents.ts";

const id = new AgentId("a", "default");

describe("maxQueueSize", () => {
  test("publishers wait until there is room, in their order", async () => {
    const runtime = new SingleThreadedAgentRuntime({ maxQueueSize: 2 });
    const agent = new Recorder();
    await runtime.registerFactory("a", () => agent);
    await runtime.addSubscription(new TypeSubscription("default", "a"));
    const admitted: number[] = [];
    for (const index of [1, 2, 3, 4]) {
      void runtime.publishMessage(index, new DefaultTopicId()).then(() => admitted.push(index));
    }
    await settled();
    expect(admitted).toEqual([1, 2]);
    await runtime.processNext();
    await settled();
    expect(admitted).toEqual([1, 2, 3]);
    runtime.start();
    await runtime.stopWhenIdle();
    expect(admitted).toEqual([1, 2, 3, 4]);
    expect(agent.received).toEqual([1, 2, 3, 4]);
  });

  test("a publisher who waits when the runtime stops is told", async () => {
    const runtime = new SingleThreadedAgentRuntime({ maxQueueSize: 1 });
    await runtime.publishMessage(1, new DefaultTopicId());
    const waiting = rejectionOf(runtime.publishMessage(2, new DefaultTopicId()));
    await runtime.close();
    expect(await waiting).toMatchObject({ code: "ERR_UNDELIVERABLE" });
  });

  test("a handler that waits for room does not block the queue", async () => {
    const runtime = new SingleThreadedAgentRuntime({ maxQueueSize: 1 });
    await runtime.registerFactory(
      "a",
      () =>
        new Recorder(async (depth, context) => {
          if (Number(depth) === 0) return;
          await context.publish(Number(depth) - 1, new DefaultTopicId({ type: "next" }));
          await context.publish(Number(depth) - 1, new DefaultTopicId({ type: "next" }));
        }),
    );
    await runtime.registerFactory(
      "b",
      () => new Recorder((depth, context) => context.publish(Number(depth) - 1, new DefaultTopicId())),
    );
    await runtime.addSubscription(new TypeSubscription("default", "a"));
    await runtime.addSubscription(new TypeSubscription("next", "b"));
    runtime.start();
    await runtime.publishMessage(8, new DefaultTopicId());
    await runtime.stopWhenIdle();
    expect(runtime.unprocessedMessagesCount).toBe(0);
  });

  test.each([0, -1, 1.5])("%d is refused", (maxQueueSize) => {
    expect(() => new SingleThreadedAgentRuntime({ maxQueueSize })).toThrow(
      "maxQueueSize must be a whole number from 1",
    );
  });
});

describe("concurrency", () => {
  test("with 1 an agent handles its messages one after another, also after an error; other agents go on", async () => {
    const runtime = new SingleThreadedAgentRuntime({ concurrency: 1 });
    const trace: string[] = [];
    await runtime.registerFactory(
      "a",
      () =>
        new Recorder(async (message, _context, self) => {
          trace.push(`start ${self.id.key}${message}`);
          await settled();
          trace.push(`end ${self.id.key}${message}`);
          if (message === 1) throw new Error("first fails");
        }),
    );
    runtime.start();
    const x = new AgentId("a", "x");
    const failed = rejectionOf(runtime.sendMessage(1, x));
    const answers = [
      runtime.sendMessage(2, x),
      runtime.sendMessage(3, x),
      runtime.sendMessage(1, new AgentId("a", "y")),
    ];
    await Promise.allSettled(answers);
    await failed;
    expect(trace.filter((line) => line.includes(" x"))).toEqual([
      "start x1",
      "end x1",
      "start x2",
      "end x2",
      "start x3",
      "end x3",
    ]);
    expect(trace.indexOf("start y1")).toBeLessThan(trace.indexOf("end x1"));
    await runtime.stop();
  });

  test("a type may have a limit of its own, for direct and published messages together", async () => {
    const runtime = new SingleThreadedAgentRuntime();
    let running = 0;
    let most = 0;
    await runtime.registerFactory(
      "a",
      () =>
        new Recorder(async () => {
          running += 1;
          most = Math.max(most, running);
          await settled();
          running -= 1;
        }),
      { concurrency: 2 },
    );
    await runtime.addSubscription(new TypeSubscription("default", "a"));
    runtime.start();
    for (let index = 0; index < 5; index += 1) {
      void runtime.sendMessage(index, id);
      await runtime.publishMessage(index, new DefaultTopicId());
    }
    await runtime.stopWhenIdle();
    expect(most).toBe(2);
  });

  test("a call that is aborted while it waits for its turn lets the next one through", async () => {
    const runtime = new SingleThreadedAgentRuntime({ concurrency: 1 });
    const gate = deferred();
    await runtime.registerFactory("a", () => new Recorder((message) => (message === 1 ? gate.promise : message)));
    runtime.start();
    const controller = new AbortController();
    const first = runtime.sendMessage(1, id);
    const second = rejectionOf(runtime.sendMessage(2, id, { signal: controller.signal }));
    const third = runtime.sendMessage(3, id);
    await settled();
    controller.abort();
    gate.resolve();
    expect(await third).toBe(3);
    await Promise.all([first, second]);
    await runtime.stopWhenIdle();
  });

  test("what waits for its turn when the runtime stops is given up", async () => {
    const runtime = new SingleThreadedAgentRuntime({ concurrency: 1 });
    const gate = deferred();
    const agent = new Recorder(() => gate.promise);
    await runtime.registerFactory("a", () => agent);
    await runtime.addSubscription(new TypeSubscription("default", "a"));
    runtime.start();
    const calls = [1, 2].map((message) => rejectionOf(runtime.sendMessage(message, id)));
    await runtime.publishMessage(3, new DefaultTopicId());
    await settled();
    await runtime.stop();
    await Promise.all(calls);
    gate.resolve();
    await settled();
    expect(agent.received).toEqual([1]);
  });

  test.each([0, 1.5, Number.NaN])("%d is refused", (concurrency) => {
    expect(() => new SingleThreadedAgentRuntime({ concurrency })).toThrow("concurrency must be a whole number from 1");
  });
});

describe("evict", () => {
  test("saves and closes an agent; messages that come meanwhile go to the one that takes its place", async () => {
    const runtime = new SingleThreadedAgentRuntime();
    const made: Counter[] = [];
    await Counter.register(runtime, "a", () => {
      const counter = new Counter();
      made.push(counter);
      return counter;
    });
    runtime.start();
    expect(await runtime.sendMessage(Bump({ by: 3 }), id)).toBe(3);
    const evicted = runtime.evict(id);
    const later = runtime.sendMessage(Bump({ by: 1 }), id);
    expect(await evicted).toEqual({ count: 3 });
    expect(await later).toBe(1);
    expect(made).toHaveLength(2);
    expect(await runtime.evict(new AgentId("a", "unknown"))).toBeUndefined();
    await runtime.stopWhenIdle();
  });

  test("refuses a busy agent and an instance that cannot be made again", async () => {
    const runtime = new SingleThreadedAgentRuntime();
    const gate = deferred();
    await runtime.registerFactory("a", () => new Recorder(() => gate.promise));
    await runtime.registerAgentInstance(new Recorder(), new AgentId("instance", "x"));
    runtime.start();
    const answer = runtime.sendMessage(1, id);
    await settled();
    await expect(runtime.evict(id)).rejects.toThrow("a/default is busy with 1 messages");
    await expect(runtime.evict(new AgentId("instance", "x"))).rejects.toThrow("cannot be made again");
    gate.resolve();
    await answer;
    expect(await runtime.evict(id)).toEqual({ received: 1 });
    await runtime.stop();
  });

  test("an agent that cannot be saved stays and goes on", async () => {
    const runtime = new SingleThreadedAgentRuntime();
    class Unsaved extends Recorder {
      override async saveState(): Promise<JsonObject> {
        await settled();
        throw new Error("cannot save");
      }
    }
    await runtime.registerFactory("a", () => new Unsaved((message) => message));
    runtime.start();
    await runtime.sendMessage(1, id);
    const evicted = rejectionOf(runtime.evict(id));
    const answer = runtime.sendMessage(2, id);
    expect(await evicted).toMatchObject({ message: "cannot save" });
    expect(await answer).toBe(2);
    expect(await runtime.tryGetUnderlyingAgentInstance(id, Unsaved)).toMatchObject({ received: [1, 2], closed: 0 });
    await runtime.stop();
  });
});

describe("idleAgents", () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  test("agents without messages are saved and closed, and come back with their state", async () => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
    const saved = new Map<string, JsonObject>();
    let made = 0;
    const runtime = new SingleThreadedAgentRuntime({
      idleAgents: {
        afterMs: 1000,
        save: async (agent, state) => void saved.set(agent.toString(), state),
        load: async (agent) => saved.get(agent.toString()),
      },
    });
    await Counter.register(runtime, "a", () => ((made += 1), new Counter()));
    runtime.start();
    expect(await runtime.sendMessage(Bump({ by: 3 }), id)).toBe(3);
    vi.advanceTimersByTime(1000);
    await settled();
    expect(saved.size).toBe(0);
    vi.advanceTimersByTime(1000);
    await settled();
    expect(saved.get("a/default")).toEqual({ count: 3 });
    expect(await runtime.sendMessage(Bump({ by: 4 }), id)).toBe(7);
    expect(made).toBe(2);
    await runtime.close();
    expect(vi.getTimerCount()).toBe(0);
  });
});
