import { describe, expect, test } from "vitest";
import { effect, scope } from "../effects/effect.ts";
import { RuntimeError } from "../errors/kinds.ts";
import { TesseraeError } from "../errors/tesserae-error.ts";
import { openRun } from "../run/open-run.ts";
import { DivergenceError } from "./divergence.ts";
import { recordTo, replayFrom, resumeFrom } from "./journals.ts";
import type { JournalStore } from "./journal-store.ts";
import { MemoryJournalStore } from "./memory-store.ts";
import { runScript, type Scripted, type Step } from "./testing/workload.ts";
import { settled, turn, World } from "./testing/world.ts";

const steps: readonly Step[] = [
  { type: "leaf", name: "a", repeat: "safe" },
  { type: "stream", name: "s", items: 3 },
  {
    type: "parallel",
    name: "p",
    branches: [
      [{ type: "leaf", name: "b", repeat: "safe" }, { type: "values" }],
      [{ type: "leaf", name: "c", repeat: "safe" }],
    ],
  },
  { type: "input" },
  { type: "leaf", name: "d", repeat: "safe" },
];

const waiting = (): Promise<string> => new Promise(() => undefined);
const red = (): Promise<string> => Promise.resolve("red");

/** Runs the script and aborts it after so many turns of the event loop. */
async function abortAfter(
  store: JournalStore,
  turns: number,
  world: World,
  ask: () => Promise<string>,
): Promise<Scripted> {
  const controller = new AbortController();
  const running = runScript(steps, {
    world,
    ask: () => Promise.race([ask(), aborted(controller.signal)]),
    signal: controller.signal,
    journal: recordTo(store, { runId: "r", seed: "s" }),
  });
  for (let left = turns; left > 0; left -= 1) await turn();
  controller.abort(new Error("enough"));
  return running;
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const abort = (): void => reject(new DOMException("aborted", "AbortError"));
    if (signal.aborted) abort();
    else signal.addEventListener("abort", abort);
  });
}

async function whole(): Promise<Scripted> {
  const journal = recordTo(new MemoryJournalStore(), { runId: "r", seed: "s" });
  return runScript(steps, { world: new World(), ask: red, journal });
}

const texts = ({ messages }: Scripted): readonly string[] =>
  messages.map((message) => JSON.stringify(message).replace(/"at":\d+/, "")).toSorted();

describe("an aborted run", () => {
  test("ends the same in a replay, and goes on when it is resumed, wherever the abort came", async () => {
    const unbroken = texts(await whole());
    let ended = 0;
    for (let turns = 0; turns < 40; turns += 1) {
      const store = new MemoryJournalStore();
      const world = new World(() => 2);
      const first = await abortAfter(store, turns, world, waiting);
      expect(first.error).toBeUndefined();
      if (first.outcome.status === "aborted") ended += 1;

      const untouched = new World();
      const again = await runScript(steps, { world: untouched, ask: red, journal: replayFrom(store, "r") });
      expect(again.error).toBeUndefined();
      expect(again.outcome.status).toBe(first.outcome.status);
      expect(JSON.stringify(again.messages)).toBe(JSON.stringify(first.messages));
      expect(untouched.total).toBe(0);

      const resumed = await runScript(steps, { world, ask: red, journal: resumeFrom(store, "r") });
      expect(resumed.error).toBeUndefined();
      expect(resumed.outcome.status).toBe("finished");
      expect(texts(resumed)).toEqual(unbroken);
      for (const count of world.performed.values()) expect(count).toBeLessThanOrEqual(2);

      const last = await runScript(steps, { world: untouched, ask: red, journal: replayFrom(store, "r") });
      expect(last.error).toBeUndefined();
      expect(JSON.stringify(last.messages)).toBe(JSON.stringify(resumed.messages));
    }
    expect(ended).toBeGreaterThan(20);
  });

  test("before the first effect asks for nothing, in a replay too", async () => {
    const store = new MemoryJournalStore();
    const world = new World();
    const signal = AbortSignal.abort(new Error("not at all"));
    const first = await runScript(steps, { world, signal, journal: recordTo(store, { runId: "r" }) });
    expect(first.outcome.status).toBe("aborted");
    expect(world.total).toBe(0);
    const again = await runScript(steps, { world, journal: replayFrom(store, "r") });
    expect(again.error).toBeUndefined();
    const resumed = await runScript(steps, { world, ask: red, journal: resumeFrom(store, "r") });
    expect(resumed.outcome.status).toBe("finished");
  });

  test("that lost a race inside stays as it was: the loser is not performed again", async () => {
    const store = new MemoryJournalStore();
    const world = new World((name) => (name === "slow" ? 30 : 1));
    const race = async (journal: ReturnType<typeof recordTo>): Promise<string> => {
      const run = await openRun({ name: "race", task: "t", journal });
      const loser = new AbortController();
      const ask = (name: string, signal: AbortSignal | undefined): Promise<string> =>
        effect(
          run.context.withSignal(signal),
          { kind: "tool", name, repeat: "safe", request: () => name },
          async (io) => {
            await world.touch(io.idempotencyKey, name, io.signal);
            return name;
          },
        );
      const slow = ask("slow", loser.signal).catch((error: unknown) => (error instanceof Error ? error.name : ""));
      const winner = await Promise.race([slow, ask("fast", undefined)]);
      loser.abort();
      const both = `${winner} ${await slow}`;
      const failed = journal.mode === "record";
      await run.end(failed ? { status: "failed", error: new Error("stop") } : { status: "finished" });
      return both;
    };
    expect(await race(recordTo(store, { runId: "r" }))).toBe("fast AbortError");
    expect(await race(resumeFrom(store, "r"))).toBe("fast AbortError");
    expect(world.total).toBe(2);
  });

  test("while it is being answered from its record leaves the record as it was", async () => {
    const store = new MemoryJournalStore();
    await runScript(steps, { world: new World(), journal: recordTo(store, { runId: "r" }) });
    const signal = AbortSignal.abort();
    const stopped = await runScript(steps, { world: new World(), signal, journal: resumeFrom(store, "r") });
    expect(stopped.outcome.status).toBe("aborted");
    const [run] = await store.list();
    expect(run?.status).toBe("waiting");
  });
});

describe("a failed run", () => {
  test("with 401 performs only what failed when it is resumed with a good key", async () => {
    const store = new MemoryJournalStore();
    const world = new World();
    let key = "bad";
    const attempt = async (journal: ReturnType<typeof recordTo>): Promise<unknown> => {
      const run = await openRun({ name: "x", task: "t", journal });
      const call = (name: string): Promise<string> =>
        effect(run.context, { kind: "model", name, repeat: "safe", request: () => name }, async (io) => {
          await world.touch(io.idempotencyKey, name, undefined);
          if (name === "b" && key === "bad") {
            throw Object.assign(new TesseraeError("ERR_MODEL_FAILED", "401"), { status: 401, retryable: false });
          }
          return name;
        });
      try {
        await scope(run.context, "team", async () => {
          await call("a");
          await Promise.all([call("b"), call("c")]);
        });
      } catch (error) {
        await run.end({ status: "failed", error: new RuntimeError("the team failed", { cause: error }) });
        return error;
      }
      await run.end({ status: "finished" });
      return undefined;
    };
    const failed = await attempt(recordTo(store, { runId: "r" }));
    expect(failed).toMatchObject({ code: "ERR_MODEL_FAILED", status: 401 });
    await expect(attempt(replayFrom(store, "r"))).resolves.toMatchObject({
      code: "ERR_MODEL_FAILED",
      status: 401,
      retryable: false,
    });
    key = "good";
    expect(await attempt(resumeFrom(store, "r"))).toBeUndefined();
    const performed = Object.fromEntries([...world.performed].map(([id, count]) => [id.split(" ")[0], count]));
    // "c" had no outcome when the run ended: it is performed again, as it is safe.
    expect(performed).toEqual({ a: 1, b: 2, c: 2 });
    expect(await attempt(replayFrom(store, "r"))).toBeUndefined();
    expect(world.total).toBe(5);
  });

  test("what other strands did after the failure is used again, not performed again", async () => {
    const store = new MemoryJournalStore();
    const world = new World((name) => (name === "bad" ? 1 : 5));
    let broken = true;
    const attempt = async (journal: ReturnType<typeof recordTo>): Promise<readonly string[]> => {
      const run = await openRun({ name: "x", task: "t", journal });
      const call = (name: string): Promise<string> =>
        effect(run.context, { kind: "tool", name, repeat: "never", request: () => name }, async (io) => {
          await world.touch(io.idempotencyKey, name, undefined);
          if (name === "bad" && broken) throw new Error("broken");
          return name;
        });
      const results = await Promise.allSettled([call("bad"), call("x"), call("y")]);
      const error = results.find((result) => result.status === "rejected")?.reason;
      await run.end(error === undefined ? { status: "finished" } : { status: "failed", error });
      return results.map(({ status }) => status);
    };
    expect(await attempt(recordTo(store, { runId: "r" }))).toEqual(["rejected", "fulfilled", "fulfilled"]);
    broken = false;
    expect(await attempt(resumeFrom(store, "r"))).toEqual(["fulfilled", "fulfilled", "fulfilled"]);
    expect([...world.performed.values()].toSorted((a, b) => a - b)).toEqual([1, 1, 2]);
    expect(await attempt(replayFrom(store, "r"))).toEqual(["fulfilled", "fulfilled", "fulfilled"]);
  });

  test("an error of an unknown class is the same when it is performed and when it is answered", async () => {
    class OddError extends Error {
      override name = "OddError";
      code = "EODD";
    }
    const store = new MemoryJournalStore();
    const attempt = async (journal: ReturnType<typeof recordTo>): Promise<unknown> => {
      const run = await openRun({ name: "x", task: "t", journal });
      const spec = { kind: "tool", name: "odd", request: () => null };
      const error = await effect(run.context, spec, () => Promise.reject(new OddError("odd"))).catch((e: unknown) => e);
      await run.end({ status: "finished" });
      return error;
    };
    const expected = { name: "OddError", code: "ERR_EFFECT_FAILED", message: "odd", originalCode: "EODD" };
    await expect(attempt(recordTo(store, { runId: "r" }))).resolves.toMatchObject(expected);
    await expect(attempt(replayFrom(store, "r"))).resolves.toMatchObject(expected);
  });

  test("a result that is not JSON fails with its place before it is used", async () => {
    const store = new MemoryJournalStore();
    for (const [name, value, place] of [
      ["undefined", { a: [undefined] }, "/a/0"],
      ["nan", { b: Number.NaN }, "/b"],
      ["bigint", [1n], "/0"],
      ["date", { when: new Date(0) }, "/when"],
    ] as const) {
      const attempt = async (journal: ReturnType<typeof recordTo>): Promise<void> => {
        const run = await openRun({ name: "x", task: "t", journal });
        const asked = effect<unknown>(run.context, { kind: "tool", name, request: () => null }, () =>
          Promise.resolve(value),
        );
        await expect(asked).rejects.toMatchObject({
          code: "ERR_EFFECT_NOT_JSON",
          message: expect.stringContaining(place),
        });
        await run.end({ status: "finished" });
      };
      await attempt(recordTo(store, { runId: name }));
      await attempt(replayFrom(store, name));
    }
  });
});

describe("a run that has ended", () => {
  test("drops late outcomes and aborts what is open", async () => {
    const store = new MemoryJournalStore();
    const run = await openRun({ name: "x", task: "t", journal: recordTo(store, { runId: "r" }) });
    let signal: AbortSignal | undefined;
    const late = effect(run.context, { kind: "tool", name: "late", request: () => null }, async (io) => {
      signal = io.signal;
      await settled(5);
      return "late";
    });
    const outcome = late.catch((error: unknown) => (error instanceof Error ? error.name : ""));
    await run.end({ status: "finished" });
    await settled();
    expect(signal?.aborted).toBe(true);
    expect(await outcome).toBe("AbortError");
    const entries = [];
    for await (const entry of store.read("r")) entries.push(entry.e);
    expect(entries).toEqual(["run", "begin", "end"]);
    const after = effect(run.context, { kind: "tool", name: "after", request: () => null }, () => Promise.resolve(1));
    await expect(after).rejects.toThrow("ended");
  });

  test("is resumed as finished: its result is there and nothing is performed", async () => {
    const store = new MemoryJournalStore();
    const world = new World();
    const first = await runScript(steps, { world, ask: red, journal: recordTo(store, { runId: "r" }) });
    const performed = world.total;
    const again = await runScript(steps, { world, ask: red, journal: resumeFrom(store, "r") });
    expect(again.error).toBeUndefined();
    expect(world.total).toBe(performed);
    expect(again.run.recorded).toEqual({ status: "finished", stopReason: "done", messages: first.messages });
    expect(await store.lock("r")).toBeUndefined();
  });

  test("the same address twice is refused, not confused", async () => {
    const run = await openRun({ name: "x", task: "t", journal: recordTo(new MemoryJournalStore()) });
    const ask = (): Promise<number> =>
      effect(run.context, { kind: "tool", name: "a", index: 3, request: () => null }, () => Promise.resolve(1));
    await ask();
    await expect(ask()).rejects.toThrow("!tool:a[3]");
    await run.end({ status: "finished" });
  });

  test("a divergence says so with a branded error", () => {
    const error = new DivergenceError("it differs", { address: "/a!tool:b[0]", turn: 2 });
    expect(error).toMatchObject({ code: "ERR_JOURNAL_DIVERGED", address: "/a!tool:b[0]", turn: 2, diff: [] });
  });
});
