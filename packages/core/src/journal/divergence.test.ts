import { describe, expect, test } from "vitest";
import { canonicalJson } from "../canonical-json.ts";
import { MASKED_SECRET } from "../components/dump.ts";
import { isTesseraeError } from "../errors/tesserae-error.ts";
import type { JsonObject } from "../json.ts";
import { openRun } from "../run/open-run.ts";
import { sha256Hex } from "../sha256.ts";
import { effect } from "../effects/effect.ts";
import { DivergenceError } from "./divergence.ts";
import { forkFrom, recordTo, replayFrom, resumeFrom } from "./journals.ts";
import { MemoryJournalStore } from "./memory-store.ts";
import { MortalMachine } from "./testing/mortal.ts";
import { runScript, type Scripted, type ScriptOptions, type Step } from "./testing/workload.ts";
import { World } from "./testing/world.ts";

const leaf = (name: string): Step => ({ type: "leaf", name, repeat: "safe" });
const steps: readonly Step[] = [
  leaf("a"),
  { type: "turn" },
  { type: "parallel", name: "p", branches: [[leaf("b")], [leaf("c")]] },
];

async function recorded(script: readonly Step[] = steps): Promise<MemoryJournalStore> {
  const store = new MemoryJournalStore();
  const { error } = await runScript(script, { world: new World(), journal: recordTo(store, { runId: "r" }) });
  expect(error).toBeUndefined();
  return store;
}

async function replay(
  store: MemoryJournalStore,
  script: readonly Step[],
  more: Partial<ScriptOptions> = {},
): Promise<Scripted> {
  const world = new World();
  const scripted = await runScript(script, { world, journal: replayFrom(store, "r"), ...more });
  expect(world.total).toBe(0);
  return scripted;
}

function divergence({ error }: Scripted): DivergenceError {
  expect(error).toBeInstanceOf(DivergenceError);
  if (!(error instanceof DivergenceError)) throw new Error("no divergence");
  return error;
}

describe("a replay that leaves its record", () => {
  test("because a request has changed, fails at its address with a diff, and nothing is performed", async () => {
    const edit = (name: string): string => (name === "b" ? "another prompt" : name);
    const error = divergence(await replay(await recorded(), steps, { edit }));
    expect(error.address).toBe("/team[0]/p0[0]!tool:b[0]");
    expect(error.turn).toBe(1);
    expect(error.diff).toEqual([{ pointer: "/prompt", recorded: "b", asked: "another prompt" }]);
    expect(error.message).toContain('/prompt\n    - "b"\n    + "another prompt"');
  });

  test("because an effect is asked for that was not recorded, fails at its address", async () => {
    const error = divergence(await replay(await recorded(), [...steps, leaf("d")]));
    expect(error.address).toBe("/team[0]!tool:d[0]");
  });

  test("because a recorded effect is never asked for, fails at its address", async () => {
    const error = divergence(await replay(await recorded([leaf("a"), leaf("b")]), [leaf("a")]));
    expect(error.address).toBe("/team[0]!tool:b[0]");
    expect(error.message).toContain("without asking for it");
    expect(error.cause).toBeUndefined();
  });

  test("because it fails before it asks, tells that failure", async () => {
    const store = await recorded([leaf("a")]);
    const run = await openRun({ name: "script", task: "go", journal: replayFrom(store, "r") });
    const failed = new Error("no such agent");
    const error = await run.end({ status: "failed", error: failed }).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ address: "/team[0]!tool:a[0]", cause: failed });
    expect(String(error)).toContain("It failed with: no such agent");
  });

  test("because another effect waits for its turn, is stuck, and the error lists both addresses", async () => {
    const order: readonly Step[] = [{ type: "parallel", name: "p", branches: [[leaf("b")], [leaf("c")]] }];
    const less: readonly Step[] = [{ type: "parallel", name: "p", branches: [[], [leaf("c")]] }];
    const world = new World();
    const journal = replayFrom(await recorded(order), "r", { stuckAfterMs: 20 });
    const error = divergence(await runScript(less, { world, journal }));
    expect(world.total).toBe(0);
    expect(error.address).toBe("/team[0]/p0[0]!tool:b[0]");
    expect(error.message).toContain("/team[0]/p1[0]!tool:c[0]");
  });

  test("because a clock reading is asked for that was not recorded, fails", async () => {
    const store = new MemoryJournalStore();
    const first = await openRun({ name: "x", task: "t", journal: recordTo(store, { runId: "r" }) });
    await first.end({ status: "finished" });
    const second = await openRun({ name: "x", task: "t", journal: replayFrom(store, "r") });
    expect(() => second.context.now()).toThrow(DivergenceError);
    await expect(second.end({ status: "finished" })).rejects.toThrow("!time:now[0]");
  });

  test("because its result differs, says which message", async () => {
    const store = new MemoryJournalStore();
    const end = async (journal: ReturnType<typeof recordTo>, text: string, stopReason = "done"): Promise<unknown> => {
      const run = await openRun({ name: "x", task: "t", journal });
      return run.end({ status: "finished", stopReason, messages: [{ text: "same" }, { text }] });
    };
    await end(recordTo(store, { runId: "r" }), "one");
    await expect(end(replayFrom(store, "r"), "one")).resolves.toBeUndefined();
    await expect(end(replayFrom(store, "r"), "two")).rejects.toThrow("message 1");
    await expect(end(replayFrom(store, "r"), "one", "other")).rejects.toThrow("another reason");
  });

  test("because it is given another task, is refused before it starts", async () => {
    const store = await recorded();
    await expect(
      runScript(steps, { world: new World(), task: "other", journal: replayFrom(store, "r") }),
    ).rejects.toThrow("another task");
    expect((await replay(store, steps, { task: null })).error).toBeUndefined();
  });

  test("keeps failing when the run swallows the error", async () => {
    const store = await recorded([leaf("a")]);
    const run = await openRun({ name: "script", task: "go", journal: replayFrom(store, "r") });
    const spec = { kind: "tool", name: "z", request: () => null };
    for (const _ of [1, 2])
      await expect(effect(run.context, spec, () => Promise.resolve(1))).rejects.toThrow("!tool:z[0]");
    await expect(run.end({ status: "finished", stopReason: "done" })).rejects.toThrow("!tool:z[0]");
  });
});

describe("a replay of a run that was interrupted", () => {
  test("is equal up to its last outcome, and says that the record ends there", async () => {
    const machine = new MortalMachine();
    await runScript(steps, { world: new World(), journal: recordTo(machine.start(new World()), { runId: "r" }) });
    for (const bytes of machine.boundaries.slice(1, -1)) {
      const next = new MortalMachine();
      const world = new World();
      await runScript(steps, { world, journal: recordTo(next.start(world, bytes), { runId: "r" }) });
      const untouched = new World();
      const { error } = await runScript(steps, { world: untouched, journal: replayFrom(next.start(untouched), "r") });
      expect(isTesseraeError(error, "ERR_JOURNAL_ENDED")).toBe(true);
      expect(untouched.total).toBe(0);
    }
  });
});

describe("a resume or fork of a changed run", () => {
  const edit = (name: string): string => (name === "a" ? "edited" : name);

  async function interrupted(): Promise<MortalMachine> {
    const whole = new MortalMachine();
    await runScript(steps, { world: new World(), journal: recordTo(whole.start(new World()), { runId: "r" }) });
    const machine = new MortalMachine();
    const world = new World();
    await runScript(steps, {
      world,
      journal: recordTo(machine.start(world, whole.boundaries.at(-3) ?? 0), { runId: "r" }),
    });
    return machine;
  }

  test("a resume refuses a changed request, and goes on with the recorded answer when it is accepted", async () => {
    const machine = await interrupted();
    const world = new World();
    const refused = divergence(await runScript(steps, { world, edit, journal: resumeFrom(machine.start(world), "r") }));
    expect(refused.message).toContain("accept");
    expect(world.total).toBe(0);
    const accepted = await runScript(steps, {
      world,
      edit,
      journal: resumeFrom(machine.start(world), "r", { accept: "recorded" }),
    });
    expect(accepted.error).toBeUndefined();
    expect(world.total).toBe(1);
  });

  test("a resume takes a definition that differs in its secrets alone, and tells no secret of one that differs", async () => {
    const client = (config: JsonObject): JsonObject => ({ provider: "client", config: { model: "m", ...config } });
    const keyed = client({ api_key: MASKED_SECRET, default_headers: { authorization: MASKED_SECRET } });
    const keyless = client({ default_headers: {} });
    for (const [one, other] of [
      [keyed, keyless],
      [keyless, keyed],
    ] as const) {
      const store = new MemoryJournalStore();
      const opening = { name: "x", task: "t" };
      const first = await openRun({ ...opening, definition: [one], journal: recordTo(store, { runId: "r" }) });
      await first.end({ status: "failed", error: new Error("no") });
      const again = await openRun({ ...opening, definition: [other], journal: resumeFrom(store, "r") });
      await again.end({ status: "failed", error: new Error("no") });
      const changed = { ...opening, definition: [client({ api_key: MASKED_SECRET, temperature: 1 })] };
      const error = await openRun({ ...changed, journal: resumeFrom(store, "r") }).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(DivergenceError);
      expect(String(error)).not.toContain(MASKED_SECRET);
      expect(error).toMatchObject({
        diff: [
          { pointer: "/0/config/default_headers", asked: undefined },
          { pointer: "/0/config/temperature", asked: 1 },
        ],
      });
    }
  });

  test("a resume takes a definition whose recorded hash counted its secrets, as it once did", async () => {
    const definition = { api_key: MASKED_SECRET };
    const hash = sha256Hex(canonicalJson(definition));
    const store = new MemoryJournalStore();
    const opening = { name: "x", task: "t", definition };
    const journal = recordTo(store, { runId: "r" });
    const first = await openRun({ ...opening, definitionHash: hash, journal });
    await first.end({ status: "failed", error: new Error("no") });
    const again = await openRun({ ...opening, journal: resumeFrom(store, "r") });
    await again.end({ status: "finished" });
  });

  test("a resume refuses a changed definition", async () => {
    const store = new MemoryJournalStore();
    const first = await openRun({
      name: "x",
      task: "t",
      definition: { a: 1 },
      journal: recordTo(store, { runId: "r" }),
    });
    await first.end({ status: "failed", error: new Error("no") });
    const opening = { name: "x", task: "t", definition: { a: 2 } };
    await expect(openRun({ ...opening, journal: resumeFrom(store, "r") })).rejects.toThrow("definition");
    const run = await openRun({ ...opening, journal: resumeFrom(store, "r", { accept: "recorded" }) });
    await run.end({ status: "finished" });
  });

  test("another version is named where something differs", async () => {
    const store = new MemoryJournalStore();
    const versions = { "@tesserae/core": "1.0.0" };
    await runScript([leaf("a")], { world: new World(), versions, journal: recordTo(store, { runId: "r" }) });
    const again = await replay(store, [leaf("a")], { edit, versions: { "@tesserae/core": "1.1.0" } });
    expect(divergence(again).message).toContain('@tesserae/core "1.0.0" (now "1.1.0")');
  });

  test("a fork does not compare up to its turn, and goes on by itself after it", async () => {
    const store = await recorded();
    const world = new World();
    const forked = await runScript(steps, { world, edit, journal: forkFrom(store, "r", { turn: 1, runId: "f" }) });
    expect(forked.error).toBeUndefined();
    expect(world.total).toBe(2);
    const again = await runScript(steps, { world, edit, journal: replayFrom(store, "f") });
    expect(again.error).toBeUndefined();
    expect(JSON.stringify(again.messages)).toBe(JSON.stringify(forked.messages));
    expect(world.total).toBe(2);
  });
});
