import { describe, expect, test } from "vitest";
import { AgentId } from "../identifiers/agent-id.ts";
import { SingleThreadedAgentRuntime } from "./single-threaded-agent-runtime.ts";
import { Bump, Counter, deferred, Recorder, settled } from "./testing/agents.ts";

const id = new AgentId("s", "a/b");

async function counting(): Promise<SingleThreadedAgentRuntime> {
  const runtime = new SingleThreadedAgentRuntime();
  await Counter.register(runtime, "s", () => new Counter());
  return runtime;
}

describe("state of an agent", () => {
  test("counter 1 saved, set to 2, loaded: 1", async () => {
    const runtime = await counting();
    runtime.start();
    await runtime.sendMessage(Bump({ by: 1 }), id);
    const state = await runtime.agentSaveState(id);
    await runtime.sendMessage(Bump({ by: 1 }), id);
    expect(await runtime.agentSaveState(id)).toEqual({ count: 2 });
    await runtime.agentLoadState(id, state);
    expect(await runtime.agentSaveState(id)).toEqual({ count: 1 });
    await runtime.stop();
  });
});

describe("state of a runtime", () => {
  test("holds the agents that exist, by type/key, and restores them in a second runtime", async () => {
    const first = await counting();
    expect(await first.saveState()).toEqual({});
    first.start();
    await first.sendMessage(Bump({ by: 5 }), id);
    await first.stop();
    const state = await first.saveState();
    expect(state).toEqual({ "s/a/b": { count: 5 } });
    const second = await counting();
    expect(await second.loadState(JSON.parse(JSON.stringify(state)))).toEqual({ loaded: ["s/a/b"], skipped: [] });
    expect(await second.saveState()).toEqual(state);
  });

  test("entries of unknown types are skipped and reported", async () => {
    const runtime = await counting();
    expect(await runtime.loadState({ "unknown/x": {}, "s/k": { count: 2 } })).toEqual({
      loaded: ["s/k"],
      skipped: ["unknown/x"],
    });
  });

  test("a key without slash fails before any agent is touched; so does a state that is no object", async () => {
    const runtime = await counting();
    await expect(runtime.loadState({ "s/k": { count: 2 }, bad: {} })).rejects.toThrow("Invalid agent id: bad");
    await expect(runtime.loadState({ "s/k": 7 })).rejects.toThrow("The state of agent s/k must be an object.");
    await expect(runtime.loadState([] as never)).rejects.toThrow("must be an object");
    expect(await runtime.saveState()).toEqual({});
  });

  test("__proto__ as a key is an entry like any other", async () => {
    const runtime = await counting();
    await runtime.get("s", "__proto__", { lazy: false });
    expect(Object.keys(await runtime.saveState())).toEqual(["s/__proto__"]);
  });

  test("with quiesce it waits for running handlers and holds messages back while saving", async () => {
    const runtime = new SingleThreadedAgentRuntime();
    const gate = deferred();
    const saving = deferred();
    const trace: string[] = [];
    class Slow extends Recorder {
      override async saveState() {
        trace.push("saving");
        await saving.promise;
        trace.push("saved");
        return super.saveState();
      }
    }
    await runtime.registerFactory(
      "s",
      () =>
        new Slow(async (message) => {
          if (message === "slow") await gate.promise;
          trace.push(`handled ${message}`);
        }),
    );
    runtime.start();
    void runtime.sendMessage("slow", id);
    await settled();
    const state = runtime.saveState({ quiesce: true });
    await settled();
    expect(trace).toEqual([]);
    gate.resolve();
    await settled();
    const held = runtime.sendMessage("held", id);
    await settled();
    saving.resolve();
    expect(await state).toEqual({ "s/a/b": { received: 1 } });
    await held;
    expect(trace).toEqual(["handled slow", "saving", "saved", "handled held"]);
    await runtime.stopWhenIdle();
  });

  test("with quiesce before start nothing waits for what is queued", async () => {
    const runtime = await counting();
    const answer = runtime.sendMessage(Bump({ by: 1 }), id);
    expect(await runtime.saveState({ quiesce: true })).toEqual({});
    runtime.start();
    expect(await answer).toBe(1);
    await runtime.stop();
  });
});
