import { tracingChannel } from "node:diagnostics_channel";
import { AsyncLocalStorage } from "node:async_hooks";
import { afterEach, describe, expect, test } from "vitest";
import type { ChannelName } from "@tesserae/wire/channels";
import { callModel } from "../effects/call-model.ts";
import { effect, scope } from "../effects/effect.ts";
import { ScriptedClient } from "../effects/testing/scripted-client.ts";
import { recordTo, replayFrom } from "../journal/journals.ts";
import type { Journal } from "../journal/journal.ts";
import { MemoryJournalStore } from "../journal/memory-store.ts";
import { UserMessage } from "../models/messages.ts";
import { plainContext } from "../run/context.ts";
import { currentRun } from "../run/current-run.ts";
import { openRun } from "../run/open-run.ts";
import { traceAgent, traceMessage } from "./trace-agent.ts";

const undo: (() => void)[] = [];
afterEach(() => {
  for (const stop of undo.splice(0)) stop();
});

type Event = readonly [channel: string, event: string, payload: object];

/** Notes the events of channels; payloads as they were when they were published. */
function listen(...names: readonly ChannelName[]): Event[] {
  const events: Event[] = [];
  for (const name of names) {
    const note = (event: string) => (payload: unknown) => {
      events.push([name, event, structuredClone(Object(payload))]);
    };
    const handlers = {
      start: note("start"),
      end: note("end"),
      asyncStart: note("asyncStart"),
      asyncEnd: note("asyncEnd"),
      error: note("error"),
    };
    const channel = tracingChannel(name);
    channel.subscribe(handlers);
    undo.push(() => channel.unsubscribe(handlers));
  }
  return events;
}

const messages = [UserMessage({ content: "hello", source: "user" })];

async function conversation(client: ScriptedClient, journal?: Journal): Promise<void> {
  const run = await openRun({ name: "team", kind: "Team", task: "go", participants: ["analyst"], journal });
  await scope(run.context, "team", async (team) => {
    await scope(
      team,
      "analyst",
      async (context) => {
        await callModel(context, client, messages, { purpose: "reply" });
        run.mark(1);
        const failing = { kind: "own", name: "bad", request: () => ({ a: 1 }) };
        await effect(context, failing, () => Promise.reject(new RangeError("too far"))).catch(() => undefined);
      },
      { agent: "analyst" },
    );
  });
  await run.end({ status: "finished", stopReason: "done" });
}

describe("the channels", () => {
  test("tell of a run, its model calls and its effects, and where they belong", async () => {
    const events = listen("tesserae:run", "tesserae:model", "tesserae:effect");
    await conversation(new ScriptedClient(["hi"]));
    expect(events.map(([name, event]) => `${name.slice(9)} ${event}`)).toEqual([
      "run start",
      "effect start",
      "model start",
      "model end",
      "effect end",
      "model asyncStart",
      "model asyncEnd",
      "effect asyncStart",
      "effect asyncEnd",
      "effect start",
      "effect end",
      "effect error",
      "effect asyncStart",
      "effect asyncEnd",
      "run end",
      "run asyncStart",
      "run asyncEnd",
    ]);
    const place = { path: "/team[0]/analyst[0]", agentPath: ["team", "analyst"], agent: "analyst" };
    expect(events[1]?.[2]).toMatchObject({
      ...place,
      turn: null,
      address: "/team[0]/analyst[0]!model:reply[0]",
      source: "world",
    });
    expect(events[6]?.[2]).toMatchObject({
      ...place,
      purpose: "reply",
      provider: "scripted",
      model: "scripted",
      response: { text: "hi", finishReason: "stop" },
      usage: { inputTokens: 10, outputTokens: 5 },
      cost: 15_000,
      durationMs: expect.any(Number),
    });
    expect(events[8]?.[2]).toMatchObject({ request: { messages: [{ content: "hello" }] }, result: { content: "hi" } });
    expect(events[11]?.[2]).toMatchObject({
      turn: 1,
      request: { a: 1 },
      error: { name: "RangeError", message: "too far" },
    });
    expect(events.at(-1)?.[2]).toMatchObject({
      name: "team",
      stopReason: "done",
      turns: 1,
      cost: 15_000,
      mode: "plain",
    });
  });

  test("say of answered effects that they come from the journal", async () => {
    const store = new MemoryJournalStore();
    await conversation(new ScriptedClient(["hi"]), recordTo(store, { runId: "r" }));
    const events = listen("tesserae:run", "tesserae:model", "tesserae:effect");
    await conversation(new ScriptedClient([]), replayFrom(store, "r"));
    const sources = events.flatMap(([, , payload]) => ("source" in payload ? [payload.source] : []));
    expect(new Set(sources)).toEqual(new Set(["journal"]));
    expect(events.at(-1)?.[2]).toMatchObject({ mode: "replay", cost: 15_000 });
    expect(events.find(([name, event]) => name === "tesserae:model" && event === "asyncEnd")?.[2]).toMatchObject({
      response: { text: "hi" },
    });
  });

  test("tell of a call outside of any run", async () => {
    const events = listen("tesserae:model");
    await callModel(plainContext(), new ScriptedClient(["hi"]), messages, { purpose: "reply" });
    expect(events[0]?.[2]).toMatchObject({ runId: null, path: "/", agent: null });
  });

  test("set the stores that a subscriber bound, while the body runs", async () => {
    const storage = new AsyncLocalStorage<string>();
    const channel = tracingChannel<string, { path: string }>("tesserae:effect");
    channel.start.bindStore(storage, (payload) => (payload instanceof Object && "path" in payload ? payload.path : ""));
    undo.push(() => void channel.start.unbindStore(storage));
    const run = await openRun({ name: "x", task: "t" });
    const seen = await scope(run.context, "a", (context) =>
      effect(context, { kind: "k", name: "n", request: () => null }, async () => {
        await Promise.resolve();
        return storage.getStore();
      }),
    );
    expect(seen).toBe("/a[0]");
    await run.end({ status: "finished" });
  });

  test("tell of agents' turns and messages, and make no payload when nobody listens", async () => {
    const turn = {
      name: "analyst",
      kind: "AssistantAgent",
      messages: () => [{ type: "TextMessage", source: "user", content: "go" }],
    };
    const silent = { ...turn, messages: () => expect.fail("nobody listens") };
    const response = (content: string) => ({ type: "TextMessage", source: "analyst", content });
    await traceAgent(plainContext(), silent, async () => "hi", response);
    traceMessage(plainContext(), () => expect.fail("nobody listens"));
    const events = listen("tesserae:agent", "tesserae:message");
    expect(await traceAgent(plainContext(), turn, async () => "hi", response)).toBe("hi");
    traceMessage(plainContext(), () => ({ from: "a", to: "b", messageId: "1", message: response("hi") }));
    expect(events.map(([name, event]) => `${name.slice(9)} ${event}`)).toEqual([
      "agent start",
      "agent end",
      "agent asyncStart",
      "agent asyncEnd",
      "message start",
      "message end",
      "message asyncStart",
      "message asyncEnd",
    ]);
    expect(events[3]?.[2]).toMatchObject({ name: "analyst", response: { content: "hi" } });
  });

  test("a subscriber that throws does not reach the run", async () => {
    const errors: unknown[] = [];
    // The test framework listens too, and would take the error for a failure of the test.
    const others = process.listeners("uncaughtException");
    process.removeAllListeners("uncaughtException");
    const catcher = (error: unknown): void => void errors.push(error);
    process.on("uncaughtException", catcher);
    const channel = tracingChannel("tesserae:effect");
    const handlers = {
      start: () => {
        throw new Error("bad subscriber");
      },
      end: () => undefined,
      asyncStart: () => undefined,
      asyncEnd: () => undefined,
      error: () => undefined,
    };
    channel.subscribe(handlers);
    try {
      for (const journal of [undefined, recordTo(new MemoryJournalStore())]) {
        const run = await openRun({ name: "x", task: "t", journal });
        const value = await effect(run.context, { kind: "k", name: "n", request: () => null }, async () => 7);
        expect(value).toBe(7);
        await run.end({ status: "finished" });
      }
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
    } finally {
      channel.unsubscribe(handlers);
      process.off("uncaughtException", catcher);
      for (const other of others) process.on("uncaughtException", other);
    }
    expect(errors).toHaveLength(2);
  });
});

describe("currentRun", () => {
  test("gives the context in scopes and effects of observed runs, and nothing elsewhere", async () => {
    expect(currentRun()).toBeUndefined();
    listen("tesserae:effect");
    const run = await openRun({ name: "x", task: "t" });
    const paths = await scope(run.context, "a", async (context) => {
      const inside = await effect(
        context,
        { kind: "k", name: "n", request: () => null },
        async () => currentRun()?.leaf?.address,
      );
      return [currentRun()?.path, inside ?? ""];
    });
    expect(paths).toEqual(["/a[0]", "/a[0]!k:n[0]"]);
    expect(currentRun()).toBeUndefined();
    await run.end({ status: "finished" });
  });
});
