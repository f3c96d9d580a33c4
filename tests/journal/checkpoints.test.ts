import { tracingChannel } from "node:diagnostics_channel";
import {
  AssistantAgent,
  MagenticOneGroupChat,
  MaxMessageTermination,
  RoundRobinGroupChat,
  SelectorGroupChat,
  type BaseGroupChat,
} from "@tesserae/agentchat";
import { MemoryJournalStore, RuntimeError, recordTo, replayFrom, resumeFrom, type JournalEntry } from "@tesserae/core";
import type { EffectPayload } from "@tesserae/wire/channels";
import { describe, expect, test } from "vitest";
import { perform, type Performed } from "./performance.ts";
import { ScriptedModel, type Answer } from "./scripted-model.ts";
import { timeless } from "./world.ts";

const TURNS = 9;

/** What the members of a team say, and what a model that leads them. */
interface Said {
  readonly a: readonly Answer[];
  readonly b: readonly Answer[];
  readonly leads: readonly Answer[];
}

/** Turns of `a` and `b`, one after the other; what they say tells the turn. */
function said(from: number, fails?: number): Said {
  const turns = Array.from({ length: TURNS + 1 - from }, (_, index) => from + index);
  const answer = (turn: number): Answer => (turn === fails ? new RuntimeError("503: busy") : `turn ${turn}`);
  return {
    a: turns.filter((turn) => turn % 2 === 1).map(answer),
    b: turns.filter((turn) => turn % 2 === 0).map(answer),
    // The instruction of a turn that failed is recorded.
    leads: from === 1 ? ["facts", "plan", ...turns.map(ledger)] : turns.slice(1).map(ledger),
  };
}

/** The ledger that lets `a` and `b` speak in turn. */
function ledger(turn: number): string {
  const entry = (answer: boolean | string): object => ({ reason: "", answer });
  return JSON.stringify({
    is_request_satisfied: entry(false),
    is_in_loop: entry(turn % 3 === 0),
    is_progress_being_made: entry(true),
    next_speaker: entry(turn % 2 === 1 ? "a" : "b"),
    instruction_or_question: entry(`turn ${turn}, please`),
  });
}

/** Every effect that is answered from the journal while the body runs. */
async function answered(body: () => Promise<Performed>): Promise<{ readonly run: Performed; readonly leaves: number }> {
  let leaves = 0;
  const channel = tracingChannel<unknown, EffectPayload>("tesserae:effect");
  const count = (payload: unknown): void => {
    if ((payload as EffectPayload).source === "journal") leaves += 1;
  };
  channel.asyncEnd.subscribe(count);
  try {
    return { run: await body(), leaves };
  } finally {
    channel.asyncEnd.unsubscribe(count);
  }
}

const contents = ({ messages }: Performed): readonly string[] =>
  messages.map((message) => (JSON.parse(message) as { readonly content: string }).content);

const kinds: { readonly [kind: string]: (answers: Said) => BaseGroupChat } = {
  "round robin": ({ a, b }) =>
    new RoundRobinGroupChat({ ...members(a, b), terminationCondition: new MaxMessageTermination(TURNS + 1) }),
  "selector by a function": ({ a, b }) =>
    new SelectorGroupChat({
      ...members(a, b),
      modelClient: new ScriptedModel([]),
      selectorFunc: (thread) => (thread.length % 2 === 1 ? "a" : "b"),
      terminationCondition: new MaxMessageTermination(TURNS + 1),
    }),
  "led by a model": ({ a, b, leads }) =>
    new MagenticOneGroupChat({
      ...members(a, b),
      modelClient: new ScriptedModel(leads),
      terminationCondition: new MaxMessageTermination(TURNS + 1),
    }),
};

function members(a: readonly Answer[], b: readonly Answer[]): { readonly participants: readonly AssistantAgent[] } {
  return {
    participants: [
      new AssistantAgent({ name: "a", modelClient: new ScriptedModel(a) }),
      new AssistantAgent({ name: "b", modelClient: new ScriptedModel(b) }),
    ],
  };
}

describe.each(Object.entries(kinds))("a team (%s) that keeps its state every so many turns", (_kind, make) => {
  /** Leaves of a turn: the model's, and the choice of the speaker where a function or a model makes it. */
  const perTurn = _kind === "round robin" ? 1 : 2;
  /** Leaves before the first turn: facts and plan. */
  const before = _kind === "led by a model" ? 2 : 0;

  test.each([
    // The turn that fails is the eighth: seven are recorded.
    { stateEvery: undefined, asked: 7 },
    { stateEvery: 1, asked: 0 },
    { stateEvery: 2, asked: 1 },
    { stateEvery: 3, asked: 1 },
    { stateEvery: 5, asked: 2 },
    { stateEvery: 100, asked: 7 },
  ])("every $stateEvery: a resume asks for the leaves of $asked recorded turns", async ({ stateEvery, asked }) => {
    const whole = make(said(1));
    const unbroken = await perform(whole, "Go", recordTo(new MemoryJournalStore()));
    const store = new MemoryJournalStore();
    await perform(make(said(1, 8)), "Go", recordTo(store, { runId: "r", stateEvery }));

    const resumed = make(said(8));
    const { run, leaves } = await answered(() => perform(resumed, undefined, resumeFrom(store, "r")));
    expect(run.error).toBeUndefined();
    // The choice of the eighth speaker was recorded; what failed is asked again.
    expect(leaves).toBe(asked * perTurn + (perTurn - 1) + (asked === 7 ? before : 0));
    expect(contents(run)).toEqual(contents(unbroken));
    expect(run.result?.stopReason).toBe(unbroken.result?.stopReason);
    expect(run.result?.usage).toEqual(unbroken.result?.usage);
    expect(run.result?.cost).toEqual(unbroken.result?.cost);
    expect(timeless(await resumed.saveState())).toEqual(timeless(await whole.saveState()));

    // A replay takes no short cut.
    const replay = await answered(() => perform(make(said(TURNS + 1)), undefined, replayFrom(store, "r")));
    expect(replay.run.error).toBeUndefined();
    expect(replay.run.messages).toEqual(run.messages);
    expect(replay.leaves).toBe(before + TURNS * perTurn);
  });

  test("a resume keeps states too, when it is told to, and the next one starts from those", async () => {
    const store = new MemoryJournalStore();
    await perform(make(said(1, 3)), "Go", recordTo(store, { runId: "r" }));
    await perform(make(said(3, 8)), undefined, resumeFrom(store, "r", { stateEvery: 2 }));
    const entries: JournalEntry[] = [];
    for await (const entry of store.read("r")) entries.push(entry);
    const marks = entries.filter((entry) => entry.e === "mark");
    expect(marks.filter(({ state }) => state !== undefined).map(({ turn }) => turn)).toEqual([4, 6]);
    const { run, leaves } = await answered(() => perform(make(said(8)), undefined, resumeFrom(store, "r")));
    expect(run.result?.status).toBe("finished");
    expect(leaves).toBe(1 * perTurn + (perTurn - 1));
  });
});

test("how often must be a whole number", () => {
  for (const stateEvery of [0, -1, 1.5, Number.NaN]) {
    expect(() => recordTo(new MemoryJournalStore(), { stateEvery })).toThrow("stateEvery");
    expect(() => resumeFrom(new MemoryJournalStore(), "r", { stateEvery })).toThrow("stateEvery");
  }
});
