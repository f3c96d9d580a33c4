import { getEventListeners } from "node:events";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { AgentId } from "../identifiers/agent-id.ts";
import type { LogEvent } from "../logging/log-events.ts";
import { eventSink } from "../logging/log-sink.ts";
import { SingleThreadedAgentRuntime } from "./single-threaded-agent-runtime.ts";
import { Recorder, rejectionOf, settled } from "./testing/agents.ts";

const id = new AgentId("a", "k");

/** Waits until the signal aborts, as a handler that watches it does. */
function untilAborted(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal?.addEventListener("abort", () => reject(new Error("the handler saw it")), { once: true });
  });
}

describe("aborting a call", () => {
  test("queue a send, process one message, cancel: the caller gets a cancellation error, the handler sees it too", async () => {
    const runtime = new SingleThreadedAgentRuntime();
    let seen: unknown;
    await runtime.registerFactory(
      "a",
      () =>
        new Recorder(async (_message, { signal }) => {
          seen = await rejectionOf(untilAborted(signal));
        }),
    );
    const controller = new AbortController();
    const answer = rejectionOf(runtime.sendMessage("x", id, { signal: controller.signal }));
    await runtime.processNext();
    controller.abort("no longer needed");
    expect(await answer).toMatchObject({ name: "AbortError", code: "ERR_ABORTED", cause: "no longer needed" });
    await settled();
    expect(seen).toMatchObject({ message: "the handler saw it" });
  });

  async function nested() {
    const runtime = new SingleThreadedAgentRuntime();
    const outcome: string[] = [];
    const inner = new Recorder(async (_message, { signal }) => {
      await rejectionOf(untilAborted(signal));
      outcome.push("inner cancelled");
    });
    const outer = new Recorder(async (_message, context) => {
      await rejectionOf(context.send("inner", new AgentId("inner", "k")));
      outcome.push("outer cancelled");
    });
    await runtime.registerFactory("inner", () => inner);
    await runtime.registerFactory("a", () => outer);
    const controller = new AbortController();
    const answer = rejectionOf(runtime.sendMessage("outer", id, { signal: controller.signal }));
    return { runtime, inner, outer, outcome, controller, answer };
  }

  test("nested agents with one signal, aborted after dispatching A only: A cancelled, B never called", async () => {
    const { runtime, inner, outer, outcome, controller, answer } = await nested();
    await runtime.processNext();
    controller.abort();
    expect(await answer).toMatchObject({ name: "AbortError" });
    await runtime.processNext();
    await settled();
    expect([outer.received.length, inner.received.length]).toEqual([1, 0]);
    expect(outcome).toEqual(["outer cancelled"]);
  });

  test("nested agents with one signal, aborted after dispatching A and B: both called and both cancelled", async () => {
    const { runtime, inner, outer, outcome, controller, answer } = await nested();
    await runtime.processNext();
    await runtime.processNext();
    controller.abort();
    expect(await answer).toMatchObject({ name: "AbortError" });
    await settled();
    expect([outer.received.length, inner.received.length]).toEqual([1, 1]);
    expect(outcome.toSorted()).toEqual(["inner cancelled", "outer cancelled"]);
  });

  test("a signal that is aborted already: nothing is queued", async () => {
    const runtime = new SingleThreadedAgentRuntime();
    await runtime.registerFactory("a", () => new Recorder());
    await expect(runtime.sendMessage("x", id, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      name: "AbortError",
    });
    expect(runtime.unprocessedMessagesCount).toBe(0);
  });

  test("aborted while queued: the message is dropped at dispatch, no agent is made, MessageDropped is logged", async () => {
    const events: LogEvent[] = [];
    const runtime = new SingleThreadedAgentRuntime({ log: eventSink((event) => events.push(event)) });
    let made = 0;
    await runtime.registerFactory("a", () => ((made += 1), new Recorder()));
    const controller = new AbortController();
    const answer = rejectionOf(runtime.sendMessage("x", id, { signal: controller.signal }));
    controller.abort();
    await answer;
    runtime.start();
    await runtime.stopWhenIdle();
    expect(made).toBe(0);
    expect(events.at(-1)).toMatchObject({ type: "MessageDropped", kind: "MessageKind.DIRECT" });
  });

  test("a handler that throws after the caller was cancelled: the caller keeps its error, the runtime reaches idle", async () => {
    const runtime = new SingleThreadedAgentRuntime({ ignoreUnhandledExceptions: false });
    await runtime.registerFactory(
      "a",
      () =>
        new Recorder(async (_message, { signal }) => {
          await rejectionOf(untilAborted(signal));
          throw new Error("late");
        }),
    );
    runtime.start();
    const controller = new AbortController();
    const answer = rejectionOf(runtime.sendMessage("x", id, { signal: controller.signal }));
    await settled();
    controller.abort();
    expect(await answer).toMatchObject({ name: "AbortError" });
    await runtime.stopWhenIdle();
  });

  test("an answer that comes after the abort is discarded", async () => {
    const runtime = new SingleThreadedAgentRuntime();
    await runtime.registerFactory("a", () => new Recorder((_message, { signal }) => rejectionOf(untilAborted(signal))));
    runtime.start();
    const controller = new AbortController();
    const answer = rejectionOf(runtime.sendMessage("x", id, { signal: controller.signal }));
    await settled();
    controller.abort();
    expect(await answer).toMatchObject({ name: "AbortError" });
    await runtime.stopWhenIdle();
  });

  test("many calls share one listener, and none is left when the runtime stops", async () => {
    const runtime = new SingleThreadedAgentRuntime();
    await runtime.registerFactory("a", () => new Recorder((message) => message));
    const { signal } = new AbortController();
    const listeners = (): number => getEventListeners(signal, "abort").length;
    const answers = Array.from({ length: 100 }, (_, index) => runtime.sendMessage(index, id, { signal }));
    expect(listeners()).toBe(1);
    runtime.start();
    await Promise.all(answers);
    expect(listeners()).toBeLessThanOrEqual(1);
    await runtime.stop();
    expect(listeners()).toBe(0);
  });

  test("of many signals used one after another at most one is held", async () => {
    const runtime = new SingleThreadedAgentRuntime();
    await runtime.registerFactory("a", () => new Recorder((message) => message));
    runtime.start();
    const signals = Array.from({ length: 20 }, () => new AbortController().signal);
    for (const signal of signals) await runtime.sendMessage("x", id, { signal });
    expect(signals.filter((signal) => getEventListeners(signal, "abort").length > 0)).toHaveLength(1);
    await runtime.stop();
  });

  test("the signal of a publish only reaches the handlers", async () => {
    const runtime = new SingleThreadedAgentRuntime();
    const signals: (AbortSignal | undefined)[] = [];
    await runtime.registerFactory("a", () => new Recorder((_message, context) => signals.push(context.signal)));
    await runtime.addSubscription({
      id: "all",
      isMatch: () => true,
      mapToAgent: () => id,
      equals: () => false,
    });
    runtime.start();
    const signal = AbortSignal.abort();
    await runtime.publishMessage("x", { type: "t", source: "s", toString: () => "t/s" } as never, { signal });
    await runtime.stopWhenIdle();
    expect(signals).toEqual([signal]);
  });
});

describe("timeouts", () => {
  test("a call without an answer ends with a TimeoutError, and the handler's signal aborts", async () => {
    const runtime = new SingleThreadedAgentRuntime();
    let seen: unknown;
    await runtime.registerFactory(
      "a",
      () =>
        new Recorder(async (_message, { signal }) => {
          await rejectionOf(untilAborted(signal));
          seen = signal?.reason;
        }),
    );
    runtime.start();
    const error = await rejectionOf(
      runtime.sendMessage("x", id, { timeoutMs: 1, signal: new AbortController().signal }),
    );
    expect(error).toMatchObject({
      name: "TimeoutError",
      code: "ERR_MESSAGE_TIMEOUT",
      message: "a/k did not answer within 1 ms.",
    });
    await runtime.stopWhenIdle();
    expect(seen).toBe(error);
  });

  test("an answer in time leaves no timer behind", async () => {
    // Those of the process are not counted: other tests, and what runs them, have timers that end when they please.
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    onTestFinished(() => void vi.useRealTimers());
    const meanwhile: number[] = [];
    const runtime = new SingleThreadedAgentRuntime();
    await runtime.registerFactory("a", () => new Recorder((message) => (meanwhile.push(vi.getTimerCount()), message)));
    runtime.start();
    expect(await runtime.sendMessage("x", id, { timeoutMs: 100_000 })).toBe("x");
    expect(await runtime.sendMessage("y", id, { timeoutMs: Infinity })).toBe("y");
    expect(meanwhile).toEqual([1, 0]);
    expect(vi.getTimerCount()).toBe(0);
    await runtime.stop();
  });

  test.each([-1, Number.NaN])("%d is refused", async (timeoutMs) => {
    const runtime = new SingleThreadedAgentRuntime();
    await runtime.registerFactory("a", () => new Recorder());
    await expect(runtime.sendMessage("x", id, { timeoutMs })).rejects.toThrow("timeoutMs must be a number from 0");
  });
});
