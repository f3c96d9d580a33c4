import { describe, expect, test } from "vitest";
import { AgentId } from "../identifiers/agent-id.ts";
import { DefaultTopicId } from "../identifiers/default-topic-id.ts";
import { defineMessage } from "../messages/define-message.ts";
import { AnyMessage } from "../messages/message-type.ts";
import { SingleThreadedAgentRuntime } from "../runtime/single-threaded-agent-runtime.ts";
import { deferred } from "../runtime/testing/agents.ts";
import { DefaultSubscription } from "../subscriptions/default-subscription.ts";
import { ClosureAgent, type ClosureContext } from "./closure-agent.ts";

const Result = defineMessage<{ readonly value: number }>("Result");
const id = new AgentId("collect", "k");

test("a closure with DefaultSubscription gets three published messages in publish order, as collect/default", async () => {
  const runtime = new SingleThreadedAgentRuntime();
  const got: [string, number][] = [];
  await ClosureAgent.registerClosure(
    runtime,
    "collect",
    (self: ClosureContext, { value }) => void got.push([self.id.key, value]),
    {
      messages: Result,
      subscriptions: () => [new DefaultSubscription()],
    },
  );
  runtime.start();
  for (const value of [1, 2, 3]) await runtime.publishMessage(Result({ value }), new DefaultTopicId());
  await runtime.stopWhenIdle();
  expect(got).toEqual([
    ["default", 1],
    ["default", 2],
    ["default", 3],
  ]);
});

test("the closure sends and publishes as the agent; its answer is that of the agent; it has no state", async () => {
  const runtime = new SingleThreadedAgentRuntime();
  const heard: string[] = [];
  await ClosureAgent.registerClosure(
    runtime,
    "listen",
    (_self, message, { sender }) => void heard.push(`${message.value} from ${sender}`),
    {
      messages: [Result],
      subscriptions: async () => [new DefaultSubscription()],
    },
  );
  await ClosureAgent.registerClosure(
    runtime,
    "collect",
    async (self, { value }) => {
      await self.publishMessage(Result({ value }), new DefaultTopicId());
      await self.sendMessage(Result({ value: value + 1 }), new AgentId("listen", "k"));
      return "answer";
    },
    { messages: Result, description: "collects" },
  );
  runtime.start();
  expect(await runtime.sendMessage(Result({ value: 1 }), id)).toBe("answer");
  await runtime.stopWhenIdle();
  expect(heard.toSorted()).toEqual(["1 from collect/k", "2 from collect/k"]);
  expect(await runtime.agentSaveState(id)).toEqual({});
  await runtime.agentLoadState(id, {});
  expect((await runtime.agentMetadata(id)).description).toBe("collects");
});

test("one without a function or without message types is refused", async () => {
  const runtime = new SingleThreadedAgentRuntime();
  const closure = (): void => undefined;
  await expect(ClosureAgent.registerClosure(runtime, "c", 5 as never, { messages: Result })).rejects.toThrow(
    /is a function, with the message types/,
  );
  await expect(ClosureAgent.registerClosure(runtime, "c", closure, {} as never)).rejects.toThrow(/message types/);
});

test("constructing one outside of a runtime fails", () => {
  expect(() => new ClosureAgent("x", () => undefined, { types: [Result], unknownTypePolicy: "warn" })).toThrow(
    "register it with ClosureAgent.registerClosure",
  );
});

describe("a message of an undeclared type", () => {
  async function sendUnknown(
    unknownTypePolicy: "warn" | "error" | "ignore" | undefined,
    messages: typeof Result | typeof AnyMessage,
  ) {
    const runtime = new SingleThreadedAgentRuntime();
    const got: unknown[] = [];
    await ClosureAgent.registerClosure(runtime, "collect", (_self, message) => void got.push(message), {
      messages,
      unknownTypePolicy,
    });
    runtime.start();
    const answer = runtime.sendMessage("a text", id);
    await answer.catch(() => undefined);
    await runtime.stop();
    return { got, answer };
  }

  test("warn (the default): a warning and nothing called", async () => {
    const warned = deferred<Error>();
    process.once("warning", (warning) => warned.resolve(warning));
    expect((await sendUnknown(undefined, Result)).got).toEqual([]);
    expect(await warned.promise).toMatchObject({ code: "TESSERAE_CLOSURE_UNKNOWN_TYPE" });
  });

  test("error: CantHandleException", async () => {
    const { got, answer } = await sendUnknown("error", Result);
    expect(got).toEqual([]);
    await expect(answer).rejects.toMatchObject({ name: "CantHandleException" });
  });

  test("ignore: the closure is called silently", async () => {
    expect((await sendUnknown("ignore", Result)).got).toEqual(["a text"]);
  });

  test.each(["warn", "error", "ignore"] as const)("AnyMessage accepts all under %s", async (policy) => {
    expect((await sendUnknown(policy, AnyMessage)).got).toEqual(["a text"]);
  });
});
