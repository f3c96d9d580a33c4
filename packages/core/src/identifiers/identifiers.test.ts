import { describe, expect, test } from "vitest";
import { MessageHandlerContext } from "../agents/message-handler-context.ts";
import { AgentId } from "./agent-id.ts";
import { AgentType } from "./agent-type.ts";
import { DefaultTopicId } from "./default-topic-id.ts";
import { TopicId } from "./topic-id.ts";

describe("AgentId", () => {
  test.each(["a.b-c_d", "1a", "Ünï", "a²"])("accepts the type %j", (type) => {
    expect(new AgentId(type, "k").toString()).toBe(`${type}/k`);
  });

  test.each(["", "a b", "a/b", "a:b", "a\n", "e\u0301"])("refuses the type %j", (type) => {
    expect(() => new AgentId(type, "k")).toThrow(`Invalid agent type: ${type}`);
  });

  test("takes any key, even the empty one or one with slashes", () => {
    expect(new AgentId("a", "").toString()).toBe("a/");
    expect(new AgentId("a", "b/c").key).toBe("b/c");
  });

  test("splits at the first slash", () => {
    expect(AgentId.fromString("a/b/c")).toMatchObject({ type: "a", key: "b/c" });
    expect(AgentId.fromString("a/")).toMatchObject({ type: "a", key: "" });
    expect(() => AgentId.fromString("bad")).toThrow("Invalid agent id: bad");
  });

  test("takes an AgentType and keeps its plain text", () => {
    expect(new AgentId(new AgentType("a"), "k").type).toBe("a");
  });

  test("is equal by value", () => {
    expect(new AgentId("a", "k").equals(new AgentId("a", "k"))).toBe(true);
    expect(new AgentId("a", "k").equals(new AgentId("a", "l"))).toBe(false);
  });

  test("refuses what is no text with an error that says so", () => {
    // @ts-expect-error a key must be a string
    expect(() => new AgentId("a", 7)).toThrow("Invalid agent key: expected a string, got number.");
  });
});

describe("AgentType", () => {
  test("refuses a bad type at once, not at the first AgentId", () => {
    expect(() => new AgentType("a b")).toThrow("Invalid agent type: a b");
  });

  test("is frozen and equal by value", () => {
    expect(Object.isFrozen(new AgentType("a"))).toBe(true);
    expect(new AgentType("a").equals(new AgentType("a"))).toBe(true);
    expect(`${new AgentType("a")}`).toBe("a");
  });
});

describe("TopicId", () => {
  test("accepts a:b=c", () => {
    expect(new TopicId("a:b=c", "s").toString()).toBe("a:b=c/s");
  });

  test.each(["", "a b", "a/b", "a\n"])("refuses the type %j", (type) => {
    expect(() => new TopicId(type, "s")).toThrow(`Invalid topic type: ${type}`);
  });

  test("splits at the first slash", () => {
    expect(TopicId.fromString("t/a/b")).toMatchObject({ type: "t", source: "a/b" });
    expect(() => TopicId.fromString("bad")).toThrow("Invalid topic id: bad");
  });
});

describe("DefaultTopicId", () => {
  test("is default/default outside a handler", () => {
    expect(new DefaultTopicId().toString()).toBe("default/default");
  });

  test("is default/sess1 inside the handler of x/sess1, also after an await", async () => {
    const inside = await MessageHandlerContext.populateContext(new AgentId("x", "sess1"), async () => {
      await Promise.resolve();
      return new DefaultTopicId();
    });
    expect(inside.toString()).toBe("default/sess1");
  });

  test("takes an explicit source before that of the handler", () => {
    const inside = MessageHandlerContext.populateContext(
      new AgentId("x", "sess1"),
      () => new DefaultTopicId({ source: "other" }),
    );
    expect(inside.toString()).toBe("default/other");
  });

  test("is equal to a TopicId of the same value", () => {
    expect(new DefaultTopicId().equals(new TopicId("default", "default"))).toBe(true);
    expect(new TopicId("default", "default").equals(new DefaultTopicId())).toBe(true);
  });
});
