import {
  AssistantAgent,
  ExternalTermination,
  MaxMessageTermination,
  RoundRobinGroupChat,
  TimeoutTermination,
  UserProxyAgent,
  type BaseGroupChat,
} from "@tesserae/agentchat";
import {
  MemoryJournalStore,
  RuntimeError,
  answer,
  forkFrom,
  recordTo,
  replayFrom,
  resumeFrom,
  type JournalEntry,
} from "@tesserae/core";
import { describe, expect, test } from "vitest";
import { perform } from "./performance.ts";
import { ScriptedModel, type Answer } from "./scripted-model.ts";
import { timeless } from "./world.ts";

const ID = { runId: "r" };

function teamOf(
  answers: { readonly [name: string]: readonly Answer[] },
  options: Partial<ConstructorParameters<typeof RoundRobinGroupChat>[0]> = {},
): { readonly team: BaseGroupChat; readonly models: { readonly [name: string]: ScriptedModel } } {
  const models = Object.fromEntries(Object.entries(answers).map(([name, list]) => [name, new ScriptedModel(list)]));
  const participants = Object.entries(models).map(([name, modelClient]) => new AssistantAgent({ name, modelClient }));
  return { team: new RoundRobinGroupChat({ participants, maxTurns: 4, ...options }), models };
}

async function entriesOf(store: MemoryJournalStore, runId = "r"): Promise<readonly JournalEntry[]> {
  const entries: JournalEntry[] = [];
  for await (const entry of store.read(runId)) entries.push(entry);
  return entries;
}

const texts = (messages: readonly string[]): readonly string[] =>
  messages.map((message) => (JSON.parse(message) as { content: string }).content);

describe("a fork", () => {
  test("takes the turns before it from the run and goes on by itself", async () => {
    const store = new MemoryJournalStore();
    const first = await perform(teamOf({ a: ["a1", "a2"], b: ["b1", "b2"] }).team, "Go", recordTo(store, ID));
    const { team, models } = teamOf({ a: ["A2"], b: ["B1", "B2"] });
    const fork = forkFrom(store, "r", { turn: 1, runId: "f" });
    const forked = await perform(team, undefined, fork);
    expect(texts(forked.messages)).toEqual(["Go", "a1", "B1", "A2", "B2"]);
    expect(models["a"]?.calls).toBe(1);
    expect(forked.messages.slice(0, 2)).toEqual(first.messages.slice(0, 2));
    expect(forked.messages[2]).not.toBe(first.messages[2]);
    expect((await entriesOf(store, "f"))[0]).toMatchObject({ e: "run", parent: { run: "r", upto: 1 } });
    const replayed = await perform(teamOf({ a: [], b: [] }).team, undefined, replayFrom(store, "f"));
    expect(replayed.messages).toEqual(forked.messages);
  });

  test("at no turn is the task with other models", async () => {
    const store = new MemoryJournalStore();
    await perform(teamOf({ a: ["a1", "a2"], b: ["b1", "b2"] }).team, "Go", recordTo(store, ID));
    const { team } = teamOf({ a: ["A1", "A2"], b: ["B1", "B2"] });
    const forked = await perform(team, undefined, forkFrom(store, "r", { turn: 0 }));
    expect(texts(forked.messages)).toEqual(["Go", "A1", "B1", "A2", "B2"]);
  });
});

describe("a resume", () => {
  test("of a run that failed asks for what failed again, and for nothing else", async () => {
    const store = new MemoryJournalStore();
    const key = new RuntimeError("401: the key is wrong");
    const failed = await perform(teamOf({ a: ["a1"], b: [key] }).team, "Go", recordTo(store, ID));
    expect(failed.result).toMatchObject({ status: "failed" });
    expect((await store.list())[0]?.status).toBe("failed");
    const { team, models } = teamOf({ a: ["a2"], b: ["b1", "b2"] });
    const resumed = await perform(team, undefined, resumeFrom(store, "r"));
    expect(texts(resumed.messages)).toEqual(["Go", "a1", "b1", "a2", "b2"]);
    expect(models["a"]?.calls).toBe(1);
    expect(texts(resumed.streamed.map((item) => JSON.stringify(item)))).toEqual(["b1", "a2", "b2"]);
  });

  test("works with the team object that failed, too", async () => {
    const store = new MemoryJournalStore();
    const key = new RuntimeError("401: the key is wrong");
    const { team } = teamOf(
      { a: ["a1", "a2"], b: [key, "b1", "b2"] },
      { terminationCondition: new MaxMessageTermination(4) },
    );
    await perform(team, "Go", recordTo(store, ID));
    const resumed = await perform(team, undefined, resumeFrom(store, "r"));
    expect(texts(resumed.messages)).toEqual(["Go", "a1", "b1", "a2"]);
    expect(resumed.result?.stopReason).toBe("Maximum number of messages 4 reached, current message count: 4");
  });

  test("of a run that was aborted goes on; a replay of it ends as it ended", async () => {
    const store = new MemoryJournalStore();
    const controller = new AbortController();
    const never: Answer = () => {
      controller.abort(new Error("closed the lid"));
      return new Promise(() => undefined);
    };
    const make = (b: readonly Answer[]): BaseGroupChat => teamOf({ a: ["a1", "a2"], b }).team;
    const aborted = await perform(make([never]), "Go", recordTo(store, ID), { signal: controller.signal });
    expect(aborted.result?.status).toBe("aborted");
    expect(texts(aborted.messages)).toEqual(["Go", "a1"]);
    const replayed = await perform(make([]), undefined, replayFrom(store, "r"));
    expect(replayed.result?.status).toBe("aborted");
    expect(replayed.messages).toEqual(aborted.messages);
    const resumed = await perform(teamOf({ a: ["a2"], b: ["b1", "b2"] }).team, undefined, resumeFrom(store, "r"));
    expect(texts(resumed.messages)).toEqual(["Go", "a1", "b1", "a2", "b2"]);
  });

  test("brings the team to where an unbroken one stands", async () => {
    const whole = teamOf({ a: ["a1", "a2"], b: ["b1"] }, { maxTurns: 3 }).team;
    await whole.run("Go");
    const store = new MemoryJournalStore();
    await perform(teamOf({ a: ["a1"], b: [new RuntimeError("no")] }, { maxTurns: 3 }).team, "Go", recordTo(store, ID));
    const resumed = teamOf({ a: ["a2"], b: ["b1"] }, { maxTurns: 3 }).team;
    await perform(resumed, undefined, resumeFrom(store, "r"));
    expect(timeless(await resumed.saveState())).toEqual(timeless(await whole.saveState()));
  });
});

describe("a person who is not there", () => {
  const make = (): BaseGroupChat =>
    new RoundRobinGroupChat({
      name: "top",
      maxTurns: 2,
      participants: [
        new AssistantAgent({ name: "a", modelClient: new ScriptedModel(["What colour?"]) }),
        new UserProxyAgent({
          name: "person",
          inputFunc: () => Promise.reject(new RuntimeError("Nobody is there.", { code: "ERR_INPUT_WAITING" })),
        }),
      ],
    });

  test("leaves the run waiting; it goes on with the answer that another process gave", async () => {
    const store = new MemoryJournalStore();
    const waiting = await perform(make(), "Go", recordTo(store, ID));
    expect(waiting.result).toMatchObject({ status: "waiting", error: { code: "ERR_INPUT_WAITING" } });
    const [summary] = await store.list();
    expect(summary?.status).toBe("waiting");
    const [input] = summary?.inputs ?? [];
    expect(input?.path).toMatch(/^\/team\[0\]\/person\[0\]/);
    await answer(store, "r", input?.requestId ?? "", "blue");
    await expect(answer(store, "r", input?.requestId ?? "", "red")).rejects.toMatchObject({
      code: "ERR_INPUT_ANSWERED",
    });
    const resumed = await perform(make(), undefined, resumeFrom(store, "r"));
    expect(resumed.result).toMatchObject({ status: "finished" });
    expect(texts(resumed.messages)).toEqual(["Go", "What colour?", "", "blue"]);
    expect((await perform(make(), undefined, replayFrom(store, "r"))).messages).toEqual(resumed.messages);
  });

  test("may be asked as often as the run is resumed without an answer", async () => {
    const store = new MemoryJournalStore();
    await perform(make(), "Go", recordTo(store, ID));
    const again = await perform(make(), undefined, resumeFrom(store, "r"));
    expect(again.result?.status).toBe("waiting");
    expect((await store.list())[0]?.inputs).toHaveLength(1);
  });
});

describe("what comes from outside", () => {
  test("a stop that was asked for is recorded: a replay stops there without it", async () => {
    const store = new MemoryJournalStore();
    const external = new ExternalTermination();
    const stop: Answer = () => {
      external.set();
      return Promise.resolve("a2");
    };
    const recorded = await perform(
      teamOf({ a: ["a1", stop], b: ["b1", "b2"] }, { terminationCondition: external }).team,
      "Go",
      recordTo(store, ID),
    );
    expect(recorded.result?.stopReason).toBe("External termination requested");
    const replayed = await perform(
      teamOf({ a: [], b: [] }, { terminationCondition: new ExternalTermination() }).team,
      undefined,
      replayFrom(store, "r"),
    );
    expect(replayed.error).toBeUndefined();
    expect(replayed.messages).toEqual(recorded.messages);
  });

  test("time is recorded: a replay of a timeout is equal whatever the clock says", async () => {
    const store = new MemoryJournalStore();
    let now = 1_000_000;
    const clock = Date.now;
    Date.now = () => now;
    try {
      const late: Answer = () => {
        now += 5000;
        return Promise.resolve("late");
      };
      const condition = (): TimeoutTermination => new TimeoutTermination(3);
      const recorded = await perform(
        teamOf({ a: ["a1", late], b: ["b1"] }, { terminationCondition: condition() }).team,
        "Go",
        recordTo(store, ID),
      );
      expect(recorded.result?.stopReason).toBe("Timeout of 3 seconds reached");
      const replayed = await perform(
        teamOf({ a: [], b: [] }, { terminationCondition: condition() }).team,
        undefined,
        replayFrom(store, "r"),
      );
      expect(replayed.error).toBeUndefined();
      expect(replayed.messages).toEqual(recorded.messages);
    } finally {
      Date.now = clock;
    }
  });

  test("a pause has its place in the record, and reaches the participants again in a replay", async () => {
    const store = new MemoryJournalStore();
    const paused: string[] = [];
    class Watched extends AssistantAgent {
      override onPause(): Promise<void> {
        paused.push(this.name);
        return Promise.resolve();
      }
    }
    const make = (answers: readonly Answer[]): BaseGroupChat =>
      new RoundRobinGroupChat({
        participants: [new Watched({ name: "a", modelClient: new ScriptedModel(answers) })],
        maxTurns: 2,
      });
    const holder: { team?: BaseGroupChat } = {};
    const pausing: Answer = async () => {
      await holder.team?.pause();
      return "a1";
    };
    holder.team = make([pausing, "a2"]);
    const recorded = await perform(holder.team, "Go", recordTo(store, ID));
    expect(recorded.error).toBeUndefined();
    expect((await entriesOf(store)).filter(({ e }) => e === "signal")).toMatchObject([{ k: "pause", to: "/team[0]" }]);
    const replayed = await perform(make([]), undefined, replayFrom(store, "r"));
    expect(replayed.error).toBeUndefined();
    expect(paused).toEqual(["a", "a"]);
  });
});

describe("a replay that differs", () => {
  test.each([
    ["another prompt", { a: "Be brief.", names: ["a", "b"] }],
    ["another participant", { a: undefined, names: ["a", "c"] }],
  ])("%s fails at the first changed address, and nothing is asked", async (_name, { a, names }) => {
    const store = new MemoryJournalStore();
    await perform(teamOf({ a: ["a1", "a2"], b: ["b1", "b2"] }).team, "Go", recordTo(store, ID));
    const models = names.map(() => new ScriptedModel(["never"]));
    const participants = names.map(
      (name, index) =>
        new AssistantAgent({
          name,
          modelClient: models[index] ?? new ScriptedModel([]),
          ...(name === "a" && a !== undefined ? { systemMessage: a } : {}),
        }),
    );
    const replayed = await perform(
      new RoundRobinGroupChat({ participants, maxTurns: 4 }),
      undefined,
      replayFrom(store, "r"),
    );
    expect(replayed.error).toMatchObject({ code: "ERR_JOURNAL_DIVERGED" });
    expect(replayed.result?.status).toBe("failed");
    expect(models.map(({ calls }) => calls)).toEqual([0, 0]);
  });
});

describe("runs of one team object", () => {
  test("are one journal each; the second begins with the state after the first", async () => {
    const store = new MemoryJournalStore();
    const { team } = teamOf({ a: ["a1", "a2"], b: ["b1"] }, { maxTurns: 1 });
    const first = await perform(team, "Go", recordTo(store, { runId: "one" }));
    const second = await perform(team, "On", recordTo(store, { runId: "two" }));
    expect(texts(second.messages)).toEqual(["On", "b1"]);
    const fresh = (): BaseGroupChat => teamOf({ a: [], b: [] }, { maxTurns: 1 }).team;
    expect((await perform(fresh(), undefined, replayFrom(store, "two"))).messages).toEqual(second.messages);
    expect((await perform(fresh(), undefined, replayFrom(store, "one"))).messages).toEqual(first.messages);
    // On the used object as well: it is put back to where the run began.
    expect((await perform(team, undefined, replayFrom(store, "one"))).messages).toEqual(first.messages);
  });

  test("one that is refused because the team runs leaves no journal", async () => {
    const store = new MemoryJournalStore();
    const holder: { team?: BaseGroupChat; refused?: Promise<unknown> } = {};
    const inside: Answer = async () => {
      holder.refused = perform(team, "Again", recordTo(store, { runId: "second" }));
      await holder.refused;
      return "a1";
    };
    const { team } = teamOf({ a: [inside] }, { maxTurns: 1 });
    await team.run("Go");
    expect(await holder.refused).toMatchObject({ error: { code: "ERR_TEAM_RUNNING" } });
    expect(await store.list()).toEqual([]);
  });
});
