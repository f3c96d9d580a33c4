import { describe, expect, test } from "vitest";
import { effect, leaf, scope } from "../effects/effect.ts";
import type { Json } from "../json.ts";
import { LimitError, type RunLimits } from "../run/limits.ts";
import { openRun } from "../run/open-run.ts";
import type { RunContext } from "../run/run-context.ts";
import type { Run } from "../run/run.ts";
import type { Journal } from "./journal.ts";
import type { JournalWriter } from "./journal-store.ts";
import { forkFrom, recordTo, replayFrom, resumeFrom } from "./journals.ts";
import { MemoryJournalStore } from "./memory-store.ts";
import { settled, turn, World } from "./testing/world.ts";
import { isTesseraeError } from "../errors/tesserae-error.ts";

function call(context: RunContext, name: string, world: World, value: Json = name): Promise<Json> {
  return effect(context, { kind: "tool", name, repeat: "safe", request: () => name }, async (io) => {
    await world.touch(io.idempotencyKey, name, io.signal);
    return value;
  });
}

async function run<T>(journal: Journal | undefined, body: (run: Run) => Promise<T>, limits?: RunLimits): Promise<T> {
  const opened = await openRun({ name: "x", task: "t", journal, limits });
  try {
    const value = await body(opened);
    await opened.end({ status: "finished", stopReason: JSON.stringify(value) ?? "" });
    return value;
  } catch (error) {
    await opened.end({ status: "failed", error });
    throw error;
  }
}

describe("limits", () => {
  /** Parallel strands that ask until they are refused. */
  const greedy =
    (latency: () => number) =>
    async ({ context }: Run): Promise<readonly string[]> => {
      const world = new World(latency);
      const said: string[] = [];
      const strand = (name: string): Promise<void> =>
        scope(context, name, async (inner) => {
          for (let at = 0; at < 4; at += 1) {
            try {
              const account = {
                reserve: (force: boolean) => inner.meter?.reserveToolCall(force) ?? { cost: 0, tokens: 0 },
              };
              await leaf(inner, { kind: "tool", name: "t", repeat: "safe", request: () => at, account }, async (io) => {
                await world.touch(io.idempotencyKey, "t", io.signal);
                return at;
              });
              said.push(`${name} ${at}`);
            } catch (error) {
              expect(isTesseraeError(error, "ERR_LIMIT_TOOL_CALLS")).toBe(true);
              expect(error).toBeInstanceOf(LimitError);
              said.push(`${name} refused`);
            }
          }
        });
      await Promise.all([strand("a"), strand("b"), strand("c")]);
      return said;
    };

  test("refuse the same asks in a replay, though strands race for what is left", async () => {
    for (const latencies of [[0], [3, 1, 2], [5, 0, 0, 1]]) {
      let at = 0;
      const store = new MemoryJournalStore();
      const latency = (): number => latencies[at++ % latencies.length] ?? 0;
      const first = await run(recordTo(store, { runId: "r" }), greedy(latency), { maxToolCalls: 5 });
      expect(first.filter((text) => text.endsWith("refused"))).toHaveLength(7);
      expect(
        await run(
          replayFrom(store, "r"),
          greedy(() => 0),
        ),
      ).toEqual(first);
      expect(
        await run(
          replayFrom(store, "r"),
          greedy(() => 2),
          { maxToolCalls: 1000 },
        ),
      ).toEqual(first);
    }
  });

  test("count what was answered toward the limits of a resumed run", async () => {
    const store = new MemoryJournalStore();
    let fails = true;
    const body = async (opened: Run): Promise<readonly string[]> => {
      const said = await greedy(() => 0)(opened);
      if (fails) throw new Error("stop");
      return said;
    };
    await expect(run(recordTo(store, { runId: "r" }), body, { maxToolCalls: 5 })).rejects.toThrow("stop");
    fails = false;
    const resumed = await run(resumeFrom(store, "r"), body);
    expect(resumed.filter((text) => text.endsWith("refused"))).toHaveLength(7);
  });

  test("abort a run whose time is up; without a journal as well", async () => {
    for (const journal of [undefined, recordTo(new MemoryJournalStore(), { runId: "r" })]) {
      const opened = await openRun({ name: "x", task: "t", journal, limits: { maxDurationMs: 5 } });
      await expect(opened.context.sleep(60_000)).rejects.toMatchObject({ code: "ERR_ABORTED" });
      expect(opened.context.signal?.reason).toMatchObject({ code: "ERR_LIMIT_DURATION" });
      await opened.end({ status: "aborted" });
    }
  });
});

describe("what reaches a run from outside", () => {
  /** A run that collects messages between its effects. */
  const collecting =
    (world: World, send?: (opened: Run, at: number) => void) =>
    async (opened: Run): Promise<readonly string[]> => {
      const said: string[] = [];
      opened.onSignal(({ kind, to, value }) => said.push(`${kind} ${to} ${JSON.stringify(value)}`));
      for (let at = 0; at < 4; at += 1) {
        send?.(opened, at);
        await call(opened.context, "a", world);
        said.push(`step ${at}`);
      }
      return said;
    };

  test("has its place in the order: a replay applies it there", async () => {
    const store = new MemoryJournalStore();
    const text = "long ".repeat(100);
    const send = (opened: Run, at: number): void => {
      if (at === 1) void opened.signal("message", "/team[0]", { text });
      if (at === 2) void opened.signal("pause", "/team[0]", null).then(() => opened.signal("resume", "/team[0]", null));
    };
    const first = await run(recordTo(store, { runId: "r" }), collecting(new World(() => 3), send));
    expect(first).toHaveLength(7);
    expect(first).not.toEqual(first.toSorted());
    expect(await run(replayFrom(store, "r"), collecting(new World()))).toEqual(first);
  });

  test("is refused by a replay and by a run that has ended", async () => {
    const store = new MemoryJournalStore();
    const first = await openRun({ name: "x", task: "t", journal: recordTo(store, { runId: "r" }) });
    await first.end({ status: "finished" });
    await expect(first.signal("pause", "", null)).rejects.toThrow("has ended");
    const second = await openRun({ name: "x", task: "t", journal: replayFrom(store, "r") });
    await expect(second.signal("pause", "", null)).rejects.toThrow("replay");
    await second.end({ status: "finished" });
  });

  test("reaches a run without a journal at once", async () => {
    expect(
      await run(
        undefined,
        collecting(new World(), (opened) => void opened.signal("message", "x", 1)),
      ),
    ).toHaveLength(8);
  });
});

describe("a store that takes its time", () => {
  /** Writes late, as a database does. */
  class LateStore extends MemoryJournalStore {
    override async open(runId: string, mode: "create" | "append"): Promise<JournalWriter> {
      const writer = await super.open(runId, mode);
      return {
        close: () => writer.close(),
        append: async (entries) => {
          await settled(2);
          await writer.append(entries);
        },
      };
    }
  }

  test("keeps the order, and nothing is used before it is written", async () => {
    const store = new LateStore();
    const world = new World(() => 1);
    const body = async ({ context }: Run): Promise<readonly string[]> => {
      const said: string[] = [];
      const strand = (name: string): Promise<void> =>
        scope(context, name, async (inner) => {
          for (const part of ["1", "2"]) {
            const spec = { kind: "tool", name: part, request: () => part };
            await effect(inner, spec, (io) => world.touch(io.idempotencyKey, name, io.signal).then(() => null));
            said.push(`${name}${part}`);
          }
        });
      await Promise.all(["a", "b", "c"].map(strand));
      return said;
    };
    const first = await run(recordTo(store, { runId: "r" }), body);
    expect(first).toHaveLength(6);
    expect(await run(replayFrom(store, "r"), body)).toEqual(first);
  });

  test("that fails late fails the run", async () => {
    let appends = 0;
    class FailingStore extends MemoryJournalStore {
      override async open(runId: string, mode: "create" | "append"): Promise<JournalWriter> {
        const writer = await super.open(runId, mode);
        return {
          close: () => writer.close(),
          append: async (entries) => {
            appends += 1;
            await turn();
            if (appends > 2) throw new Error("the connection is gone");
            await writer.append(entries);
          },
        };
      }
    }
    const failing = run(recordTo(new FailingStore()), async ({ context }) => {
      await call(context, "a", new World());
      return call(context, "b", new World());
    });
    await expect(failing).rejects.toMatchObject({ code: "ERR_JOURNAL_WRITE" });
  });
});

test("a run with agents in other processes is recorded, and refuses to be resumed", async () => {
  const store = new MemoryJournalStore();
  const opened = await openRun({ name: "x", task: "t", remote: true, journal: recordTo(store, { runId: "r" }) });
  await opened.end({ status: "failed", error: new Error("x") });
  await expect(openRun({ name: "x", task: "t", journal: resumeFrom(store, "r") })).rejects.toMatchObject({
    code: "ERR_JOURNAL_REMOTE",
  });
  expect(await store.lock("r")).toBeUndefined();
});

test("a signal that comes while the run ends is refused, not forgotten", async () => {
  const opened = await openRun({ name: "x", task: "t", journal: recordTo(new MemoryJournalStore()) });
  const sent = opened.signal("message", "x", 1).catch((error: unknown) => String(error));
  await opened.end({ status: "finished" });
  expect(await sent).toContain("ended before");
});

describe("ids, random numbers and the clock", () => {
  const values = async ({ context }: Run): Promise<Json> =>
    scope(context, "a", async (inner) => [inner.id(), inner.id(), inner.random(), inner.now(), context.id()]);

  test("are the same in a replay, in another time zone and at another time", async () => {
    const store = new MemoryJournalStore();
    const first = await run(recordTo(store, { runId: "r" }), values);
    const zone = process.env["TZ"];
    process.env["TZ"] = "Pacific/Kiritimati";
    const now = Date.now;
    Date.now = () => 0;
    try {
      expect(await run(replayFrom(store, "r"), values)).toEqual(first);
    } finally {
      Date.now = now;
      if (zone === undefined) delete process.env["TZ"];
      else process.env["TZ"] = zone;
    }
  });

  test("differ after the turn where a fork left, and are those of the run before it", async () => {
    const store = new MemoryJournalStore();
    const body = async (opened: Run): Promise<readonly string[]> => {
      const ids = [opened.context.id()];
      await call(opened.context, "a", new World());
      opened.mark(1);
      ids.push(opened.context.id());
      await call(opened.context, "b", new World());
      opened.mark(2);
      ids.push(opened.context.id());
      return ids;
    };
    const first = await run(recordTo(store, { runId: "r" }), body);
    const one = await run(forkFrom(store, "r", { turn: 1, runId: "f1" }), body);
    expect(one[0]).toBe(first[0]);
    expect(one[1]).not.toBe(first[1]);
    const two = await run(forkFrom(store, "f1", { turn: 2, runId: "f2" }), body);
    expect(two.slice(0, 2)).toEqual(one.slice(0, 2));
    expect(two[2]).not.toBe(one[2]);
    for (const [runId, ids] of [
      ["r", first],
      ["f1", one],
      ["f2", two],
    ] as const) {
      expect(await run(replayFrom(store, runId), body)).toEqual(ids);
    }
    await expect(run(forkFrom(store, "r", { turn: 9 }), body)).rejects.toThrow("its finished turns are 1, 2");
    const none = await run(forkFrom(store, "r", { turn: 0, runId: "f0" }), body);
    expect(new Set([...first, ...none]).size).toBe(6);
  });

  test("two runs of one journal maker are two runs", async () => {
    const store = new MemoryJournalStore();
    const journal = recordTo(store);
    await run(journal, values);
    const one = journal.runId;
    await run(journal, values);
    expect(journal.runId).not.toBe(one);
    expect(await store.list()).toHaveLength(2);
  });
});

describe("a checkpoint", () => {
  test("bounds the work of a resume: what stands before it is neither run nor asked for again", async () => {
    const store = new MemoryJournalStore();
    const world = new World();
    let fail = true;
    let ran = 0;
    const body = async (opened: Run): Promise<Json> =>
      scope(opened.context, "team", async (context) => {
        const from = opened.takeCheckpoint();
        const said: Json[] = Array.isArray(from?.state) ? [...from.state] : [];
        for (let at = (from?.turn ?? 0) + 1; at <= 6; at += 1) {
          ran += 1;
          said.push(await scope(context, "agent", (inner) => call(inner, "reply", world, `${at} ${inner.id()}`)));
          if (fail && at === 5) throw new Error("stop");
          opened.mark(at, opened.wantsState(at) ? said : undefined);
        }
        return said;
      });
    const journal = recordTo(store, { runId: "r", seed: "s", stateEvery: 2 });
    await expect(run(journal, body)).rejects.toThrow("stop");
    expect(ran).toBe(5);
    fail = false;
    ran = 0;
    const resumed = await run(resumeFrom(store, "r"), body);
    expect(ran).toBe(2);
    expect(world.total).toBe(6);
    const other = await run(recordTo(store, { runId: "o", seed: "s" }), body);
    expect(resumed).toEqual(other);
  });
});
