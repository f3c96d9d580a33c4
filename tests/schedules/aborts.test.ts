import type { StreamItem, TaskResult, Team } from "@tesserae/agentchat";
import { SeededSchedule, abortAtEveryStep } from "@tesserae/core/testing";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { TEAM_RUNTIMES, type TestedRuntime } from "../../packages/agentchat/src/testing/team-runtimes.ts";
import { SCHEDULED_TEAMS } from "./scheduled-teams.ts";

const unhandled: unknown[] = [];
const note = (reason: unknown): void => void unhandled.push(reason);

beforeEach(() => {
  unhandled.length = 0;
  process.on("unhandledRejection", note);
});
afterEach(() => {
  process.off("unhandledRejection", note);
});

/** The last item of a run's stream, whatever its end is. */
async function lastOf(team: Team, signal?: AbortSignal): Promise<StreamItem | TaskResult | undefined> {
  let last: StreamItem | TaskResult | undefined;
  const stream = team.runStream("Work.", { signal });
  try {
    for await (const item of stream) last = item;
  } catch (error) {
    await expect(stream.result).rejects.toBe(error);
  }
  return last;
}

const CASES = SCHEDULED_TEAMS.flatMap(([kind, make]) =>
  TEAM_RUNTIMES.map(([name, makeRuntime]) => ({ title: `${kind} with ${name}`, make, makeRuntime })),
);

describe.each(CASES)("$title", ({ make, makeRuntime }) => {
  let tested: TestedRuntime;

  beforeEach(() => {
    tested = makeRuntime();
  });
  afterEach(() => tested.close());

  test.each([1, 2, 3])("ends, and can be run again, wherever it is aborted (seed %i)", async (seed) => {
    const steps = await abortAtEveryStep(seed, async (schedule, signal, abortsAt) => {
      const team = make(schedule, tested.runtime);

      const last = await schedule.run(() => lastOf(team, signal));

      expect(last).toMatchObject({
        type: "TaskResult",
        status: abortsAt === undefined ? "finished" : "aborted",
        usage: { promptTokens: expect.any(Number) },
      });
      await team.reset();
      expect(await lastOf(team)).toMatchObject({ type: "TaskResult", status: "finished" });
    });
    expect(steps).toBeGreaterThan(1);
    await new Promise((resolve) => setImmediate(resolve));
    expect(unhandled).toEqual([]);
  });

  test("does the same twice in the order of one seed", async () => {
    const play = async (): Promise<readonly unknown[]> => {
      const schedule = new SeededSchedule("seed");
      const result = await schedule.run(() => make(schedule, tested.runtime).run("Work."));
      return [schedule.steps, result.messages.map(({ source, type }) => `${source}: ${type}`)];
    };
    expect(await play()).toEqual(await play());
  });

  test("takes a turn of two runs at once as if each ran alone", async () => {
    const alone = new SeededSchedule("seed");
    const expected = await alone.run(() => make(alone, tested.runtime).run("Work."));
    const schedule = new SeededSchedule("seed");
    const both = await schedule.run(() => Promise.all([1, 2].map(() => make(schedule, tested.runtime).run("Work."))));
    const sorted = ({ messages }: TaskResult): readonly string[] =>
      messages.map(({ source, type }) => `${source}: ${type}`).toSorted();
    expect(both.map(sorted)).toEqual([sorted(expected), sorted(expected)]);
  });
});
