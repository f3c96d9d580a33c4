import { MemoryJournalStore, recordTo, replayFrom } from "@tesserae/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { latencies, teamScripts } from "./arbitrary-teams.ts";
import { chunksOf, isApproved, perform } from "./performance.ts";
import { buildTeam } from "./scripted-team.ts";
import { World } from "./world.ts";

describe("a replay of a team", () => {
  test("gives the same bytes and touches nothing, whatever the latencies", async () => {
    await fc.assert(
      fc.asyncProperty(teamScripts({ repeats: ["safe", "never"], people: [true] }), latencies, async (script, pace) => {
        const store = new MemoryJournalStore();
        const recorded = await perform(buildTeam(script, new World(pace)), "Go", recordTo(store, { runId: "r" }), {
          approve: isApproved,
        });
        expect(recorded.error).toBeUndefined();
        for (const other of [[0], pace.toReversed(), pace.map((latency) => 5 - latency)]) {
          const world = new World(other);
          const replayed = await perform(buildTeam(script, world), undefined, replayFrom(store, "r"));
          expect(replayed.error).toBeUndefined();
          expect(replayed.messages).toEqual(recorded.messages);
          expect(replayed.result?.stopReason).toBe(recorded.result?.stopReason);
          expect(replayed.result?.usage).toEqual(recorded.result?.usage);
          expect(replayed.result?.cost).toBe(recorded.result?.cost);
          expect(chunksOf(replayed.streamed)).toEqual(chunksOf(recorded.streamed));
          expect(world.total).toBe(0);
        }
      }),
      { numRuns: 60 },
    );
  });
});
