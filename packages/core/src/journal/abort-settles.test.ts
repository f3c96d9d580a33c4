import { describe, expect, test } from "vitest";
import type { EffectSpec } from "../effects/effect-spec.ts";
import { effectStream } from "../effects/effect-stream.ts";
import { effect, scope } from "../effects/effect.ts";
import { executeCode } from "../effects/execute-code.ts";
import { requestInput } from "../effects/request-input.ts";
import { raceSignal } from "../abort.ts";
import { openRun } from "../run/open-run.ts";
import type { RunContext } from "../run/run-context.ts";
import type { Run } from "../run/run.ts";
import type { JournalEntry, SettleEntry } from "./entries.ts";
import type { Journal } from "./journal.ts";
import { recordTo, replayFrom, resumeFrom } from "./journals.ts";
import { MemoryJournalStore } from "./memory-store.ts";
import { SlowStore } from "./testing/slow-store.ts";
import { turn } from "./testing/world.ts";

/** A body that hears no abort. */
const deaf = (): Promise<never> => new Promise(() => undefined);

async function entriesOf(store: MemoryJournalStore): Promise<readonly JournalEntry[]> {
  const entries: JournalEntry[] = [];
  for await (const entry of store.read("r")) entries.push(entry);
  return entries;
}

const order = (entries: readonly JournalEntry[]): readonly string[] =>
  entries.map((entry) => (entry.e === "settle" ? entry.o : entry.e)).filter((e) => e !== "run" && e !== "blob");

/** One effect in a run that is over as soon as it is aborted: it waits for nothing. */
async function performed(
  journal: Journal,
  body: (context: RunContext, begun: () => void) => Promise<unknown>,
  controller?: AbortController,
): Promise<{ readonly run: Run; readonly value: unknown; readonly error: unknown }> {
  const run = await openRun({ name: "x", task: "t", journal, signal: controller?.signal });
  const { signal } = run.context;
  let value: unknown;
  try {
    value = await scope(run.context, "team", (context) =>
      raceSignal(
        body(context, () => controller?.abort(new Error("enough"))),
        signal,
      ),
    );
    await run.end({ status: "finished" });
    return { run, value, error: undefined };
  } catch (error) {
    await run.end({ status: signal?.aborted === true ? "aborted" : "failed", error });
    return { run, value, error };
  }
}

const spec = (name: string): Pick<EffectSpec<never>, "kind" | "name" | "request"> & { readonly repeat: "safe" } => ({
  kind: "tool",
  name,
  repeat: "safe",
  request: () => name,
});

describe("an abort settles what is open, before the end", () => {
  const cases: readonly [string, (context: RunContext, begun: () => void) => Promise<unknown>, unknown][] = [
    [
      "a tool",
      (context, begun) =>
        effect<string>(context, spec("t"), () => {
          begun();
          return deaf();
        }),
      undefined,
    ],
    [
      "a stream, with what had come",
      async (context, begun) => {
        const stream = effectStream<string, string>(context, spec("s"), async function* () {
          yield "one ";
          yield "two";
          begun();
          return deaf();
        });
        for await (const _ of stream);
        return stream.result;
      },
      { i: ["one ", "two"] },
    ],
    [
      "a program",
      (context, begun) =>
        executeCode(
          context,
          {
            executeCodeBlocks: () => {
              begun();
              return deaf();
            },
            start: () => Promise.resolve(),
            stop: () => Promise.resolve(),
            restart: () => Promise.resolve(),
          },
          [{ code: "1", language: "js" }],
        ),
      undefined,
    ],
    [
      "a question",
      (context, begun) =>
        requestInput(context, { prompt: "?", agent: "a" }, () => {
          begun();
          return deaf();
        }),
      undefined,
    ],
  ];

  test.each(cases)("%s", async (_name, body, streamed) => {
    const store = new MemoryJournalStore();
    const journal = recordTo(store, { runId: "r" });
    const { error } = await performed(journal, body, new AbortController());
    expect(error).toMatchObject({ name: "AbortError" });
    const entries = await entriesOf(store);
    expect(order(entries)).toEqual(["begin", "signal", "aborted", "end"]);
    const settle = entries.find((entry): entry is SettleEntry => entry.e === "settle");
    expect(settle?.error).toMatchObject({ code: "ERR_ABORTED" });
    expect(settle?.s).toEqual(streamed);

    const again = await performed(replayFrom(store, "r"), body);
    expect(again.error).toMatchObject({ name: "AbortError" });
  });

  test("a tool that must not be repeated is in doubt when the run is resumed; one that may is performed again", async () => {
    for (const [repeat, expected] of [
      ["never", { code: "ERR_EFFECT_IN_DOUBT" }],
      ["safe", undefined],
    ] as const) {
      const store = new MemoryJournalStore();
      let calls = 0;
      const body = (context: RunContext, begun: () => void): Promise<string> =>
        effect<string>(context, { ...spec("t"), repeat }, () => {
          calls += 1;
          begun();
          return calls === 1 ? deaf() : Promise.resolve("done");
        });
      await performed(recordTo(store, { runId: "r" }), body, new AbortController());
      const resumed = await performed(resumeFrom(store, "r"), body);
      expect(calls).toBe(repeat === "safe" ? 2 : 1);
      if (expected === undefined) expect(resumed).toMatchObject({ value: "done", error: undefined });
      else expect(resumed.error).toMatchObject(expected);
      expect((await performed(replayFrom(store, "r"), body)).value).toBe(resumed.value);
    }
  });

  test("an outcome that was there and waited for its place is kept, with what it cost; a resume uses it", async () => {
    const store = new MemoryJournalStore();
    const calls: string[] = [];
    const controller = new AbortController();
    const body = async (context: RunContext): Promise<unknown> => {
      const call = (name: string): Promise<string> =>
        effect<string>(context, { ...spec(name), repeat: "never" }, async () => {
          calls.push(name);
          if (name === "a") {
            // The abort has its place; then both are there in one turn, and one of them only can be released.
            controller.abort();
            return "a";
          }
          return name;
        });
      return Promise.all([call("b"), call("a"), call("c")]);
    };
    await performed(recordTo(store, { runId: "r" }), body, controller);
    const settles = order(await entriesOf(store)).filter((one) => one === "ok" || one === "aborted");
    expect(settles).toEqual(["ok", "ok", "ok"]);
    expect((await performed(replayFrom(store, "r"), body)).error).toMatchObject({ name: "AbortError" });
    const resumed = await performed(resumeFrom(store, "r"), body);
    expect(resumed.value).toEqual(["b", "a", "c"]);
    expect(calls.toSorted()).toEqual(["a", "b", "c"]);
  });

  test("nothing begins after it, but a clean-up with a signal of its own", async () => {
    const store = new MemoryJournalStore();
    const asked: string[] = [];
    const body = async (context: RunContext, begun: () => void): Promise<string> => {
      const call = (name: string, inside: RunContext): Promise<string> =>
        effect<string>(inside, spec(name), async ({ signal }) => {
          asked.push(name);
          if (name !== "first") return name;
          begun();
          return raceSignal(deaf(), signal);
        });
      try {
        return await call("first", context);
      } catch {
        await call("clean", context.withSignal(undefined));
        return call("after", context);
      }
    };
    const run = async (journal: Journal, controller?: AbortController): Promise<string> => {
      const opened = await openRun({ name: "x", task: "t", journal, signal: controller?.signal });
      const outcome = await body(opened.context, () => controller?.abort()).catch((error: unknown) => String(error));
      await opened.end({ status: "aborted" });
      return outcome;
    };
    expect(await run(recordTo(store, { runId: "r" }), new AbortController())).toContain("AbortError");
    expect(asked).toEqual(["first", "clean"]);
    expect(order(await entriesOf(store))).toEqual(["begin", "signal", "aborted", "begin", "ok", "end"]);
    expect(await run(replayFrom(store, "r"))).toContain("AbortError");
    expect(asked).toEqual(["first", "clean"]);
  });

  test("a leaf whose start is still being written is not performed any more", async () => {
    const store = new MemoryJournalStore();
    const slow = new SlowStore(store);
    let calls = 0;
    const controller = new AbortController();
    const journal = recordTo(slow, { runId: "r" });
    const run = await openRun({ name: "x", task: "t", journal, signal: controller.signal });
    const asked = effect<number>(run.context, { ...spec("t"), repeat: "never" }, async () => {
      calls += 1;
      return 1;
    }).catch((error: unknown) => String(error));
    controller.abort();
    await turn();
    const ending = run.end({ status: "aborted" });
    slow.release();
    await ending;
    expect(await asked).toContain("AbortError");
    expect(calls).toBe(0);
  });
});

describe("a replay hears of an abort where the run stood", () => {
  test("not before the effects that were open then are asked for", async () => {
    const store = new MemoryJournalStore();
    const said: string[] = [];
    const body = async (context: RunContext, begun: () => void): Promise<unknown> => {
      // Time that the seam does not know of.
      for (let left = 5; left > 0; left -= 1) await turn();
      if (context.signal?.aborted === true) said.push("too early");
      said.push(`at ${context.now()}`);
      return effect<string>(context, spec("t"), () => {
        begun();
        return deaf();
      });
    };
    await performed(recordTo(store, { runId: "r" }), body, new AbortController());
    const recorded = said.splice(0);
    await performed(replayFrom(store, "r"), body);
    expect(said).toEqual(recorded);
  });

  test("nor before what it said", async () => {
    const store = new MemoryJournalStore();
    const said: string[] = [];
    const body = async (context: RunContext, begun: () => void): Promise<unknown> => {
      for (let left = 5; left > 0; left -= 1) await turn();
      if (context.signal?.aborted === true) said.push("too early");
      said.push(`at ${context.now()}`);
      begun();
      return deaf();
    };
    await performed(recordTo(store, { runId: "r" }), body, new AbortController());
    const recorded = said.splice(0);
    await performed(replayFrom(store, "r"), body);
    expect(said).toEqual(recorded);
  });

  test("a run that never comes there has left its record", async () => {
    const store = new MemoryJournalStore();
    const body = (context: RunContext, begun: () => void): Promise<unknown> =>
      effect<string>(context, spec("t"), () => {
        begun();
        return deaf();
      });
    await performed(recordTo(store, { runId: "r" }), body, new AbortController());
    const run = await openRun({ name: "x", task: "t", journal: replayFrom(store, "r", { stuckAfterMs: 10 }) });
    await new Promise((resolve) => run.context.signal?.addEventListener("abort", resolve));
    await expect(run.end({ status: "aborted" })).rejects.toMatchObject({
      code: "ERR_JOURNAL_DIVERGED",
      address: "/team[0]!tool:t[0]",
    });
  });
});
