import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Json } from "../json.ts";
import { isTesseraeError } from "../errors/tesserae-error.ts";
import type { FileJournalStore } from "./file/file-store.ts";
import { recordTo, replayFrom, resumeFrom } from "./journals.ts";
import { scripts } from "./testing/arbitrary.ts";
import { MortalMachine } from "./testing/mortal.ts";
import { runScript, type Scripted, type Step } from "./testing/workload.ts";
import { World } from "./testing/world.ts";

const ask = () => Promise.resolve("red");

/** The messages without the clock, sorted: strands may be ordered in another way after a crash. */
function content(messages: readonly Json[]): readonly string[] {
  return messages.map((message) => JSON.stringify(message).replace(/"at":\d+/, "")).toSorted();
}

async function settledAddresses(store: FileJournalStore): Promise<number> {
  let count = 0;
  for await (const entry of store.read("r")) if (entry.e === "settle" && entry.a.includes("!tool:")) count += 1;
  return count;
}

/** Kills a run when its journal has so many bytes, resumes it, and replays what came of it. */
async function killAndResume(
  steps: readonly Step[],
  dieAfter: number,
  latency: () => number,
): Promise<Scripted | undefined> {
  const machine = new MortalMachine();
  const world = new World(latency);
  const broken = await runScript(steps, {
    world,
    ask,
    journal: recordTo(machine.start(world, dieAfter), { runId: "r", seed: "s" }),
  }).catch((error: unknown) => {
    // Killed before the first line was whole: there is no run.
    if (isTesseraeError(error, "ERR_JOURNAL_WRITE")) return undefined;
    throw error;
  });
  if (broken === undefined) return undefined;
  const before = new Map(world.performed);
  const store = machine.start(world);
  const settledBefore = await settledAddresses(store);
  const resumed = await runScript(steps, { world, ask, journal: resumeFrom(store, "r") });
  expect(resumed.error).toBeUndefined();

  for (const [key, count] of world.performed) {
    // Tools of the scripts whose name ends in "n" may never be repeated.
    expect(count).toBeLessThanOrEqual(key.split(" ")[0]?.endsWith("n") === true ? 1 : 2);
  }
  const again = [...world.performed].filter(([key, count]) => count > (before.get(key) ?? 0) && before.has(key));
  expect(before.size - again.length).toBeGreaterThanOrEqual(settledBefore);

  const untouched = new World();
  const replayed = await runScript(steps, { world: untouched, ask, journal: replayFrom(store, "r") });
  expect(replayed.error).toBeUndefined();
  expect(JSON.stringify(replayed.messages)).toBe(JSON.stringify(resumed.messages));
  expect(untouched.total).toBe(0);
  return resumed;
}

async function unbroken(
  steps: readonly Step[],
): Promise<{ readonly scripted: Scripted; readonly machine: MortalMachine }> {
  const machine = new MortalMachine();
  const world = new World();
  const scripted = await runScript(steps, {
    world,
    ask,
    journal: recordTo(machine.start(world), { runId: "r", seed: "s" }),
  });
  expect(scripted.error).toBeUndefined();
  return { scripted, machine };
}

const leaf = (name: string, repeat: "safe" | "never" = "safe"): Step => ({ type: "leaf", name, repeat });

describe("a run that is killed", () => {
  test("at each byte of its journal gives the messages of the unbroken run when it is resumed", async () => {
    const steps: Step[] = [
      leaf("a"),
      { type: "parallel", name: "p", branches: [[leaf("b")], [{ type: "stream", name: "s", items: 1 }]] },
      { type: "input" },
    ];
    const whole = await unbroken(steps);
    for (let bytes = 0; bytes < whole.machine.written; bytes += 1) {
      const resumed = await killAndResume(steps, bytes, () => 0);
      if (resumed !== undefined) expect(content(resumed.messages)).toEqual(content(whole.scripted.messages));
    }
  });

  test("after any entry gives the messages of the unbroken run, whatever it does", async () => {
    await fc.assert(
      fc.asyncProperty(
        scripts(fc, { repeats: ["safe"] }),
        fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 5 }),
        async (steps, latencies) => {
          const whole = await unbroken(steps);
          let at = 0;
          for (const bytes of whole.machine.boundaries.slice(0, 30)) {
            const resumed = await killAndResume(steps, bytes, () => latencies[at++ % latencies.length] ?? 0);
            if (resumed !== undefined) expect(content(resumed.messages)).toEqual(content(whole.scripted.messages));
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  test("performs nothing twice that may never be repeated", async () => {
    const steps: Step[] = [
      leaf("an", "never"),
      { type: "calls", name: "calln", count: 3 },
      {
        type: "parallel",
        name: "p",
        branches: [[leaf("bn", "never")], [leaf("c")], [{ type: "calls", name: "dn", count: 2 }]],
      },
    ];
    const whole = await unbroken(steps);
    for (let bytes = 0; bytes < whole.machine.written; bytes += 7) await killAndResume(steps, bytes, () => 1);
    for (const bytes of whole.machine.boundaries) await killAndResume(steps, bytes, () => 2);
  });

  test("in the middle of an effect that may never be repeated learns that its outcome is unknown", async () => {
    const machine = new MortalMachine();
    const world = new World();
    const steps = [leaf("a"), leaf("n", "never"), leaf("b")];
    await runScript(steps, { world, journal: recordTo(machine.start(world), { runId: "r", seed: "s" }) });
    const begin = machine.boundaries.find((boundary, index) => index > 0 && boundary > 0 && world.total > 0) ?? 0;
    expect(begin).toBeGreaterThan(0);
    let doubts = 0;
    for (const bytes of machine.boundaries) {
      const resumed = await killAndResume(steps, bytes, () => 0);
      if (JSON.stringify(resumed?.messages).includes("Its outcome is unknown")) doubts += 1;
    }
    expect(doubts).toBe(1);
  });

  test("twice is resumed twice", async () => {
    const steps = [
      leaf("a"),
      leaf("b"),
      { type: "parallel", name: "p", branches: [[leaf("c")], [leaf("d")]] } as const,
      leaf("e"),
    ];
    const whole = await unbroken(steps);
    for (const first of whole.machine.boundaries.slice(1)) {
      for (const second of [40, 200, 400, 600]) {
        const machine = new MortalMachine();
        const world = new World();
        await runScript(steps, { world, journal: recordTo(machine.start(world, first), { runId: "r", seed: "s" }) });
        await runScript(steps, { world, journal: resumeFrom(machine.start(world, second), "r") }).catch(
          () => undefined,
        );
        const store = machine.start(world);
        const resumed = await runScript(steps, { world, journal: resumeFrom(store, "r") });
        expect(resumed.error).toBeUndefined();
        expect(content(resumed.messages)).toEqual(content(whole.scripted.messages));
        for (const count of world.performed.values()) expect(count).toBeLessThanOrEqual(3);
        const replayed = await runScript(steps, { world: new World(), journal: replayFrom(store, "r") });
        expect(replayed.error).toBeUndefined();
        expect(JSON.stringify(replayed.messages)).toBe(JSON.stringify(resumed.messages));
      }
    }
  });
});
