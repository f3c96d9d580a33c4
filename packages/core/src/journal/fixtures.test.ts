import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { FileJournalStore } from "./file/file-store.ts";
import { forkFrom, replayFrom, resumeFrom } from "./journals.ts";
import { FIXTURE_V1 } from "./testing/fixture-scripts.ts";
import { runScript } from "./testing/workload.ts";
import { World } from "./testing/world.ts";

let directory = "";
let store: FileJournalStore;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "tesserae-fixtures-"));
  cpSync(join(import.meta.dirname, "fixtures/v1"), directory, { recursive: true });
  store = new FileJournalStore({ directory });
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const ask = () => Promise.resolve("red");

// These files were written once, and load for ever.
describe("a journal of version 1", () => {
  test("is listed", async () => {
    const runs = await store.list();
    expect(Object.fromEntries(runs.map(({ runId, status }) => [runId, status]))).toEqual({
      finished: "finished",
      waiting: "waiting",
      interrupted: "interrupted",
      aborted: "aborted",
    });
    expect(runs.find(({ runId }) => runId === "waiting")?.inputs).toMatchObject([{ prompt: "Which colour?" }]);
    expect(runs.every(({ task, turns, labels }) => task === "go" && turns >= 1 && labels["by"] === "fixture")).toBe(
      true,
    );
  });

  test.each(["finished", "aborted"])("that is %s is replayed", async (runId) => {
    const world = new World();
    const { error } = await runScript(FIXTURE_V1, { world, ask, journal: replayFrom(store, runId) });
    expect(error).toBeUndefined();
    expect(world.total).toBe(0);
  });

  test.each(["waiting", "interrupted", "aborted"])("that is %s is resumed", async (runId) => {
    const world = new World();
    const resumed = await runScript(FIXTURE_V1, { world, ask, journal: resumeFrom(store, runId) });
    expect(resumed.error).toBeUndefined();
    expect(resumed.outcome.status).toBe("finished");
    expect(resumed.run.state).toEqual({ thread: ["before ".repeat(50)] });
    const again = await runScript(FIXTURE_V1, { world: new World(), ask, journal: replayFrom(store, runId) });
    expect(again.error).toBeUndefined();
  });

  test("is forked", async () => {
    const world = new World();
    const forked = await runScript(FIXTURE_V1, { world, ask, journal: forkFrom(store, "finished", { turn: 1 }) });
    expect(forked.outcome.status).toBe("finished");
    expect([...world.performed.keys()].some((key) => key.startsWith("a "))).toBe(false);
  });
});
