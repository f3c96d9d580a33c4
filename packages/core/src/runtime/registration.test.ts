import { describe, expect, test } from "vitest";
import { AgentInstantiationContext } from "../agents/agent-instantiation-context.ts";
import { AgentId } from "../identifiers/agent-id.ts";
import { AgentType } from "../identifiers/agent-type.ts";
import { DefaultTopicId } from "../identifiers/default-topic-id.ts";
import { TypeSubscription } from "../subscriptions/type-subscription.ts";
import { AgentNotFoundError } from "./exceptions.ts";
import { SingleThreadedAgentRuntime } from "./single-threaded-agent-runtime.ts";
import { Counter, deferred, Recorder, rejectionOf, settled } from "./testing/agents.ts";

describe("factories", () => {
  test("a factory sees its id in AgentInstantiationContext and the built agent reports it", async () => {
    const runtime = new SingleThreadedAgentRuntime();
    const seen: unknown[] = [];
    const type = await runtime.registerFactory("name", async (context) => {
      await settled();
      seen.push(context, AgentInstantiationContext.currentAgentId(), AgentInstantiationContext.currentRuntime());
      return new Counter();
    });
    expect(type).toEqual(new AgentType("name"));
    const id = await runtime.get(type, "k", { lazy: false });
    const agent = await runtime.tryGetUnderlyingAgentInstance(id, Counter);
    expect(seen).toEqual([{ runtime, agentId: id }, id, runtime]);
    expect([agent.id.toString(), agent.runtime]).toEqual(["name/k", runtime]);
    expect(AgentInstantiationContext.isInFactoryCall()).toBe(false);
  });

  test("a second registration of a type fails", async () => {
    const runtime = new SingleThreadedAgentRuntime();
    await runtime.registerFactory("name", () => new Counter());
    await expect(runtime.registerFactory("name", () => new Counter())).rejects.toThrow(
      "Agent with type name already exists.",
    );
  });

  test("a bad type is refused at registration", async () => {
    const runtime = new SingleThreadedAgentRuntime();
    await expect(runtime.registerFactory("a b", () => new Counter())).rejects.toThrow("Invalid agent type: a b");
    await expect(runtime.registerFactory("a", undefined as never)).rejects.toThrow("must be a function");
  });

  test("get is lazy: nothing is made and no type is checked", async () => {
    const runtime = new SingleThreadedAgentRuntime();
    expect((await runtime.get("nobody")).toString()).toBe("nobody/default");
    const id = new AgentId("nobody", "k");
    expect(await runtime.get(id)).toBe(id);
    await expect(runtime.get(id, undefined, { lazy: false })).rejects.toThrow("Agent with name nobody not found");
  });

  test("looking at an agent of an unknown type, or of another class, fails", async () => {
    const runtime = new SingleThreadedAgentRuntime();
    await runtime.registerFactory("name", () => new Counter());
    const unknown = new AgentId("nobody", "k");
    for (const call of [
      runtime.tryGetUnderlyingAgentInstance(unknown),
      runtime.agentMetadata(unknown),
      runtime.agentSaveState(unknown),
      runtime.agentLoadState(unknown, {}),
    ]) {
      expect(await rejectionOf(call)).toBeInstanceOf(AgentNotFoundError);
    }
    const id = new AgentId("name", "k");
    await expect(runtime.tryGetUnderlyingAgentInstance(id, Recorder)).rejects.toThrow(
      "Agent name/k is a Counter, not a Recorder.",
    );
    expect(await runtime.agentMetadata(id)).toEqual({ type: "name", key: "k", description: "counts" });
  });
});

describe("instances", () => {
  test("name/default and name/notdefault are fine and retrievable by identity", async () => {
    const runtime = new SingleThreadedAgentRuntime();
    const agents = [new Counter(), new Counter()] as const;
    const ids = [new AgentId("name", "default"), new AgentId("name", "notdefault")] as const;
    await runtime.registerAgentInstance(agents[0], ids[0]);
    await runtime.registerAgentInstance(agents[1], ids[1]);
    expect(await runtime.tryGetUnderlyingAgentInstance(ids[0])).toBe(agents[0]);
    expect(await runtime.tryGetUnderlyingAgentInstance(ids[1])).toBe(agents[1]);
  });

  test("a duplicate id, another class under the type, and a factory after an instance fail; so does the reverse", async () => {
    const runtime = new SingleThreadedAgentRuntime();
    const id = new AgentId("name", "default");
    await runtime.registerAgentInstance(new Counter(), id);
    await expect(runtime.registerAgentInstance(new Counter(), id)).rejects.toThrow(
      "Agent with id name/default already exists.",
    );
    await expect(runtime.registerAgentInstance(new Recorder(), new AgentId("name", "b"))).rejects.toThrow(
      "Agent instances must be the same object type.",
    );
    await expect(runtime.registerFactory("name", () => new Counter())).rejects.toThrow(
      "Agent with type name already exists.",
    );
    await runtime.registerFactory("made", () => new Counter());
    await expect(runtime.registerAgentInstance(new Counter(), new AgentId("made", "x"))).rejects.toThrow(
      "Agent factories and agent instances cannot be registered to the same type.",
    );
  });

  test("one that is bound elsewhere is refused and leaves nothing behind", async () => {
    const runtime = new SingleThreadedAgentRuntime();
    const agent = new Counter();
    await runtime.registerAgentInstance(agent, new AgentId("name", "a"));
    await expect(runtime.registerAgentInstance(agent, new AgentId("other", "b"))).rejects.toThrow(
      "Agent is already bound to a different ID",
    );
    await runtime.registerFactory("other", () => new Counter());
    await expect(
      new SingleThreadedAgentRuntime().registerAgentInstance(agent, new AgentId("name", "a")),
    ).rejects.toThrow("Agent is already bound to a different runtime");
  });
});

describe("unregister", () => {
  test("removes the factory, closes the instances and removes the subscriptions", async () => {
    const runtime = new SingleThreadedAgentRuntime();
    const agent = new Recorder();
    await runtime.registerFactory("name", () => agent);
    await runtime.addSubscription(new TypeSubscription("default", "name"));
    await runtime.addSubscription(new TypeSubscription("default", "other"));
    runtime.start();
    await runtime.publishMessage("x", new DefaultTopicId());
    await settled();
    await runtime.unregister("name");
    expect(agent.closed).toBe(1);
    expect(runtime.subscriptions).toHaveLength(1);
    await expect(runtime.sendMessage("y", new AgentId("name", "default"))).rejects.toThrow("Recipient not found");
    await expect(runtime.unregister("name")).rejects.toThrow("Agent with name name not found.");
    await runtime.registerFactory("name", () => new Recorder((message) => message));
    expect(await runtime.sendMessage("z", new AgentId("name", "default"))).toBe("z");
    await runtime.stopWhenIdle();
  });

  test("while an agent of the type is being made: the agent is closed, its messages are undeliverable", async () => {
    const runtime = new SingleThreadedAgentRuntime();
    const gate = deferred();
    const agent = new Recorder();
    await runtime.registerFactory("name", () => gate.promise.then(() => agent));
    runtime.start();
    const answer = rejectionOf(runtime.sendMessage("x", new AgentId("name", "k")));
    await settled();
    await runtime.unregister("name");
    gate.resolve();
    expect(await answer).toBeInstanceOf(AgentNotFoundError);
    await runtime.stopWhenIdle();
    expect(agent.closed).toBe(1);
    expect(agent.received).toEqual([]);
  });

  test("a type that is registered again while an agent of the old one is being made gets an agent of its own", async () => {
    const runtime = new SingleThreadedAgentRuntime();
    const gate = deferred();
    await runtime.registerFactory("name", () => gate.promise.then(() => new Recorder(() => "old")));
    runtime.start();
    const id = new AgentId("name", "k");
    const old = rejectionOf(runtime.sendMessage("x", id));
    await settled();
    await runtime.unregister("name");
    await runtime.registerFactory("name", () => new Recorder(() => "new"));
    expect(await runtime.sendMessage("y", id)).toBe("new");
    gate.resolve();
    expect(await old).toBeInstanceOf(AgentNotFoundError);
    expect(await runtime.sendMessage("z", id)).toBe("new");
    await runtime.stopWhenIdle();
  });

  test("messages that are queued for the type, or wait for their turn, are undeliverable", async () => {
    const runtime = new SingleThreadedAgentRuntime({ concurrency: 1, ignoreUnhandledExceptions: false });
    const gate = deferred();
    await runtime.registerFactory("name", () => new Recorder(() => gate.promise));
    await runtime.addSubscription(new TypeSubscription("default", "name"));
    runtime.start();
    const id = new AgentId("name", "default");
    const first = runtime.sendMessage(1, id);
    const waiting = rejectionOf(runtime.sendMessage(2, id));
    await runtime.publishMessage(3, new DefaultTopicId());
    await settled();
    const queued = rejectionOf(runtime.sendMessage(4, id));
    await runtime.unregister("name");
    expect(await waiting).toMatchObject({ code: "ERR_UNDELIVERABLE" });
    expect(await queued).toMatchObject({ code: "ERR_UNDELIVERABLE" });
    gate.resolve();
    await first;
    await runtime.stopWhenIdle();
  });
});
