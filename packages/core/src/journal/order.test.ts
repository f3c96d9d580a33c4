import { describe, expect, test } from "vitest";
import { effect, leaf, scope } from "../effects/effect.ts";
import type { Json } from "../json.ts";
import { LimitError, type RunLimits } from "../run/limits.ts";
import { openRun } from "../run/open-run.ts";
import type { RunContext } from "../run/run-context.ts";
import type { Run } from "../run/run.ts";
import type { Journal } from "./journal.ts";
import { forkFrom, recordTo, replayFrom, resumeFrom } from "./journals.ts";
import { MemoryJournalStore } from "./memory-store.ts";
import { MortalMachine } from "./testing/mortal.ts";
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

describe("outcomes", () => {
  test("that arrive in one tick are released one after the other, with everything they set free in between", async () => {
    const store = new MemoryJournalStore();
    const strands =
      (): ((opened: Run) => Promise<readonly string[]>) =>
      async ({ context }) => {
        const said: string[] = [];
        const strand = async (name: string): Promise<void> => {
          await effect(context, { kind: "tool", name, repeat: "safe", request: () => name }, () => Promise.resolve(1));
          for (let step = 0; step < 20; step += 1) {
            said.push(name);
            await Promise.resolve();
          }
        };
        await Promise.all([strand("a"), strand("b"), strand("c")]);
        return said;
      };
    const first = await run(recordTo(store, { runId: "r" }), strands());
    expect(first).toEqual(["a", "b", "c"].flatMap((name) => Array.from({ length: 20 }, () => name)));
    expect(await run(replayFrom(store, "r"), strands())).toEqual(first);
  });
});

describe("a join", () => {
  async function* strand(context: RunContext, name: string, world: World): AsyncGenerator<string> {
    for (const part of ["1", "2", "3"]) {
      await world.pass(name);
      yield `${name}${part}`;
      await call(context, `${name}${part}`, world);
    }
  }

  const joined =
    (latencies: { readonly [name: string]: number }) =>
    async (opened: Run): Promise<readonly string[]> => {
      const { context } = opened;
      const world = new World((name) => latencies[name] ?? 0);
      const said: string[] = [];
      for await (const { index, value } of context.join(["a", "b", "c"].map((name) => strand(context, name, world)))) {
        said.push(`${index}${value}`);
        await call(context, "seen", world, said.length);
      }
      return said;
    };

  test("of strands that wait for what the seam does not know gives the recorded order, however long they wait", async () => {
    const orders = new Set<string>();
    for (const latencies of [
      { a: 0, b: 3, c: 1 },
      { a: 9, b: 1, c: 0 },
      { a: 1, b: 0, c: 7 },
    ]) {
      const store = new MemoryJournalStore();
      const first = await run(recordTo(store, { runId: "r" }), joined(latencies));
      orders.add(first.join());
      for (const others of [{}, { a: 5, b: 5, c: 5 }, { a: 0, b: 9, c: 3 }, { a: 9, b: 0, c: 4 }]) {
        expect(await run(replayFrom(store, "r"), joined(others))).toEqual(first);
      }
    }
    expect(orders.size).toBeGreaterThan(1);
  });

  test("writes nothing when only one is open", async () => {
    const store = new MemoryJournalStore();
    await run(recordTo(store, { runId: "r" }), async ({ context }) => {
      async function* one(): AsyncGenerator<number> {
        yield* [1, 2, 3];
      }
      const said: number[] = [];
      for await (const { value } of context.join([one()])) said.push(value);
      expect(said).toEqual([1, 2, 3]);
      return said;
    });
    for await (const entry of store.read("r")) expect(entry.e).not.toBe("value");
  });

  test("does not keep the place of items that need none", async () => {
    const store = new MemoryJournalStore();
    const body =
      (latency: () => number) =>
      async ({ context }: Run): Promise<readonly string[]> => {
        const world = new World(latency);
        async function* deltas(name: string): AsyncGenerator<string> {
          for (let at = 0; at < 3; at += 1) {
            await world.pass(name);
            yield `~${name}${at}`;
          }
          yield name;
        }
        const said: string[] = [];
        const unordered = (text: string): boolean => text.startsWith("~");
        for await (const { value } of context.join([deltas("a"), deltas("b")], { unordered })) said.push(value);
        return said.filter((text) => !unordered(text));
      };
    const first = await run(
      recordTo(store, { runId: "r" }),
      body(() => 1),
    );
    expect(
      await run(
        replayFrom(store, "r"),
        body(() => 3),
      ),
    ).toEqual(first);
  });

  test("goes on after a crash, whatever the order was that was cut off", async () => {
    const whole = new MortalMachine();
    await run(recordTo(whole.start(new World()), { runId: "r" }), joined({ a: 1, b: 2 }));
    for (const bytes of whole.boundaries.slice(1, -1)) {
      const machine = new MortalMachine();
      const journal = recordTo(machine.start(new World(), bytes), { runId: "r" });
      await run(journal, joined({ a: 1, b: 2 })).catch(() => undefined);
      const store = machine.start(new World());
      const resumed = await run(resumeFrom(store, "r", { stuckAfterMs: 2000 }), joined({ c: 4 }));
      expect(resumed.toSorted()).toEqual(["0a1", "0a2", "0a3", "1b1", "1b2", "1b3", "2c1", "2c2", "2c3"]);
      expect(await run(replayFrom(store, "r"), joined({ b: 4 }))).toEqual(resumed);
    }
  });

  test("ends with the first failure, and closes the others", async () => {
    for (const journal of [undefined, recordTo(new MemoryJournalStore())]) {
      let closed = false;
      async function* good(): AsyncGenerator<number> {
        try {
          for (;;) {
            await turn();
            yield 1;
          }
        } finally {
          closed = true;
        }
      }
      async function* bad(): AsyncGenerator<number> {
        await turn();
        yield* [];
        throw new Error("broken strand");
      }
      const body = async ({ context }: Run): Promise<string> => {
        for await (const _ of context.join([good(), bad()]));
        return "";
      };
      await expect(run(journal, body)).rejects.toThrow("broken strand");
      await settled(5);
      expect(closed).toBe(true);
    }
  });
});

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
