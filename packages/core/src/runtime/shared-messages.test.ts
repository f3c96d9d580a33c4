import { describe, expect, test } from "vitest";
import { AgentId } from "../identifiers/agent-id.ts";
import { DefaultTopicId } from "../identifiers/default-topic-id.ts";
import { TypeSubscription } from "../subscriptions/type-subscription.ts";
import { cloneMessage, deepFreeze } from "./message-guards.ts";
import { SingleThreadedAgentRuntime, type SingleThreadedAgentRuntimeOptions } from "./single-threaded-agent-runtime.ts";
import { Recorder } from "./testing/agents.ts";

class Note {
  static readonly typeName = "Note";
  readonly lines: string[];

  constructor(lines: string[]) {
    this.lines = lines;
  }

  first(): string | undefined {
    return this.lines[0];
  }
}

async function receivedBy(message: unknown, options: SingleThreadedAgentRuntimeOptions): Promise<readonly unknown[]> {
  const runtime = new SingleThreadedAgentRuntime(options);
  const agents = [new Recorder(), new Recorder()];
  for (const [index, agent] of agents.entries()) {
    await runtime.registerFactory(`a${index}`, () => agent);
    await runtime.addSubscription(new TypeSubscription("default", `a${index}`));
  }
  runtime.start();
  await runtime.publishMessage(message, new DefaultTopicId());
  await runtime.stopWhenIdle();
  return agents.map(({ received }) => received[0]);
}

test("a message travels by reference", async () => {
  const message = { type: "x", list: [1] };
  const [first, second] = await receivedBy(message, {});
  expect(first).toBe(message);
  expect(second).toBe(message);
});

test("freezeMessages freezes a message deeply when it is sent", async () => {
  const message = { type: "x", list: [{ deep: 1 }] };
  const [first] = await receivedBy(message, { freezeMessages: true });
  expect(first).toBe(message);
  expect(Object.isFrozen(message.list[0])).toBe(true);
});

test("cloneMessages gives each recipient its own copy", async () => {
  const message = { type: "x", list: [{ deep: 1 }] };
  const [first, second] = await receivedBy(message, { cloneMessages: true });
  expect(first).toEqual(message);
  expect(first).not.toBe(message);
  expect(first).not.toBe(second);
});

describe("deepFreeze", () => {
  test("goes through what is frozen on the outside only, and through cycles", () => {
    const inner: { value: number; outer?: unknown } = { value: 1 };
    const message = Object.freeze({ inner });
    inner.outer = message;
    deepFreeze(message);
    expect(Object.isFrozen(inner)).toBe(true);
  });

  test("leaves bytes, maps and the objects of other classes as they are", () => {
    const client = new (class {
      calls = 0;
    })();
    deepFreeze({ bytes: new Uint8Array(2), client, signal: new AbortController().signal });
    client.calls += 1;
    expect(client.calls).toBe(1);
  });
});

describe("cloneMessage", () => {
  test("keeps message classes, maps, sets, dates, bytes, and shares what it cannot copy", () => {
    const id = new AgentId("a", "k");
    const message = {
      note: new Note(["hello"]),
      map: new Map([["k", { v: 1 }]]),
      set: new Set([1]),
      at: new Date(5),
      bytes: Uint8Array.of(1, 2),
      id,
    };
    const copy = cloneMessage(message) as typeof message;
    expect(copy).toEqual(message);
    expect(copy.note).not.toBe(message.note);
    expect(copy.note.first()).toBe("hello");
    expect(copy.map.get("k")).not.toBe(message.map.get("k"));
    expect(copy.id).toBe(id);
    expect(copy.id.toString()).toBe("a/k");
  });

  test("keeps cycles", () => {
    const message: { self?: unknown } = {};
    message.self = message;
    const copy = cloneMessage(message) as { self?: unknown };
    expect(copy.self).toBe(copy);
  });
});
