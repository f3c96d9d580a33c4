import type { BaseGroupChat } from "@tesserae/agentchat";
import { SingleThreadedAgentRuntime, type JsonObject } from "@tesserae/core";
import { SeededSchedule } from "@tesserae/core/testing";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { TEAM_RUNTIMES, type TestedRuntime } from "../../packages/agentchat/src/testing/team-runtimes.ts";
import { TALKING_TEAMS, conversations, type Conversation, type Moment } from "./conversations.ts";
import { endOf, essence, type End } from "./essence.ts";

/** How many random conversations are tried; more with `TESSERAE_FULL_TESTS=1`. */
const RUNS = process.env["TESSERAE_FULL_TESTS"] === "1" ? 300 : 20;

/** A runtime that rests after each message, with others still on their way: so does every runtime, now and then. */
const RESTING: (typeof TEAM_RUNTIMES)[number] = [
  "a tired runtime",
  () => {
    const runtime = new SingleThreadedAgentRuntime({ yieldEvery: 1 });
    runtime.start();
    return { runtime, close: () => runtime.close() };
  },
];

const CASES = TALKING_TEAMS.flatMap(([kind, make]) =>
  [...TEAM_RUNTIMES, RESTING].map(([runtime, makeRuntime]) => ({
    title: `${kind} with ${runtime}`,
    make,
    makeRuntime,
  })),
);

describe.each(CASES)("a conversation of $title", ({ make, makeRuntime }) => {
  let tested: TestedRuntime;

  beforeEach(() => {
    tested = makeRuntime();
  });
  afterEach(() => tested.close());

  /** Runs a conversation, saving whenever a model or a tool is about to answer. */
  function play(conversation: Conversation, save: (team: BaseGroupChat) => void | Promise<void>): Promise<End> {
    const schedule = new SeededSchedule(conversation.seed);
    const moment: Moment = async (name, signal) => {
      await save(team);
      await schedule.turn(name, signal);
    };
    const team = make(conversation, moment, tested.runtime);
    return schedule.run(() => endOf(team, conversation, "Work."));
  }

  /** A twin of the team, made and loaded as in another process, goes on to the same end from each of the states. */
  async function check(conversation: Conversation, states: readonly JsonObject[], whole: End): Promise<void> {
    for (const state of states) {
      const twin = make(conversation, () => Promise.resolve(), tested.runtime);
      await twin.loadState(JSON.parse(JSON.stringify(state)) as JsonObject);
      expect(await endOf(twin, conversation)).toEqual(whole);
    }
  }

  test("goes on as if nothing had been, from a state that was taken at any moment", async () => {
    let states = 0;
    await fc.assert(
      fc.asyncProperty(conversations, async (conversation) => {
        const saved: JsonObject[] = [];
        const whole = await play(conversation, async (team) => {
          saved.push(await team.saveState({ immediate: true }));
        });
        await check(conversation, saved, whole);
        states += saved.length;
      }),
      { numRuns: RUNS },
    );
    expect(states).toBeGreaterThan(RUNS);
  });

  test("goes on as if nothing had been, from a state that was asked for at any moment and waited for a whole one", async () => {
    let states = 0;
    await fc.assert(
      fc.asyncProperty(conversations, async (conversation) => {
        const saving: Promise<JsonObject>[] = [];
        const whole = await play(conversation, (team) => void saving.push(team.saveState()));
        const saved = await Promise.all(saving);
        // After the last turn there is nothing to go on with: another run would be the next one.
        const unfinished = saved.filter((state) => essence(state, conversation) !== whole.state);
        await check(conversation, unfinished, whole);
        states += saved.length;
      }),
      { numRuns: RUNS },
    );
    expect(states).toBeGreaterThan(RUNS);
  });
});
