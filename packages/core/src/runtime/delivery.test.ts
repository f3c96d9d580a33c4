import { tracingChannel } from "node:diagnostics_channel";
import type { DeliveryPayload } from "@tesserae/wire/channels";
import fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import { AgentId } from "../identifiers/agent-id.ts";
import { TopicId } from "../identifiers/topic-id.ts";
import { DropMessage } from "../intervention/intervention-handler.ts";
import { recordTo } from "../journal/journals.ts";
import { MemoryJournalStore } from "../journal/memory-store.ts";
import { openRun } from "../run/open-run.ts";
import { TypeSubscription } from "../subscriptions/type-subscription.ts";
import { SingleThreadedAgentRuntime } from "./single-threaded-agent-runtime.ts";
import { Recorder, deferred, rejectionOf, type Handle } from "./testing/agents.ts";

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const each of undo.splice(0)) await each();
});

/** The payloads that are published, in the order of their starts and of their ends. */
function listen(): { readonly started: DeliveryPayload[]; readonly ended: DeliveryPayload[] } {
  const started: DeliveryPayload[] = [];
  const ended: DeliveryPayload[] = [];
  // The channel carries nothing else.
  const handlers = {
    start: (payload: unknown) => void started.push(payload as DeliveryPayload),
    asyncEnd: (payload: unknown) => void ended.push(payload as DeliveryPayload),
  };
  const { start, asyncEnd } = tracingChannel("tesserae:delivery");
  start.subscribe(handlers.start);
  asyncEnd.subscribe(handlers.asyncEnd);
  undo.push(() => {
    start.unsubscribe(handlers.start);
    asyncEnd.unsubscribe(handlers.asyncEnd);
  });
  return { started, ended };
}

async function runtimeWith(
  agents: { readonly [type: string]: Handle },
  options?: ConstructorParameters<typeof SingleThreadedAgentRuntime>[0],
): Promise<SingleThreadedAgentRuntime> {
  const runtime = new SingleThreadedAgentRuntime(options);
  undo.push(() => runtime.close());
  for (const [type, handle] of Object.entries(agents)) {
    await runtime.registerFactory(type, () => new Recorder(handle));
    await runtime.addSubscription(new TypeSubscription("news", type));
  }
  runtime.start();
  return runtime;
}

const stages = (payloads: readonly DeliveryPayload[]): readonly string[] => payloads.map(({ stage }) => stage);

describe("who listens to deliveries", () => {
  test("is told of each stage, and of what it belongs to", async () => {
    const { started, ended } = listen();
    const runtime = await runtimeWith({ asked: () => "answer" });
    await runtime.sendMessage({ type: "Question" }, new AgentId("asked", "k"));
    expect(stages(started)).toEqual(["create", "send", "process", "ack"]);
    expect(stages(ended)).toEqual(["process", "send", "ack", "create"]);
    const [create, send, process, ack] = started;
    expect([send?.origin, process?.origin, process?.within, ack?.origin]).toEqual([create, create, send, send]);
    expect([create?.origin, create?.within, send?.within]).toEqual([null, null, null]);
    expect(process).toMatchObject({
      runtime: "SingleThreadedAgentRuntime",
      messageType: "Question",
      sender: null,
      recipient: { id: "asked/k", type: "asked", className: "Recorder" },
      topic: null,
      durationMs: expect.any(Number),
      runId: null,
      path: "/",
    });
    expect([create?.message, ack?.message]).toEqual(['{"type":"Question"}', '"answer"']);
  });

  test("gets payloads that are JSON, of which only the text of the message cannot be listed", async () => {
    const { ended } = listen();
    const runtime = await runtimeWith({ hears: () => undefined });
    await runtime.publishMessage("hello", new TopicId("news", "default"));
    await runtime.stopWhenIdle();
    for (const payload of ended) {
      const copy: unknown = JSON.parse(JSON.stringify(payload));
      expect(copy).toEqual(structuredClone({ ...payload }));
      expect(copy).not.toHaveProperty("message");
    }
    expect(ended).toHaveLength(3);
  });

  test("makes no sender: who is not there has no class", async () => {
    const { started } = listen();
    const runtime = await runtimeWith({ asked: () => "answer", other: () => undefined });
    const sender = new AgentId("other", "k");
    await runtime.sendMessage("hello", new AgentId("asked", "k"), { sender });
    expect(started.find(({ stage }) => stage === "process")?.sender).toEqual({
      id: "other/k",
      type: "other",
      className: null,
    });
    expect(Object.keys(await runtime.saveState())).toEqual(["asked/k"]);
  });

  test("is told of an agent that cannot be made, in the stage that needed it", async () => {
    const { ended } = listen();
    const runtime = await runtimeWith({ hears: () => undefined });
    await runtime.registerFactory("broken", () => Promise.reject(new RangeError("no parts")));
    await runtime.addSubscription(new TypeSubscription("news", "broken"));
    await rejectionOf(runtime.sendMessage("hello", new AgentId("broken", "k")));
    await runtime.publishMessage("hello", new TopicId("news", "k"));
    await runtime.stopWhenIdle();
    const failed = ended.filter(({ error }) => error !== undefined).map(({ stage, error }) => [stage, error?.message]);
    expect(failed).toEqual([
      ["send", "no parts"],
      ["create", "no parts"],
      ["publish", "no parts"],
    ]);
  });

  test("sees the end of what was under way as the runtime stopped", async () => {
    const { started, ended } = listen();
    const gate = deferred();
    const runtime = await runtimeWith({ slow: () => gate.promise });
    const sent = rejectionOf(runtime.sendMessage("hello", new AgentId("slow", "k")));
    while (started.length < 3) await new Promise((resolve) => setImmediate(resolve));
    await runtime.stop();
    await sent;
    gate.resolve();
    await new Promise((resolve) => setImmediate(resolve));
    expect(stages(ended)).toEqual(["create", "process", "send"]);
    expect(ended[0]?.error?.name).toBe("UndeliverableException");
  });

  test("changes nothing in a recorded run: no id is derived for it", async () => {
    const told = async (): Promise<readonly unknown[]> => {
      const journal = recordTo(new MemoryJournalStore(), { runId: "r", seed: "seed" });
      const run = await openRun({ name: "team", kind: "Team", task: "go", journal });
      const runtime = await runtimeWith({ asked: (_message, { run: inner }) => inner.id() });
      const answers: unknown[] = [];
      for (let index = 0; index < 2; index += 1) {
        answers.push(await runtime.sendMessage("hello", new AgentId("asked", "k"), { run: run.context }));
      }
      await run.end({ status: "finished" });
      return answers;
    };
    const alone = await told();
    const { started } = listen();
    expect(await told()).toEqual(alone);
    expect(started.map(({ runId, messageId }) => [runId, messageId])).toEqual(
      Array.from({ length: 8 }, () => ["r", null]),
    );
  });
});

test("whatever becomes of messages, each stage that starts ends, once, and the callers get the same", async () => {
  const { started, ended } = listen();
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.constantFrom("send", "publish"), fc.constantFrom("ok", "throw", "later", "drop")), {
        maxLength: 12,
      }),
      fc.option(fc.integer({ min: 1, max: 2 }), { nil: undefined }),
      async (steps, concurrency) => {
        started.length = 0;
        ended.length = 0;
        const handle: Handle = (message) => {
          if (message === "throw") throw new RangeError("thrown");
          return message === "later" ? new Promise((resolve) => setImmediate(resolve, message)) : message;
        };
        const drop = (message: unknown): unknown => (message === "drop" ? new DropMessage() : message);
        const runtime = await runtimeWith(
          { a: handle, b: handle },
          { concurrency, interventionHandlers: [{ onSend: drop, onPublish: drop }] },
        );
        const outcomes = await Promise.allSettled(
          steps.map(([op, message]) =>
            op === "send"
              ? runtime.sendMessage(message, new AgentId("a", "k"))
              : runtime.publishMessage(message, new TopicId("news", "k")),
          ),
        );
        await runtime.stopWhenIdle();
        for (const [index, [op, message]] of steps.entries()) {
          const fails = op === "send" && (message === "throw" || message === "drop");
          expect(outcomes[index]?.status).toBe(fails ? "rejected" : "fulfilled");
        }
        expect(new Set(ended).size).toBe(ended.length);
        expect(new Set(ended)).toEqual(new Set(started));
        expect(started.filter(({ stage }) => stage === "create")).toHaveLength(steps.length);
      },
    ),
    { numRuns: 50 },
  );
});
