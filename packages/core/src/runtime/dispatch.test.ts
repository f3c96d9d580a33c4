import { describe, expect, test } from "vitest";
import type { MessageContext } from "../agents/agent.ts";
import { AgentId } from "../identifiers/agent-id.ts";
import { DefaultTopicId } from "../identifiers/default-topic-id.ts";
import { TopicId } from "../identifiers/topic-id.ts";
import { TypePrefixSubscription } from "../subscriptions/type-prefix-subscription.ts";
import { TypeSubscription } from "../subscriptions/type-subscription.ts";
import { SingleThreadedAgentRuntime } from "./single-threaded-agent-runtime.ts";
import { deferred, Recorder, settled } from "./testing/agents.ts";

describe("order and concurrency", () => {
  test("two queued publishes to b and a start b1, a1, b2, a2, then end", async () => {
    const runtime = new SingleThreadedAgentRuntime();
    const trace: string[] = [];
    for (const type of ["b", "a"]) {
      const agent = new Recorder(async (message) => {
        trace.push(`start ${type}${message}`);
        await settled();
        trace.push(`end ${type}${message}`);
      });
      await runtime.registerFactory(type, () => agent);
      await runtime.addSubscription(new TypeSubscription("default", type));
    }
    await runtime.publishMessage(1, new DefaultTopicId());
    await runtime.publishMessage(2, new DefaultTopicId());
    runtime.start();
    await runtime.stopWhenIdle();
    expect(trace.slice(0, 4)).toEqual(["start b1", "start a1", "start b2", "start a2"]);
    expect(trace.slice(4).toSorted()).toEqual(["end a1", "end a2", "end b1", "end b2"]);
  });

  test("agents are made one after another before any handler starts", async () => {
    const runtime = new SingleThreadedAgentRuntime();
    const trace: string[] = [];
    for (const type of ["a", "b", "c"]) {
      await runtime.registerFactory(type, async () => {
        await settled();
        trace.push(`make ${type}`);
        return new Recorder(() => trace.push(`handle ${type}`));
      });
      await runtime.addSubscription(new TypeSubscription("default", type));
    }
    await runtime.publishMessage("x", new DefaultTopicId());
    runtime.start();
    await runtime.stopWhenIdle();
    expect(trace).toEqual(["make a", "make b", "make c", "handle a", "handle b", "handle c"]);
  });

  test("several messages for one agent are handled at once", async () => {
    const runtime = new SingleThreadedAgentRuntime();
    const gate = deferred();
    let running = 0;
    await runtime.registerFactory("a", () => new Recorder(() => ((running += 1), gate.promise)));
    runtime.start();
    const answers = [1, 2, 3].map((message) => runtime.sendMessage(message, new AgentId("a", "x")));
    await settled();
    expect(running).toBe(3);
    gate.resolve();
    await Promise.all(answers);
    await runtime.stop();
  });

  test("an agent may send to itself and in cycles", async () => {
    const runtime = new SingleThreadedAgentRuntime();
    const hop = (type: string) => async (message: unknown, context: MessageContext) =>
      Number(message) === 0
        ? [type]
        : [type, ...(await context.send<string[]>(Number(message) - 1, new AgentId(type === "a" ? "b" : "a", "x")))];
    await runtime.registerFactory("a", () => new Recorder(hop("a")));
    await runtime.registerFactory("b", () => new Recorder(hop("b")));
    await runtime.registerFactory(
      "self",
      () => new Recorder((message, context) => (message === 0 ? "done" : context.send(0, new AgentId("self", "x")))),
    );
    runtime.start();
    expect(await runtime.sendMessage(4, new AgentId("a", "x"))).toEqual(["a", "b", "a", "b", "a"]);
    expect(await runtime.sendMessage(1, new AgentId("self", "x"))).toBe("done");
    await runtime.stop();
  });

  test("publishing inside a handler returns as soon as the message is queued", async () => {
    const runtime = new SingleThreadedAgentRuntime();
    const trace: string[] = [];
    await runtime.registerFactory(
      "a",
      () =>
        new Recorder(async (_message, context) => {
          await context.publish("x", new TopicId("out", "k"));
          trace.push("published");
        }),
    );
    await runtime.registerFactory("b", () => new Recorder(() => trace.push("handled")));
    await runtime.addSubscription(new TypeSubscription("out", "b"));
    runtime.start();
    await runtime.sendMessage("go", new AgentId("a", "k"));
    await runtime.stopWhenIdle();
    expect(trace).toEqual(["published", "handled"]);
  });

  test("timers and input are not starved by agents that keep each other busy", async () => {
    const runtime = new SingleThreadedAgentRuntime();
    let stopped = false;
    await runtime.registerFactory(
      "a",
      () =>
        new Recorder(async (_message, context) => {
          if (!stopped) await context.publish("again", new TopicId("loop", "y"));
        }),
    );
    await runtime.registerFactory(
      "b",
      () =>
        new Recorder(async (_message, context) => {
          if (!stopped) await context.publish("again", new TopicId("loop", "x"));
        }),
    );
    await runtime.addSubscription(new TypeSubscription("loop", "a"));
    await runtime.addSubscription(new TypeSubscription("loop", "b"));
    runtime.start();
    await runtime.publishMessage("go", new TopicId("loop", "x"));
    await settled();
    stopped = true;
    await runtime.stopWhenIdle();
  });
});

describe("publishing", () => {
  test("the sender never gets its own message", async () => {
    const runtime = new SingleThreadedAgentRuntime();
    const received: string[] = [];
    for (const type of ["a", "b"]) {
      await runtime.registerFactory(
        type,
        () =>
          new Recorder(async (message, context, self) => {
            received.push(`${self.id}: ${message}`);
            if (message === "first") await context.publish("second", new DefaultTopicId());
          }),
      );
      await runtime.addSubscription(new TypeSubscription("default", type));
    }
    runtime.start();
    await runtime.publishMessage("first", new TopicId("default", "default"), { sender: new AgentId("b", "default") });
    await runtime.stopWhenIdle();
    expect(received).toEqual(["a/default: first", "b/default: second"]);
  });

  test("default/default reaches name/default once and name/other never; with source other the reverse", async () => {
    const runtime = new SingleThreadedAgentRuntime();
    const received: string[] = [];
    await runtime.registerFactory(
      "name",
      () => new Recorder((_message, _context, self) => received.push(`${self.id}`)),
    );
    await runtime.addSubscription(new TypeSubscription("default", "name"));
    runtime.start();
    await runtime.publishMessage("x", new DefaultTopicId());
    await runtime.stopWhenIdle();
    expect(received).toEqual(["name/default"]);
    runtime.start();
    await runtime.publishMessage("x", new DefaultTopicId({ source: "other" }));
    await runtime.stopWhenIdle();
    expect(received).toEqual(["name/default", "name/other"]);
  });

  test("a subscription to Other reacts to topic type Other only", async () => {
    const runtime = new SingleThreadedAgentRuntime();
    const agent = new Recorder();
    await runtime.registerFactory("name", () => agent);
    await runtime.addSubscription(new TypeSubscription("Other", "name"));
    runtime.start();
    await runtime.publishMessage("no", new DefaultTopicId());
    await runtime.publishMessage("yes", new DefaultTopicId({ type: "Other" }));
    await runtime.stopWhenIdle();
    expect(agent.received).toEqual(["yes"]);
  });

  test("an agent that two subscriptions map to gets the message once", async () => {
    const runtime = new SingleThreadedAgentRuntime();
    const agent = new Recorder();
    await runtime.registerFactory("a", () => agent);
    await runtime.addSubscription(new TypePrefixSubscription("a:", "a"));
    await runtime.addSubscription(new TypeSubscription("a:x", "a"));
    runtime.start();
    await runtime.publishMessage("once", new TopicId("a:x", "k"));
    await runtime.stopWhenIdle();
    expect(agent.received).toEqual(["once"]);
  });

  test("subscriptions may be added and removed between start and stop", async () => {
    const runtime = new SingleThreadedAgentRuntime();
    const agent = new Recorder();
    await runtime.registerFactory("a", () => agent);
    const publish = async (type: string): Promise<number> => {
      runtime.start();
      await runtime.publishMessage("x", new TopicId(type, "default"));
      await runtime.stopWhenIdle();
      return agent.received.length;
    };
    expect(await publish("default")).toBe(0);
    const first = new TypeSubscription("default", "a");
    await runtime.addSubscription(first);
    expect(await publish("default")).toBe(1);
    expect(await publish("other")).toBe(1);
    await runtime.addSubscription(new TypeSubscription("other", "a"));
    expect(await publish("other")).toBe(2);
    await runtime.removeSubscription(first.id);
    expect(await publish("default")).toBe(2);
    expect(await publish("other")).toBe(3);
    await expect(runtime.removeSubscription(first.id)).rejects.toThrow(/^Subscription does not exist/);
    expect(runtime.subscriptions).toHaveLength(1);
  });

  test("cascade: 5 agents republish until round 5, 5 initial messages, each agent counts exactly 1705 calls", async () => {
    const runtime = new SingleThreadedAgentRuntime();
    const agents = Array.from(
      { length: 5 },
      () =>
        new Recorder(async (round, context) => {
          if (Number(round) < 5) await context.publish(Number(round) + 1, new DefaultTopicId());
        }),
    );
    for (const [index, agent] of agents.entries()) {
      await runtime.registerFactory(`agent${index}`, () => agent);
      await runtime.addSubscription(new TypeSubscription("default", `agent${index}`));
    }
    runtime.start();
    for (let index = 0; index < 5; index += 1) await runtime.publishMessage(1, new DefaultTopicId());
    await runtime.stopWhenIdle();
    expect(agents.map(({ received }) => received.length)).toEqual([1705, 1705, 1705, 1705, 1705]);
  });
});

describe("the context of a handler", () => {
  async function contextOf(send: (runtime: SingleThreadedAgentRuntime) => Promise<unknown>): Promise<MessageContext> {
    const runtime = new SingleThreadedAgentRuntime();
    const got = deferred<MessageContext>();
    await runtime.registerFactory("a", () => new Recorder((_message, context) => got.resolve(context)));
    await runtime.addSubscription(new TypeSubscription("t", "a"));
    runtime.start();
    await send(runtime);
    const context = await got.promise;
    await runtime.stopWhenIdle();
    return context;
  }

  test("a direct message: isRpc, no topic, the caller's message id or a UUID", async () => {
    const sender = new AgentId("me", "x");
    const context = await contextOf((runtime) =>
      runtime.sendMessage(1, new AgentId("a", "k"), { sender, messageId: "m1" }),
    );
    expect(context).toMatchObject({ isRpc: true, topicId: undefined, sender, messageId: "m1" });
    const other = await contextOf((runtime) => runtime.sendMessage(1, new AgentId("a", "k")));
    expect(other.sender).toBeUndefined();
    expect(other.messageId).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(other.messageId).toBe(other.messageId);
  });

  test("a published one: not isRpc, the topic, the publisher's message id", async () => {
    const topicId = new TopicId("t", "k");
    const context = await contextOf((runtime) => runtime.publishMessage(1, topicId, { messageId: "m2" }));
    expect(context).toMatchObject({ isRpc: false, topicId, messageId: "m2", sender: undefined });
  });

  test("without a run the handler gets a plain context with the sender's signal", async () => {
    const { signal } = new AbortController();
    const context = await contextOf((runtime) => runtime.sendMessage(1, new AgentId("a", "k"), { signal }));
    expect(context.run).toMatchObject({ runId: "", session: undefined, signal });
  });
});
