import { describe, expect, test } from "vitest";
import { AgentId } from "../identifiers/agent-id.ts";
import { AgentType } from "../identifiers/agent-type.ts";
import { TopicId } from "../identifiers/topic-id.ts";
import { CantHandleException } from "../runtime/exceptions.ts";
import { DefaultSubscription } from "./default-subscription.ts";
import type { Subscription } from "./subscription.ts";
import { SubscriptionInstantiationContext } from "./subscription-instantiation-context.ts";
import { SubscriptionManager } from "./subscription-manager.ts";
import { TypePrefixSubscription } from "./type-prefix-subscription.ts";
import { TypeSubscription } from "./type-subscription.ts";

const topic = (text: string): TopicId => TopicId.fromString(text);

describe("TypeSubscription", () => {
  const subscription = new TypeSubscription("t1", "a1");

  test("t1 to a1: no match for t0/s1, match for t1/s1 and t1/s2", () => {
    expect(subscription.isMatch(topic("t0/s1"))).toBe(false);
    expect(subscription.isMatch(topic("t1/s1"))).toBe(true);
    expect(subscription.isMatch(topic("t1/s2"))).toBe(true);
  });

  test("maps to a1/s1; mapping t0 fails", () => {
    expect(subscription.mapToAgent(topic("t1/s1")).equals(new AgentId("a1", "s1"))).toBe(true);
    expect(() => subscription.mapToAgent(topic("t0/s1"))).toThrow(CantHandleException);
  });

  test("is equal to one of the same id, and to one of the same topic and agent type", () => {
    expect(subscription.equals(new TypeSubscription("t1", "a1"))).toBe(true);
    expect(subscription.equals(new TypeSubscription("t1", "a2"))).toBe(false);
    expect(subscription.equals(new TypeSubscription("t9", "a9", { id: subscription.id }))).toBe(true);
  });

  test("never equals a TypePrefixSubscription of the same text", () => {
    expect(subscription.equals(new TypePrefixSubscription("t1", "a1"))).toBe(false);
  });

  test("refuses a topic type that no topic can have", () => {
    for (const type of ["a b", "", "a/b"]) expect(() => new TypeSubscription(type, "a")).toThrow(/Invalid topic type/);
  });

  test("refuses a bad agent type", () => {
    expect(() => new TypeSubscription("t", "a b")).toThrow("Invalid agent type: a b");
  });
});

test("a prefix subscription to t1 matches t1SUFFIX", () => {
  const subscription = new TypePrefixSubscription("t1", "a1");
  expect(subscription.isMatch(topic("t1SUFFIX/s"))).toBe(true);
  expect(subscription.isMatch(topic("0t1/s"))).toBe(false);
  expect(subscription.mapToAgent(topic("t1SUFFIX/s")).toString()).toBe("a1/s");
});

describe("DefaultSubscription", () => {
  test("takes the agent type that is being registered", () => {
    const made = SubscriptionInstantiationContext.populateContext(new AgentType("a"), () => new DefaultSubscription());
    expect(made).toMatchObject({ topicType: "default", agentType: "a" });
  });

  test("without agent type and outside of a registration fails", () => {
    expect(() => new DefaultSubscription()).toThrow(CantHandleException);
  });

  test("equals an equivalent TypeSubscription", () => {
    const made = new DefaultSubscription({ agentType: "a" });
    expect(made.equals(new TypeSubscription("default", "a"))).toBe(true);
    expect(new TypeSubscription("default", "a").equals(made)).toBe(true);
  });
});

test("no instantiation context can be instantiated, and outside there is none", () => {
  expect(() => new SubscriptionInstantiationContext()).toThrow("cannot be instantiated");
  expect(() => SubscriptionInstantiationContext.agentType()).toThrow("must be called while");
});

describe("SubscriptionManager", () => {
  test("duplicate TypeSubscription and equal DefaultSubscription are both refused", () => {
    const manager = new SubscriptionManager();
    manager.add(new TypeSubscription("default", "a"));
    expect(() => manager.add(new TypeSubscription("default", "a"))).toThrow(/^Subscription already exists/);
    expect(() => manager.add(new DefaultSubscription({ agentType: "a" }))).toThrow(/^Subscription already exists/);
  });

  test("what is no subscription is refused", () => {
    for (const value of [undefined, {}, "topic"]) {
      expect(() => new SubscriptionManager().add(value as never)).toThrow(/an object with isMatch and mapToAgent/);
    }
  });

  test("a chosen id is refused the second time", () => {
    const manager = new SubscriptionManager();
    manager.add(new TypeSubscription("t", "a", { id: "mine" }));
    expect(() => manager.add(new TypeSubscription("u", "b", { id: "mine" }))).toThrow(/^Subscription already exists/);
  });

  test("removing an unknown id is refused", () => {
    expect(() => new SubscriptionManager().remove("none")).toThrow(/^Subscription does not exist/);
  });

  test("recipients come in the order in which subscriptions were added, whatever their kind", () => {
    const manager = new SubscriptionManager();
    manager.add(new TypePrefixSubscription("t", "c"));
    manager.add(new TypeSubscription("topic", "b"));
    manager.add(new TypePrefixSubscription("to", "a"));
    expect(manager.recipients(topic("topic/s")).map(String)).toEqual(["c/s", "b/s", "a/s"]);
  });

  test("two subscriptions that map a topic to one agent give it once, at its first place", () => {
    const manager = new SubscriptionManager();
    manager.add(new TypePrefixSubscription("a:", "a"));
    manager.add(new TypeSubscription("a:x", "b"));
    manager.add(new TypeSubscription("a:x", "a"));
    expect(manager.recipients(topic("a:x/s")).map(String)).toEqual(["a/s", "b/s"]);
  });

  test("recipients are computed again after each add and remove", () => {
    const manager = new SubscriptionManager();
    const first = new TypeSubscription("t", "a");
    manager.add(first);
    expect(manager.recipients(topic("t/s")).map(String)).toEqual(["a/s"]);
    manager.add(new TypeSubscription("t", "b"));
    expect(manager.recipients(topic("t/s")).map(String)).toEqual(["a/s", "b/s"]);
    manager.remove(first.id);
    expect(manager.recipients(topic("t/s")).map(String)).toEqual(["b/s"]);
    expect(manager.subscriptions).toHaveLength(1);
  });

  test("a million topics keep the cache bounded, and the busy ones stay in it", () => {
    const manager = new SubscriptionManager(100);
    manager.add(new TypeSubscription("t", "a"));
    const busy = manager.recipients(topic("t/busy"));
    for (let index = 0; index < 100_000; index += 1) {
      manager.recipients(topic(`t/${index}`));
      if (index % 10 === 0) expect(manager.recipients(topic("t/busy"))).toBe(busy);
    }
    expect(manager.cachedTopicCount).toBeLessThanOrEqual(200);
  });

  test("a user's own subscription is asked about every topic", () => {
    const own: Subscription = {
      id: "own",
      isMatch: ({ source }) => source.startsWith("vip"),
      mapToAgent: ({ source }) => new AgentId("concierge", source),
      equals: (other) => other.id === "own",
    };
    const manager = new SubscriptionManager();
    manager.add(own);
    expect(manager.recipients(topic("any/vip1")).map(String)).toEqual(["concierge/vip1"]);
    expect(manager.recipients(topic("any/other"))).toEqual([]);
    expect(() => manager.add({ ...own })).toThrow(/^Subscription already exists/);
  });

  test("a subclass that changes isMatch is found by what it matches", () => {
    class Both extends TypeSubscription {
      override isMatch({ type }: TopicId): boolean {
        return type === this.topicType || type === "other";
      }
    }
    const manager = new SubscriptionManager();
    manager.add(new Both("t", "a"));
    expect(manager.recipients(topic("other/s")).map(String)).toEqual(["a/s"]);
  });
});
