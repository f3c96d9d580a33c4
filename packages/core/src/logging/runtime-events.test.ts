import { describe, expect, test } from "vitest";
import { AgentId } from "../identifiers/agent-id.ts";
import { TopicId } from "../identifiers/topic-id.ts";
import { defineMessage } from "../messages/define-message.ts";
import { SingleThreadedAgentRuntime } from "../runtime/single-threaded-agent-runtime.ts";
import { Recorder, rejectionOf } from "../runtime/testing/agents.ts";
import { TypeSubscription } from "../subscriptions/type-subscription.ts";
import { logEventToJson } from "./log-event-json.ts";
import { eventSink } from "./log-sink.ts";
import type { JsonObject } from "../json.ts";

const Ask = defineMessage<{ readonly text: string }>("Ask");

async function eventsOf(
  send: (runtime: SingleThreadedAgentRuntime) => Promise<unknown>,
): Promise<readonly JsonObject[]> {
  const events: JsonObject[] = [];
  const runtime = new SingleThreadedAgentRuntime({ log: eventSink((event) => events.push(logEventToJson(event))) });
  runtime.addMessageSerializer(Ask.serializers);
  await runtime.registerFactory(
    "a",
    () =>
      new Recorder((message) => {
        if (Ask.is(message) && message.text === "bad") throw new Error("refused");
        return Ask({ text: "answer" });
      }),
  );
  await runtime.addSubscription(new TypeSubscription("news", "a"));
  runtime.start();
  await send(runtime);
  await runtime.stopWhenIdle();
  return events;
}

describe("exact JSON keys and texts", () => {
  test("of one send from outside: DIRECT/SEND, DIRECT/DELIVER, RESPOND/SEND, RESPOND/DELIVER", async () => {
    const events = await eventsOf((runtime) => runtime.sendMessage(Ask({ text: "é" }), new AgentId("a", "k")));
    const direct = {
      type: "Message",
      payload: '{"text":"é"}',
      sender: null,
      receiver: "a/k",
      kind: "MessageKind.DIRECT",
    };
    const answer = {
      type: "Message",
      payload: '{"text":"answer"}',
      sender: "a/k",
      receiver: null,
      kind: "MessageKind.RESPOND",
    };
    expect(events).toStrictEqual([
      { ...direct, delivery_stage: "DeliveryStage.SEND" },
      { ...direct, delivery_stage: "DeliveryStage.DELIVER" },
      { ...answer, delivery_stage: "DeliveryStage.SEND" },
      { ...answer, delivery_stage: "DeliveryStage.DELIVER" },
    ]);
  });

  test("of one publish: PUBLISH/SEND to the topic, then PUBLISH/DELIVER to each agent", async () => {
    const sender = new AgentId("me", "x");
    const events = await eventsOf((runtime) =>
      runtime.publishMessage(Ask({ text: "n" }), new TopicId("news", "k"), { sender }),
    );
    const published = { type: "Message", payload: '{"text":"n"}', sender: "me/x", kind: "MessageKind.PUBLISH" };
    expect(events).toStrictEqual([
      { ...published, receiver: "news/k", delivery_stage: "DeliveryStage.SEND" },
      { ...published, receiver: "a/k", delivery_stage: "DeliveryStage.DELIVER" },
    ]);
  });

  test("of a handler that throws", async () => {
    const events = await eventsOf((runtime) =>
      rejectionOf(runtime.sendMessage(Ask({ text: "bad" }), new AgentId("a", "k"))),
    );
    expect(events.at(-1)).toStrictEqual({
      type: "MessageHandlerException",
      payload: '{"text":"bad"}',
      handling_agent: "a/k",
      exception: "refused",
    });
  });

  test("a message that is not JSON: Message could not be serialized", async () => {
    const cyclic: { self?: unknown } = {};
    cyclic.self = cyclic;
    const events = await eventsOf((runtime) => runtime.sendMessage(cyclic, new AgentId("a", "k")));
    expect(events[0]).toMatchObject({ payload: "Message could not be serialized" });
  });
});

test("a sink that throws disturbs nothing", async () => {
  const runtime = new SingleThreadedAgentRuntime({
    log: {
      write: () => {
        throw new Error("disk full");
      },
    },
  });
  await runtime.registerFactory("a", () => new Recorder((message) => message));
  runtime.start();
  expect(await runtime.sendMessage("x", new AgentId("a", "k"))).toBe("x");
  await runtime.stopWhenIdle();
});
