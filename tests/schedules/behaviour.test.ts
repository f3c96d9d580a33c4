import type { BaseGroupChat, StreamItem, TaskResult } from "@tesserae/agentchat";
import { LimitError, isAbortError } from "@tesserae/core";
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { TEAM_RUNTIMES, type TestedRuntime } from "../../packages/agentchat/src/testing/team-runtimes.ts";
import { TALKING_TEAMS, type Conversation, type Moment } from "./conversations.ts";
import { endOf, essence, type End } from "./essence.ts";

const CONVERSATIONS: readonly Conversation[] = [
  { seed: 3, turns: 4, members: 3, tools: true, streams: true, shape: "diamond", outer: "round robin" },
  { seed: 8, turns: 5, members: 2, tools: true, streams: false, shape: "loop", outer: "selector" },
];

/** What a stream gave, and how it ended. */
interface Read {
  readonly items: readonly StreamItem[];
  readonly result: TaskResult | undefined;
  readonly error: unknown;
}

async function read(stream: AsyncIterable<StreamItem | TaskResult>): Promise<Read> {
  const items: StreamItem[] = [];
  let result: TaskResult | undefined;
  try {
    for await (const item of stream) {
      if (item.type === "TaskResult") result = item;
      else items.push(item);
    }
  } catch (error) {
    return { items, result, error };
  }
  return { items, result, error: undefined };
}

/** Lets everything run that still could. */
async function settled(): Promise<void> {
  for (let left = 5; left > 0; left -= 1) await new Promise((resolve) => setImmediate(resolve));
}

const forEver = (): Promise<never> => new Promise(() => undefined);

const CASES = TALKING_TEAMS.flatMap(([kind, make]) =>
  TEAM_RUNTIMES.flatMap(([runtime, makeRuntime]) =>
    CONVERSATIONS.map((conversation, index) => ({
      title: `${kind} with ${runtime}, ${index}`,
      make,
      makeRuntime,
      conversation,
      atOnce: kind === "GraphFlow" && conversation.shape === "diamond",
      leads: kind === "MagenticOneGroupChat" || kind === "a team in a team",
    })),
  ),
);

describe.each(CASES)("a run of $title", ({ make, makeRuntime, conversation, atOnce, leads }) => {
  const unhandled: unknown[] = [];
  const note = (reason: unknown): void => void unhandled.push(reason);
  let tested: TestedRuntime;
  /** The answers of models and tools of the run without faults, in order. */
  let moments: string[];
  let whole: End;

  beforeEach(async () => {
    unhandled.length = 0;
    process.on("unhandledRejection", note);
    tested = makeRuntime();
    moments = [];
    whole = await endOf(
      teamWith((name) => void moments.push(name)),
      conversation,
      "Work.",
    );
  });
  afterEach(async () => {
    await tested.close();
    await settled();
    process.off("unhandledRejection", note);
    expect(unhandled).toEqual([]);
  });

  /** The team, with something that happens before each answer. */
  function teamWith(
    happens: (name: string, number: number, team: BaseGroupChat) => void | Promise<void>,
  ): BaseGroupChat {
    let count = 0;
    const moment: Moment = async (name) => {
      count += 1;
      await happens(name, count - 1, team);
    };
    const team = make(conversation, moment, tested.runtime);
    return team;
  }

  /** Something that happens before one answer only. */
  const teamAt = (at: number, happens: (team: BaseGroupChat) => void | Promise<void>): BaseGroupChat =>
    teamWith((_name, number, team) => (number === at ? happens(team) : undefined));

  const isModel = (name: string | undefined): boolean => name?.startsWith("model") === true;
  const shown = (items: readonly StreamItem[]): readonly StreamItem[] =>
    items.filter(({ type }) => type !== "ModelClientStreamingChunkEvent");

  /**
   * The team goes on to where the run without faults ended, unless it is there already. Of those who speak at once, one
   * may have answered when another is asked again, who hears the answer then.
   */
  async function expectWhole(team: BaseGroupChat): Promise<void> {
    if (atOnce) return expect((await team.run()).status).toBe("finished");
    if (essence(await team.saveState(), conversation) === whole.state) return;
    expect(await endOf(team, conversation)).toEqual(whole);
  }

  test("ends with what there is when a model fails, whichever call; the next run goes on as if nothing had been", async () => {
    for (const [at, name] of moments.entries()) {
      if (!isModel(name)) continue;
      let answered = 0;
      const team = teamWith((now, number) => {
        if (number === at) throw new Error("503: busy");
        if (isModel(now)) answered += 1;
      });
      const { items, result, error } = await read(team.runStream("Work."));
      expect(String(error)).toContain("503: busy");
      expect(result).toMatchObject({ status: "failed", error, messages: shown(items) });
      if (!atOnce) expect(result?.usage.promptTokens).toBe(10 * answered);
      await expectWhole(team);
    }
  });

  test("goes on when a tool throws: the model sees an error", async () => {
    if (!moments.some((name) => name.startsWith("tool"))) return;
    const team = teamWith((name) => {
      if (name.startsWith("tool")) throw new Error("out of order");
    });
    const { items, result } = await read(team.runStream("Work."));
    expect(result).toMatchObject({ status: "finished", usage: { promptTokens: expect.any(Number) } });
    expect(JSON.stringify(items)).toContain("out of order");
  });

  test("ends by an abort wherever somebody never answers, and the next run goes on as if nothing had been", async () => {
    for (const at of moments.keys()) {
      const controller = new AbortController();
      const team = teamAt(at, () => {
        controller.abort(new Error("enough"));
        return forEver();
      });
      const { items, result, error } = await read(team.runStream("Work.", { signal: controller.signal }));
      expect(isAbortError(error)).toBe(true);
      expect(result).toMatchObject({ status: "aborted", usage: { promptTokens: expect.any(Number) } });
      expect(result?.messages).toEqual(shown(items));
      await expectWhole(team);
    }
  });

  test("ends when its time is up though somebody never answers", async () => {
    // It is up when the last one is asked, however long a busy machine takes until then.
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    onTestFinished(() => void vi.useRealTimers());
    const team = teamAt(moments.length - 1, () => {
      setImmediate(() => {
        vi.advanceTimersByTime(60_000);
        vi.useRealTimers();
      });
      return forEver();
    });
    const { result, error } = await read(team.runStream("Work.", { limits: { maxDurationMs: 60_000 } }));
    expect(error).toBeInstanceOf(LimitError);
    expect(result).toMatchObject({ status: "aborted", error });
    await expectWhole(team);
  });

  test("stops when its stream is left, at any item, and the next run goes on", async () => {
    const { items } = await read(teamWith(() => undefined).runStream("Work."));
    for (const at of items.keys()) {
      let answers = 0;
      const team = teamWith(() => void (answers += 1));
      let seen = 0;
      for await (const _ of team.runStream("Work.")) {
        seen += 1;
        if (seen > at) break;
      }
      const when = answers;
      await settled();
      expect(answers).toBe(when);
      // Who leads has said something, then, which is judged as said.
      if (leads) expect((await team.run()).status).toBe("finished");
      else await expectWhole(team);
    }
  });

  test("is the only one: a second run, a reset, a load and a close are refused, and it goes on", async () => {
    const team = teamWith(async (_name, _number, busy) => {
      for (const act of [() => busy.run("Again."), () => busy.reset(), () => busy.loadState({}), () => busy.close()]) {
        await expect(act()).rejects.toMatchObject({ code: "ERR_TEAM_RUNNING" });
      }
    });
    expect(await endOf(team, conversation, "Work.")).toEqual(whole);
  });

  test("is held and goes on again at any moment", async () => {
    for (const at of moments.keys()) {
      const team = teamAt(at, async (held) => {
        await held.pause();
        await held.resume();
      });
      expect(await endOf(team, conversation, "Work.")).toEqual(whole);
    }
  });

  test("after a reset is like the first, whatever the run before came to", async () => {
    const team = teamAt(moments.length - 1, () => {
      throw new Error("503: busy");
    });
    await read(team.runStream("Work."));
    await team.reset();
    expect(await endOf(team, conversation, "Work.")).toEqual(whole);
    await team.reset();
    expect(await endOf(team, conversation, "Work.")).toEqual(whole);
  });
});
