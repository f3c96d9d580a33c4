import { MemoryJournalStore, recordTo, replayFrom } from "@tesserae/core";
import type { JsonObject } from "@tesserae/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { latencies, teamScripts } from "./arbitrary-teams.ts";
import { MortalStore } from "./mortal-store.ts";
import { perform, resumeToTheEnd, type Performed } from "./performance.ts";
import { buildTeam, type TeamScript } from "./scripted-team.ts";
import { World, timeless } from "./world.ts";

const ID = { runId: "r" };

async function unbroken(
  script: TeamScript,
  pace: readonly number[],
): Promise<{ run: Performed; world: World; entries: number }> {
  const store = new MemoryJournalStore();
  const world = new World(pace);
  const make = (): ReturnType<typeof buildTeam> => buildTeam(script, world);
  const run = await resumeToTheEnd(make, store, "r", await perform(make(), "Go", recordTo(store, ID)));
  let entries = 0;
  for await (const _ of store.read("r")) entries += 1;
  return { run, world, entries };
}

/** Runs until the process dies after so many entries, then goes on in another one. */
async function killedAndResumed(
  script: TeamScript,
  pace: readonly number[],
  dieAfter: number,
  stateEvery?: number,
): Promise<{ run: Performed; world: World; store: MemoryJournalStore; ended: boolean }> {
  const store = new MemoryJournalStore();
  const first = new World(pace);
  const mortal = new MortalStore(store, first, dieAfter);
  const dying = perform(buildTeam(script, first), "Go", recordTo(mortal, { ...ID, stateEvery }));
  const ended = await Promise.race([dying, mortal.died.then(() => undefined)]);
  const second = new World(pace.toReversed());
  const run = await resumeToTheEnd(() => buildTeam(script, second), store, "r", ended);
  for (const [key, count] of second.performed) first.performed.set(key, (first.performed.get(key) ?? 0) + count);
  return { run, world: first, store, ended: ended !== undefined };
}

const shape = (run: Performed): readonly JsonObject[] =>
  run.messages.map((message) => timeless(JSON.parse(message) as JsonObject));

describe("a team that is killed after any entry and resumed", () => {
  test("gives the conversation of the unbroken run, and asks the world once more at most", async () => {
    await fc.assert(
      fc.asyncProperty(
        teamScripts({ repeats: ["safe"], people: [true, false], atOnce: false }),
        latencies,
        async (script, pace) => {
          const whole = await unbroken(script, pace);
          expect(whole.run.error).toBeUndefined();
          for (let dieAfter = 1; dieAfter <= whole.entries; dieAfter += 1) {
            const { run, world, store } = await killedAndResumed(script, pace, dieAfter);
            expect(run.error).toBeUndefined();
            expect(shape(run)).toEqual(shape(whole.run));
            expect(run.result?.stopReason).toBe(whole.run.result?.stopReason);
            expect(run.result?.usage).toEqual(whole.run.result?.usage);
            for (const [key, count] of world.performed) {
              expect(count).toBeLessThanOrEqual((whole.world.performed.get(key) ?? 0) + 1);
            }
            const offline = new World();
            const again = await perform(buildTeam(script, offline), undefined, replayFrom(store, "r"));
            expect(again.error).toBeUndefined();
            expect(again.messages).toEqual(run.messages);
            expect(offline.total).toBe(0);
          }
        },
      ),
      { numRuns: 12 },
    );
  }, 300_000);

  test("goes on from its last kept state as from the start", async () => {
    let kept = 0;
    await fc.assert(
      fc.asyncProperty(
        teamScripts({ repeats: ["safe"], people: [true], atOnce: false }),
        latencies,
        async (script, pace) => {
          const whole = await unbroken(script, pace);
          for (let dieAfter = 1; dieAfter <= whole.entries; dieAfter += 3) {
            const { run, world, store } = await killedAndResumed(script, pace, dieAfter, 1);
            for await (const entry of store.read("r")) if (entry.e === "mark" && "state" in entry) kept += 1;
            expect(run.error).toBeUndefined();
            expect(shape(run)).toEqual(shape(whole.run));
            expect(run.result?.stopReason).toBe(whole.run.result?.stopReason);
            expect(run.result?.usage).toEqual(whole.run.result?.usage);
            for (const [key, count] of world.performed) {
              expect(count).toBeLessThanOrEqual((whole.world.performed.get(key) ?? 0) + 1);
            }
          }
        },
      ),
      { numRuns: 12 },
    );
    expect(kept).toBeGreaterThan(0);
  }, 300_000);

  test("performs a tool that must not be repeated once at most, and tells the model when that is in doubt", async () => {
    await fc.assert(
      fc.asyncProperty(teamScripts({ repeats: ["never"], people: [true] }), latencies, async (script, pace) => {
        const { entries } = await unbroken(script, pace);
        for (let dieAfter = 1; dieAfter <= entries; dieAfter += 2) {
          const { run, world } = await killedAndResumed(script, pace, dieAfter);
          expect(run.error).toBeUndefined();
          for (const [key, count] of world.performed) {
            if (/ never tool /.test(key)) expect(count).toBe(1);
          }
        }
      }),
      { numRuns: 12 },
    );
  }, 300_000);
});

describe("a team some of whom speak at once, killed after any entry and resumed", () => {
  test("comes to its end, pays for nothing twice that was settled, and what it did then is its record", async () => {
    const members = fc.array(
      fc.record({
        type: fc.constant("assistant" as const),
        calls: fc.constantFrom(0, 1, 2),
        streams: fc.boolean(),
        repeat: fc.constantFrom("safe" as const, "never" as const),
        asks: fc.boolean(),
      }),
      { minLength: 4, maxLength: 5 },
    );
    await fc.assert(
      fc.asyncProperty(members, latencies, fc.boolean(), async (scripted, pace, shared) => {
        const script: TeamScript = { type: "graph-fan", members: scripted, turns: 9, counts: false, shared };
        const { entries } = await unbroken(script, pace);
        for (let dieAfter = 1; dieAfter <= entries; dieAfter += 1) {
          const { run, world, store } = await killedAndResumed(script, pace, dieAfter);
          expect(run.error).toBeUndefined();
          expect(run.result?.stopReason).toBe("Digraph execution is complete");
          for (const [key, count] of world.performed)
            expect(count).toBeLessThanOrEqual(/ never tool /.test(key) ? 1 : 2);
          const offline = new World(pace.toReversed());
          const again = await perform(buildTeam(script, offline), undefined, replayFrom(store, "r"));
          expect(again.error).toBeUndefined();
          expect(again.messages).toEqual(run.messages);
          expect(offline.total).toBe(0);
        }
      }),
      { numRuns: 8 },
    );
  }, 300_000);
});

describe("the stream of a resumed team", () => {
  const script: TeamScript = {
    type: "round-robin",
    members: [
      { type: "assistant", calls: 2, streams: true, repeat: "safe" },
      { type: "assistant", calls: 0, streams: false, repeat: "safe" },
    ],
    turns: 4,
    counts: false,
    shared: true,
  };

  test("carries what is new only; its result carries everything", async () => {
    const whole = await unbroken(script, [1]);
    let shorter = 0;
    for (let dieAfter = 2; dieAfter < whole.entries; dieAfter += 1) {
      const { run } = await killedAndResumed(script, [1], dieAfter);
      const shown = run.streamed.filter(({ type }) => type !== "ModelClientStreamingChunkEvent").map(({ id }) => id);
      const all = run.messages.map((message) => (JSON.parse(message) as { id: string }).id);
      expect(all.slice(all.length - shown.length)).toEqual(shown);
      if (shown.length < all.length) shorter += 1;
    }
    expect(shorter).toBeGreaterThan(0);
  });

  test("of a run that had finished is its result alone", async () => {
    const store = new MemoryJournalStore();
    const recorded = await perform(buildTeam(script, new World()), "Go", recordTo(store, ID));
    const world = new World();
    const again = await resumeToTheEnd(() => buildTeam(script, world), store, "r");
    expect(again.messages).toEqual(recorded.messages);
    expect(again.result?.stopReason).toBe(recorded.result?.stopReason);
    expect(again.streamed).toEqual([]);
    expect(world.total).toBe(0);
  });
});
