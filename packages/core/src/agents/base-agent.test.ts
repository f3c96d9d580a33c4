import { describe, expect, test } from "vitest";
import { AgentId } from "../identifiers/agent-id.ts";
import { TopicId } from "../identifiers/topic-id.ts";
import { defineMessage } from "../messages/define-message.ts";
import { SingleThreadedAgentRuntime } from "../runtime/single-threaded-agent-runtime.ts";
import { deferred, Recorder, rejectionOf, settled } from "../runtime/testing/agents.ts";
import { DefaultSubscription } from "../subscriptions/default-subscription.ts";
import { TypeSubscription } from "../subscriptions/type-subscription.ts";
import type { Subscription } from "../subscriptions/subscription.ts";
import { AgentInstantiationContext } from "./agent-instantiation-context.ts";
import { BaseAgent } from "./base-agent.ts";
import type { HandledType } from "./handled-type.ts";
import type { ClassSubscriptions } from "./register-agent.ts";

const Greeting = defineMessage<{ readonly text: string }>("Greeting");

class Subscribed extends Recorder {
  static override readonly subscriptions: ClassSubscriptions = async ({ agentType }) => [
    new DefaultSubscription(),
    new TypeSubscription("more", agentType),
  ];
  static override readonly handles: readonly HandledType[] = [Greeting];
}

const topics = (subscriptions: readonly Subscription[]): string[] =>
  subscriptions.map((subscription) => `${Reflect.get(subscription, "topic")} -> ${subscription.agentType}`);

describe("making an agent", () => {
  test("the constructor inside a populated AgentInstantiationContext gets that runtime and id", () => {
    const runtime = new SingleThreadedAgentRuntime();
    const agentId = new AgentId("a", "k");
    const agent = AgentInstantiationContext.populateContext({ runtime, agentId }, () => new Recorder());
    expect([agent.id, agent.runtime, agent.type]).toEqual([agentId, runtime, "a"]);
    expect(agent.metadata).toEqual({ type: "a", key: "k", description: "records" });
  });

  test("outside of it there is no id and no runtime until it is bound, and the error says what to do", () => {
    const agent = new Recorder();
    expect(() => agent.id).toThrow("The agent has no id yet. Make it in a factory");
    expect(() => agent.runtime).toThrow("The agent has no runtime yet.");
  });

  test("a description that is no string is refused", () => {
    class Bad extends BaseAgent {
      constructor() {
        super(7 as never);
      }
      override onMessageImpl(): void {}
    }
    expect(() => new Bad()).toThrow("The description of an agent must be a string, got number.");
  });

  test("binding again to the same values is fine, to others an error", () => {
    const agent = new Recorder();
    const runtime = new SingleThreadedAgentRuntime();
    agent.bindIdAndRuntime(new AgentId("a", "k"), runtime);
    agent.bindIdAndRuntime(new AgentId("a", "k"), runtime);
    expect(() => agent.bindIdAndRuntime(new AgentId("a", "l"), runtime)).toThrow(
      "Agent is already bound to a different ID",
    );
    expect(() => agent.bindIdAndRuntime(new AgentId("a", "k"), new SingleThreadedAgentRuntime())).toThrow(
      "Agent is already bound to a different runtime",
    );
  });
});

describe("register", () => {
  test("registers the factory, the class subscriptions, the direct-message channel and the serializers", async () => {
    const runtime = new SingleThreadedAgentRuntime();
    const type = await Subscribed.register(runtime, "a", () => new Subscribed());
    expect(type.type).toBe("a");
    expect(topics(runtime.subscriptions)).toEqual(["default -> a", "more -> a", "a: -> a"]);
    expect(runtime.serializers.isRegistered("Greeting", "application/json")).toBe(true);
  });

  test("skipClassSubscriptions: the declared subscriptions are absent; skipDirectMessageSubscription likewise", async () => {
    const runtime = new SingleThreadedAgentRuntime();
    await Subscribed.register(runtime, "a", () => new Subscribed(), { skipClassSubscriptions: true });
    expect(topics(runtime.subscriptions)).toEqual(["a: -> a"]);
    await Subscribed.register(runtime, "b", () => new Subscribed(), { skipDirectMessageSubscription: true });
    expect(topics(runtime.subscriptions)).toEqual(["a: -> a", "default -> b", "more -> b"]);
  });

  test("class subscriptions are not inherited", async () => {
    class Sub extends Subscribed {}
    const runtime = new SingleThreadedAgentRuntime();
    await Sub.register(runtime, "a", () => new Sub());
    expect(topics(runtime.subscriptions)).toEqual(["a: -> a"]);
  });

  test("a handled type without serializer fails before anything is registered", async () => {
    class Bad extends Recorder {
      static override readonly handles: readonly HandledType[] = [String as never];
    }
    const runtime = new SingleThreadedAgentRuntime();
    await expect(Bad.register(runtime, "a", () => new Bad())).rejects.toThrow(
      "No serializer found for the message type String.",
    );
    expect(runtime.subscriptions).toEqual([]);
    await Recorder.register(runtime, "a", () => new Recorder());
  });

  test("when a subscription is refused nothing stays registered but what was there before", async () => {
    const runtime = new SingleThreadedAgentRuntime();
    await runtime.addSubscription(new TypeSubscription("more", "a"));
    await expect(Subscribed.register(runtime, "a", () => new Subscribed())).rejects.toThrow(
      /^Subscription already exists/,
    );
    expect(topics(runtime.subscriptions)).toEqual(["more -> a"]);
    await Recorder.register(runtime, "a", () => new Recorder());
  });

  test("the direct-message channel reaches the agent whose key is the source", async () => {
    const runtime = new SingleThreadedAgentRuntime();
    const agents: Recorder[] = [];
    await Recorder.register(runtime, "a", () => {
      const agent = new Recorder();
      agents.push(agent);
      return agent;
    });
    runtime.start();
    await runtime.publishMessage("direct", new TopicId("a:rpc_response=7", "k"));
    await runtime.publishMessage("not for a", new TopicId("ab:x", "k"));
    await runtime.stopWhenIdle();
    expect(agents.map(({ id, received }) => [`${id}`, received])).toEqual([["a/k", ["direct"]]]);
  });
});

describe("registerInstance", () => {
  test("subscribes to the topic type that is equal to its key, and to the direct-message channel, once a type", async () => {
    const runtime = new SingleThreadedAgentRuntime();
    const agents = [new Subscribed(), new Subscribed()] as const;
    await agents[0].registerInstance(runtime, new AgentId("a", "one"));
    await agents[1].registerInstance(runtime, new AgentId("a", "two"));
    expect(topics(runtime.subscriptions)).toEqual(["one -> a", "a: -> a", "two -> a"]);
    runtime.start();
    await runtime.publishMessage("x", new TopicId("two", "two"));
    await runtime.stopWhenIdle();
    expect([agents[0].received, agents[1].received]).toEqual([[], ["x"]]);
  });

  test("class subscriptions only when asked for", async () => {
    const runtime = new SingleThreadedAgentRuntime();
    const options = { skipClassSubscriptions: false, skipDirectMessageSubscription: true };
    await new Subscribed().registerInstance(runtime, new AgentId("a", "k"), options);
    expect(topics(runtime.subscriptions)).toEqual(["k -> a", "default -> a", "more -> a"]);
  });
});

describe("sending", () => {
  test("an agent sends and publishes as itself, with the message id that it gives", async () => {
    const runtime = new SingleThreadedAgentRuntime();
    const got: unknown[] = [];
    await runtime.registerFactory(
      "b",
      () => new Recorder((_message, { sender, messageId }) => void got.push(`${sender}`, messageId)),
    );
    await runtime.addSubscription(new TypeSubscription("t", "b"));
    const agent = new Recorder();
    const id = new AgentId("a", "k");
    await runtime.registerAgentInstance(agent, id);
    runtime.start();
    await agent.sendMessage("x", new AgentId("b", "k"), { messageId: "m1" });
    await agent.publishMessage("x", new TopicId("t", "k"), { messageId: "m2" });
    await runtime.stopWhenIdle();
    expect(got).toEqual(["a/k", "m1", "a/k", "m2"]);
  });

  test("context.send and context.publish pass the run and the signal on", async () => {
    const runtime = new SingleThreadedAgentRuntime();
    const signals: (AbortSignal | undefined)[] = [];
    await runtime.registerFactory(
      "a",
      () =>
        new Recorder(async (_message, context) => {
          await context.send("x", new AgentId("b", "k"));
          await context.publish("x", new TopicId("t", "k"));
        }),
    );
    await runtime.registerFactory("b", () => new Recorder((_message, { signal }) => void signals.push(signal)));
    await runtime.addSubscription(new TypeSubscription("t", "b"));
    runtime.start();
    const { signal } = new AbortController();
    await runtime.sendMessage("go", new AgentId("a", "k"), { signal });
    await runtime.stopWhenIdle();
    expect(signals).toEqual([signal, signal]);
  });
});

test("the default saveState gives {} and loadState does nothing; both warn", async () => {
  class Plain extends BaseAgent {
    constructor() {
      super("plain");
    }
    override onMessageImpl(): void {}
  }
  const codes: unknown[] = [];
  const both = deferred();
  const listen = (warning: Error): void => {
    codes.push(Reflect.get(warning, "code"));
    if (codes.length === 2) both.resolve();
  };
  process.on("warning", listen);
  const agent = new Plain();
  expect(await agent.saveState()).toEqual({});
  await agent.loadState({ some: "state" });
  await both.promise;
  process.off("warning", listen);
  expect(codes).toEqual(["TESSERAE_STATE_NOT_SAVED", "TESSERAE_STATE_NOT_LOADED"]);
  await agent.close();
  await settled();
  expect(await rejectionOf((async () => agent.id)())).toBeInstanceOf(Error);
});
