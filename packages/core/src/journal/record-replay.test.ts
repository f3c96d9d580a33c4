import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { recordTo, replayFrom } from "./journals.ts";
import { MemoryJournalStore } from "./memory-store.ts";
import { scripts } from "./testing/arbitrary.ts";
import { runScript, type Step } from "./testing/workload.ts";
import { World } from "./testing/world.ts";

async function record(store: MemoryJournalStore, steps: readonly Step[], world: World) {
  return runScript(steps, { world, journal: recordTo(store, { runId: "r" }) });
}

describe("a replay", () => {
  test("of a simple run gives the same messages and touches nothing", async () => {
    const store = new MemoryJournalStore();
    const steps: Step[] = [
      { type: "leaf", name: "a", repeat: "safe" },
      { type: "parallel", name: "p", branches: [[{ type: "leaf", name: "b", repeat: "safe" }], [{ type: "values" }]] },
      { type: "stream", name: "s", items: 3 },
      { type: "calls", name: "t", count: 3 },
    ];
    const first = await record(store, steps, new World());
    expect(first.outcome.error).toBeUndefined();
    expect(first.outcome.status).toBe("finished");
    const world = new World();
    const second = await runScript(steps, { world, journal: replayFrom(store, "r") });
    expect(second.error).toBeUndefined();
    expect(JSON.stringify(second.messages)).toBe(JSON.stringify(first.messages));
    expect(world.total).toBe(0);
  });

  test("gives equal bytes, whatever the latencies", async () => {
    await fc.assert(
      fc.asyncProperty(
        scripts(fc, { repeats: ["safe", "never"] }),
        fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 7 }),
        async (steps, latencies) => {
          const store = new MemoryJournalStore();
          const first = await record(store, steps, new World(cycle(latencies)));
          expect(first.error).toBeUndefined();
          const others = [() => 0, cycle(latencies.toReversed()), cycle(latencies.map((latency) => 5 - latency))];
          for (const latency of others) {
            const world = new World(latency);
            const again = await runScript(steps, { world, journal: replayFrom(store, "r") });
            expect(again.error).toBeUndefined();
            expect(JSON.stringify(again.messages)).toBe(JSON.stringify(first.messages));
            expect(world.total).toBe(0);
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});

function cycle(latencies: readonly number[]): () => number {
  let at = 0;
  return () => latencies[at++ % latencies.length] ?? 0;
}
