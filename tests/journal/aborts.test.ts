import { MemoryJournalStore, isTesseraeError, recordTo, replayFrom, resumeFrom } from "@tesserae/core";
import type { JsonObject } from "@tesserae/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { latencies, teamScripts } from "./arbitrary-teams.ts";
import { chunksOf, isApproved, perform as performed, type Performed } from "./performance.ts";
import { buildTeam } from "./scripted-team.ts";
import { World, timeless, turn } from "./world.ts";

const ID = { runId: "r" };

/** Runs a team whose person is there and answers at once. */
const perform: typeof performed = (team, task, journal, options) =>
  performed(team, task, journal, { approve: isApproved, ...options });

const shape = (run: Performed): readonly JsonObject[] =>
  run.messages.map((message) => timeless(JSON.parse(message) as JsonObject));

describe("a team that is aborted at any moment", () => {
  test("has settled all that was begun when it ends; replays equal; resumed, it ends as if nothing had been", async () => {
    let aborted = 0;
    let inside = 0;
    await fc.assert(
      fc.asyncProperty(
        teamScripts({ repeats: ["safe"], people: [true], atOnce: false }),
        latencies,
        fc.array(fc.nat({ max: 40 }), { minLength: 3, maxLength: 3 }),
        fc.boolean(),
        async (script, pace, moments, streams) => {
          const whole = await perform(buildTeam(script, new World(pace)), "Go", recordTo(new MemoryJournalStore()));
          for (const moment of moments) {
            const store = new MemoryJournalStore();
            const controller = new AbortController();
            const first = new World(pace);
            const { signal } = controller;
            const running = perform(buildTeam(script, first), "Go", recordTo(store, ID), { signal });
            for (let left = moment; left > 0; left -= 1) await turn();
            controller.abort(new Error("enough"));
            const recorded = await running;
            if (recorded.result?.status !== "aborted") continue;
            aborted += 1;

            const open = new Set<string>();
            for await (const entry of store.read("r")) {
              if (entry.e === "begin") open.add(entry.a);
              if (entry.e === "settle") open.delete(entry.a);
              if (entry.e === "settle" && entry.o === "aborted") inside += 1;
            }
            expect([...open]).toEqual([]);

            for (const other of [[0], pace.toReversed(), [3, 0, 5]]) {
              const offline = new World(other);
              const again = await perform(buildTeam(script, offline), undefined, replayFrom(store, "r"));
              expect(isTesseraeError(again.error, "ERR_ABORTED") ? undefined : again.error).toBeUndefined();
              expect(again.result?.status).toBe("aborted");
              expect(again.messages).toEqual(recorded.messages);
              if (streams)
                expect(Object.keys(chunksOf(again.streamed))).toEqual(Object.keys(chunksOf(recorded.streamed)));
              expect(again.result?.usage).toEqual(recorded.result.usage);
              expect(offline.total).toBe(0);
            }

            const second = new World(pace.toReversed());
            const resumed = await perform(buildTeam(script, second), undefined, resumeFrom(store, "r"));
            expect(resumed.error).toBeUndefined();
            expect(shape(resumed)).toEqual(shape(whole));
            const last = await perform(buildTeam(script, new World()), undefined, replayFrom(store, "r"));
            expect(last.error).toBeUndefined();
            expect(last.messages).toEqual(resumed.messages);
          }
        },
      ),
      { numRuns: 40 },
    );
    expect(aborted).toBeGreaterThan(20);
    expect(inside).toBeGreaterThan(10);
  });

  test("and again when it is resumed, goes on each time from where it was", async () => {
    let again = 0;
    await fc.assert(
      fc.asyncProperty(
        teamScripts({ repeats: ["safe"], people: [true], atOnce: false }),
        latencies,
        fc.array(fc.integer({ min: 1, max: 25 }), { minLength: 2, maxLength: 4 }),
        async (script, pace, moments) => {
          const whole = await perform(buildTeam(script, new World(pace)), "Go", recordTo(new MemoryJournalStore()));
          const store = new MemoryJournalStore();
          for (const [index, moment] of moments.entries()) {
            const controller = new AbortController();
            const { signal } = controller;
            const journal = index === 0 ? recordTo(store, ID) : resumeFrom(store, "r");
            const task = index === 0 ? "Go" : undefined;
            const running = perform(buildTeam(script, new World(pace)), task, journal, { signal });
            for (let left = moment; left > 0; left -= 1) await turn();
            controller.abort();
            const part = await running;
            const [run] = await store.list();
            // Where it was still answered from its record, that stays as it was.
            if (run?.status === "aborted") {
              if (index > 0) again += 1;
              const offline = await perform(buildTeam(script, new World()), undefined, replayFrom(store, "r"));
              expect(offline.messages).toEqual(part.messages);
              expect(offline.result?.status).toBe("aborted");
            }
          }
          const last = await perform(buildTeam(script, new World(pace)), undefined, resumeFrom(store, "r"));
          expect(last.error).toBeUndefined();
          expect(shape(last)).toEqual(shape(whole));
        },
      ),
      { numRuns: 40 },
    );
    expect(again).toBeGreaterThan(0);
  });
});
