import { describe, expect, test } from "vitest";
import {
  DivergenceError,
  MemoryJournalStore,
  recordTo,
  replayFrom,
  resumeFrom,
  type JournalEntry,
} from "@tesserae/core";
import { builtInMessages, taskResultToJson, type TaskResult } from "@tesserae/agentchat";
import { nestedTeams, type Changes, type World } from "./nested-teams.ts";

const KINDS = ["round robin", "selector", "magentic one"] as const;
const world = (): World => ({ models: 0, tools: 0, inputs: 0 });

/** A run of the teams, and all that its journal holds. */
async function recorded(kind: (typeof KINDS)[number]) {
  const store = new MemoryJournalStore();
  const outside = world();
  const result = await nestedTeams(kind, outside).run("Measure the floor.", {
    journal: recordTo(store, { runId: "r", seed: "s" }),
  });
  const entries: JournalEntry[] = [];
  for await (const entry of store.read("r")) entries.push(entry);
  return { store, entries, result, outside };
}

/** A store that holds what was written before a kill. */
async function cutAfter(entries: readonly JournalEntry[], count: number): Promise<MemoryJournalStore> {
  const store = new MemoryJournalStore();
  const writer = await store.open("r", "create");
  await writer.append(entries.slice(0, count));
  await writer.close();
  return store;
}

const asJson = (result: TaskResult): unknown => taskResultToJson(result, builtInMessages());

/** What was said, as it is written, without its times: what is said after a resume is said later. */
function content(result: TaskResult): string {
  return JSON.stringify(asJson(result), (key, value: unknown) => (key === "created_at" ? "" : value));
}

const settled = (entries: readonly JournalEntry[], kind: string): number =>
  entries.filter((entry) => entry.e === "settle" && entry.a.includes(`!${kind}:`)).length;

describe.each(KINDS)("teams nested twice, the middle one a %s", (kind) => {
  test("is resumed after every entry of its journal to the messages of the unbroken run", async () => {
    const { entries, result, outside } = await recorded(kind);
    expect(outside.tools).toBeGreaterThanOrEqual(2);
    expect(outside.inputs).toBe(1);
    expect(entries.at(-1)).toMatchObject({ e: "end", o: "finished" });
    for (let count = 1; count <= entries.length; count += 1) {
      const store = await cutAfter(entries, count);
      const again = world();
      const resumed = await nestedTeams(kind, again).run(undefined, { journal: resumeFrom(store, "r") });
      expect(JSON.parse(content(resumed)), `killed after entry ${count}`).toEqual(JSON.parse(content(result)));
      // What had settled is not performed again, everything else is, once.
      const before = entries.slice(0, count);
      expect(again, `killed after entry ${count}`).toEqual({
        models: outside.models - settled(before, "model"),
        tools: outside.tools - settled(before, "tool"),
        inputs: outside.inputs - settled(before, "input"),
      });
    }
  });

  test("is replayed to equal bytes, and nothing outside is touched", async () => {
    const { store, result } = await recorded(kind);
    const untouched = world();
    const replayed = await nestedTeams(kind, untouched).run(undefined, { journal: replayFrom(store, "r") });
    expect(JSON.stringify(asJson(replayed))).toBe(JSON.stringify(asJson(result)));
    expect(untouched).toEqual(world());
  });

  test.each<readonly [string, Changes, string]>([
    ["prompt", { systemMessage: "Be brief." }, "Be brief."],
    ["tool schema", { toolDescription: "Measures twice." }, "Measures twice."],
    ["participant", { secondWriter: "poet" }, "poet"],
  ])(
    "with another %s, a replay fails at the first changed address, and nothing is performed",
    async (_, changes, told) => {
      const { store } = await recorded(kind);
      const untouched = world();
      const error: unknown = await nestedTeams(kind, untouched, changes)
        .run(undefined, { journal: replayFrom(store, "r") })
        .catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(DivergenceError);
      expect(String(error)).toContain(told);
      expect(untouched).toEqual(world());
    },
  );
});
