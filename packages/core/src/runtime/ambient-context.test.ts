import { AsyncLocalStorage } from "node:async_hooks";
import { expect, test } from "vitest";
import { AgentInstantiationContext } from "../agents/agent-instantiation-context.ts";
import { MessageHandlerContext } from "../agents/message-handler-context.ts";
import { AgentId } from "../identifiers/agent-id.ts";
import { DefaultTopicId } from "../identifiers/default-topic-id.ts";
import { currentRun, runWith } from "../run/current-run.ts";
import { plainContext } from "../run/context.ts";
import type { RunContext } from "../run/run-context.ts";
import { TypeSubscription } from "../subscriptions/type-subscription.ts";
import { SingleThreadedAgentRuntime } from "./single-threaded-agent-runtime.ts";
import { Recorder, settled } from "./testing/agents.ts";

test("none of the ambient contexts can be instantiated, and outside there is none", () => {
  expect(() => new MessageHandlerContext()).toThrow("cannot be instantiated");
  expect(() => new AgentInstantiationContext()).toThrow("cannot be instantiated");
  expect(() => MessageHandlerContext.agentId()).toThrow("must be called within a message handler");
  expect(() => AgentInstantiationContext.currentRuntime()).toThrow("must be called within an agent factory");
  expect(() => AgentInstantiationContext.currentAgentId()).toThrow("must be called within an agent factory");
  expect(AgentInstantiationContext.isInFactoryCall()).toBe(false);
});

test("every handler finds its own agent, after awaits and in tasks that it starts, message after message", async () => {
  const runtime = new SingleThreadedAgentRuntime();
  const wrong: string[] = [];
  let checks = 0;
  const check = (id: AgentId): void => {
    checks += 1;
    if (MessageHandlerContext.agentId() !== id) wrong.push(`${MessageHandlerContext.agentId()} in ${id}`);
    if (new DefaultTopicId().source !== id.key) wrong.push(`topic of ${id}`);
  };
  const agent = (): Recorder =>
    new Recorder(async (_message, _context, self) => {
      check(self.id);
      await settled();
      check(self.id);
      await Promise.all([Promise.resolve().then(() => check(self.id)), settled().then(() => check(self.id))]);
    });
  for (const type of ["a", "b", "c"]) {
    await runtime.registerFactory(type, () => agent());
    await runtime.addSubscription(new TypeSubscription("default", type));
  }
  runtime.start();
  for (const source of ["x", "y", "x", "x", "y"]) await runtime.publishMessage(1, new DefaultTopicId({ source }));
  await runtime.stopWhenIdle();
  expect(wrong).toEqual([]);
  expect(checks).toBe(5 * 3 * 4);
});

test("a handler is neither in the context of its sender nor of whoever started the runtime", async () => {
  const users = new AsyncLocalStorage<string>();
  const runtime = new SingleThreadedAgentRuntime();
  const seen: unknown[] = [];
  await runtime.registerFactory("a", () => {
    seen.push(MessageHandlerContext.currentAgentId());
    return new Recorder((_message, _context, self) => {
      seen.push(
        MessageHandlerContext.agentId() === self.id,
        AgentInstantiationContext.isInFactoryCall(),
        users.getStore(),
      );
    });
  });
  const outer = new AgentId("outer", "k");
  MessageHandlerContext.populateContext(outer, () => users.run("starter", () => runtime.start()));
  await MessageHandlerContext.populateContext(outer, () =>
    users.run("sender", async () => {
      await runtime.sendMessage(1, new AgentId("a", "x"));
      await runtime.sendMessage(2, new AgentId("a", "x"));
    }),
  );
  await runtime.stop();
  expect(seen).toEqual([undefined, true, false, undefined, true, false, undefined]);
});

test("a runtime that is made within a handler, a factory and a run starts outside of them", async () => {
  const outer = new AgentId("outer", "k");
  const run: RunContext = { ...plainContext(), runId: "outer run" };
  const runtime = MessageHandlerContext.populateContext(outer, () =>
    AgentInstantiationContext.populateContext({ runtime: new SingleThreadedAgentRuntime(), agentId: outer }, () =>
      runWith(run, () => new SingleThreadedAgentRuntime()),
    ),
  );
  const seen: unknown[] = [];
  await runtime.registerFactory("a", () => new Recorder());
  await runtime.registerFactory("b", () => {
    seen.push(MessageHandlerContext.currentAgentId(), currentRun()?.runId ?? "");
    return new Recorder(() => seen.push(AgentInstantiationContext.isInFactoryCall(), currentRun()?.runId ?? ""));
  });
  runtime.start();
  await runtime.sendMessage(1, new AgentId("b", "x"));
  await runtime.stop();
  expect(seen).toEqual([undefined, "", false, ""]);
});

test("a handler runs in its sender's run: as an argument always, ambient when the run records or is watched", async () => {
  const runtime = new SingleThreadedAgentRuntime();
  const seen: unknown[] = [];
  await runtime.registerFactory(
    "first",
    () =>
      new Recorder(async (message, context) => {
        seen.push(["first", context.run.runId, currentRun()?.runId]);
        await context.send(message, new AgentId("second", "k"));
      }),
  );
  await runtime.registerFactory(
    "second",
    () =>
      new Recorder(async (_message, context) => {
        await settled();
        seen.push(["second", context.run.runId, currentRun()?.runId]);
      }),
  );
  runtime.start();
  const plain: RunContext = { ...plainContext(), runId: "plain" };
  const watched: RunContext = { ...plainContext(), runId: "watched", session: {} as never };
  await Promise.all([
    runtime.sendMessage(1, new AgentId("first", "k"), { run: plain }),
    runtime.sendMessage(1, new AgentId("first", "k"), { run: watched }),
    runtime.sendMessage(1, new AgentId("first", "k")),
  ]);
  await runtime.stop();
  expect(seen).toEqual([
    ["first", "plain", undefined],
    ["first", "watched", "watched"],
    ["first", "", undefined],
    ["second", "plain", undefined],
    ["second", "watched", "watched"],
    ["second", "", undefined],
  ]);
});

test("a message of a run takes its id from the run, and its signal when no other is given", async () => {
  const runtime = new SingleThreadedAgentRuntime();
  const { signal } = new AbortController();
  const run: RunContext = { ...plainContext({ signal }), id: () => "derived" };
  await runtime.registerFactory(
    "a",
    () => new Recorder((_message, context) => [context.messageId, context.signal === signal]),
  );
  runtime.start();
  expect(await runtime.sendMessage(1, new AgentId("a", "k"), { run })).toEqual(["derived", true]);
  await runtime.stop();
});
