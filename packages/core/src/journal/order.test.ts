import { describe, expect, test } from "vitest";
import { effect } from "../effects/effect.ts";
import type { Json } from "../json.ts";
import type { RunLimits } from "../run/limits.ts";
import { openRun } from "../run/open-run.ts";
import type { RunContext } from "../run/run-context.ts";
import type { Run } from "../run/run.ts";
import type { Journal } from "./journal.ts";
import { recordTo, replayFrom, resumeFrom } from "./journals.ts";
import { MemoryJournalStore } from "./memory-store.ts";
import { MortalMachine } from "./testing/mortal.ts";
import { settled, turn, World } from "./testing/world.ts";

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
      const resumed = await run(resumeFrom(store, "r"), joined({ c: 4 }));
      expect(resumed.toSorted()).toEqual(["0a1", "0a2", "0a3", "1b1", "1b2", "1b3", "2c1", "2c2", "2c3"]);
      expect(await run(replayFrom(store, "r"), joined({ b: 4 }))).toEqual(resumed);
    }
  });

  test("that waits for what does not come is stuck, and the run says so", async () => {
    const store = new MemoryJournalStore();
    const body =
      (names: readonly string[]) =>
      async ({ context }: Run): Promise<readonly string[]> => {
        async function* one(name: string): AsyncGenerator<string> {
          if (name === "never") await new Promise(() => undefined);
          await turn();
          yield name;
        }
        const said: string[] = [];
        for await (const { value } of context.join(names.map(one))) said.push(value);
        return said;
      };
    await run(recordTo(store, { runId: "r" }), body(["a", "b"]));
    const stuck = run(replayFrom(store, "r", { stuckAfterMs: 20 }), body(["never", "b"]));
    await expect(stuck).rejects.toMatchObject({ code: "ERR_JOURNAL_DIVERGED", address: "!order:join[0]" });
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
