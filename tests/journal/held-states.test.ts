import { answerInput, pendingInputs, type BaseGroupChat, type StreamItem, type TaskResult } from "@tesserae/agentchat";
import {
  canonicalJson,
  sha256Hex,
  toolDecision,
  type Json,
  type JsonObject,
  type OpenInput,
  type ToolDecision,
} from "@tesserae/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { latencies, teamScripts } from "./arbitrary-teams.ts";
import { buildTeam, type Member, type TeamScript } from "./scripted-team.ts";
import { World, timeless } from "./world.ts";

/** What a run showed, and how it ended. */
interface Shown {
  readonly items: readonly StreamItem[];
  readonly result: TaskResult | undefined;
}

async function shownBy(team: BaseGroupChat, task: string | undefined, approve?: typeof decide): Promise<Shown> {
  const items: StreamItem[] = [];
  let result: TaskResult | undefined;
  try {
    for await (const item of team.runStream(task, approve === undefined ? {} : { approve })) {
      if (item.type === "TaskResult") result = item;
      else items.push(item);
    }
  } catch (error) {
    if (result?.status !== "waiting") throw error;
  }
  return { items, result };
}

/** A person who decides by what is asked alone: yes, no, or with other arguments. */
function decide({ name, arguments: args }: { readonly name: string; readonly arguments: JsonObject }): ToolDecision {
  const number = Number.parseInt(sha256Hex(canonicalJson([name, args])).slice(0, 4), 16);
  if (number % 3 === 0) return { approved: false, reason: `reason ${number % 10}` };
  return number % 3 === 1 ? { approved: true } : { approved: true, arguments: { at: `changed ${number % 10}` } };
}

async function answerTo({ tool, prompt, path }: OpenInput, world: World): Promise<Json> {
  if (tool !== undefined) return { ...toolDecision(decide(tool)) };
  const name = /\/(?<name>\w+)\[\d+\]$/.exec(path)?.groups?.["name"] ?? "";
  return `answer ${await world.ask(name, prompt)}`;
}

/** The same script, with nobody there. */
function alone(script: TeamScript): TeamScript {
  const leave = (member: Member): Member =>
    member.type === "person" ? { ...member, there: false } : member.type === "assistant" ? member : alone(member);
  return { ...script, members: script.members.map(leave) };
}

/** Runs, and goes on in another process each time that somebody waits, with some of the answers or all. */
async function inManyProcesses(
  script: TeamScript,
  world: World,
  picks: readonly number[],
): Promise<Shown & { stops: number }> {
  let team = buildTeam(script, world);
  let shown = await shownBy(team, "Go");
  const items = [...shown.items];
  let stops = 0;
  while (shown.result?.status === "waiting") {
    let state = JSON.parse(JSON.stringify(await team.saveState())) as JsonObject;
    const asked = pendingInputs(state);
    expect(asked.length).toBeGreaterThan(0);
    const most = 1 + ((picks[stops % picks.length] ?? 0) % asked.length);
    for (const input of asked.slice(0, most)) {
      state = answerInput(state, input.requestId, await answerTo(input, world));
    }
    expect(pendingInputs(state).map(({ requestId }) => requestId)).toEqual(
      asked.slice(most).map(({ requestId }) => requestId),
    );
    team = buildTeam(script, world);
    await team.loadState(JSON.parse(JSON.stringify(state)) as JsonObject);
    shown = await shownBy(team, undefined);
    items.push(...shown.items);
    stops += 1;
    if (stops > 200) throw new Error("It waits for ever.");
  }
  return { items, result: shown.result, stops };
}

/** Runs, saves at once when a person is asked to approve, and goes on in another process, where all answers are given. */
async function savedWhenAsked(script: TeamScript, world: World): Promise<Shown & { stops: number }> {
  const items: StreamItem[] = [];
  let team = buildTeam(script, world);
  let task: string | undefined = "Go";
  for (let stops = 0; ; stops += 1) {
    const leaving = new AbortController();
    let isAsked: (word: "asked") => void = () => undefined;
    const asked = new Promise<"asked">((resolve) => {
      isAsked = resolve;
    });
    const approve = (): Promise<never> => {
      isAsked("asked");
      return new Promise(() => undefined);
    };
    const stream = team.runStream(task, { approve, signal: leaving.signal });
    const reading = (async () => {
      for await (const item of stream) if (item.type !== "TaskResult") items.push(item);
    })().catch((error: unknown) => {
      if (!leaving.signal.aborted) throw error;
    });
    if ((await Promise.race([asked, reading])) !== "asked") return { items, result: await stream.result, stops };
    let state = JSON.parse(JSON.stringify(await team.saveState())) as JsonObject;
    leaving.abort();
    await reading;
    for (const input of pendingInputs(state)) {
      state = answerInput(state, input.requestId, await answerTo(input, world));
    }
    team = buildTeam(script, world);
    await team.loadState(state);
    task = undefined;
  }
}

/** What was said and done, without what is only shown and with what is asked again once. */
function lines({ items }: Shown): readonly string[] {
  return items
    .filter(({ type }) => type !== "ModelClientStreamingChunkEvent" && type !== "UserInputRequestedEvent")
    .map(({ createdAt: _, ...item }) => JSON.stringify(timeless(JSON.parse(JSON.stringify(item)) as JsonObject)));
}

describe("a team that waits for people and goes on in other processes, without a journal", () => {
  test("does and says what it would have without stopping, and asks the world for nothing twice", async () => {
    let stops = 0;
    await fc.assert(
      fc.asyncProperty(
        teamScripts({ repeats: ["safe", "never"], people: [true], atOnce: false }),
        latencies,
        fc.array(fc.nat(5), { minLength: 1, maxLength: 4 }),
        async (script, pace, picks) => {
          const world = new World(pace);
          const whole = await shownBy(buildTeam(script, world), "Go", decide);
          const other = new World(pace);
          const held = await inManyProcesses(alone(script), other, picks);
          expect(lines(held)).toEqual(lines(whole));
          expect(held.result?.stopReason).toBe(whole.result?.stopReason);
          expect(Object.fromEntries(other.performed)).toEqual(Object.fromEntries(world.performed));
          stops += held.stops;
        },
      ),
      { numRuns: 60 },
    );
    expect(stops).toBeGreaterThan(0);
  });

  test("does so too when it is saved while somebody thinks about the answer", async () => {
    let stops = 0;
    await fc.assert(
      fc.asyncProperty(
        teamScripts({ repeats: ["safe", "never"], people: [true], atOnce: false }),
        latencies,
        async (script, pace) => {
          const world = new World(pace);
          const whole = await shownBy(buildTeam(script, world), "Go", decide);
          const other = new World(pace);
          const held = await savedWhenAsked(script, other);
          expect(lines(held)).toEqual(lines(whole));
          expect(held.result?.stopReason).toBe(whole.result?.stopReason);
          expect(Object.fromEntries(other.performed)).toEqual(Object.fromEntries(world.performed));
          stops += held.stops;
        },
      ),
      { numRuns: 60 },
    );
    expect(stops).toBeGreaterThan(0);
  });

  test("with several who speak at once, each does the same, and nothing is done twice", async () => {
    const members = fc.array(
      fc.record({
        type: fc.constant("assistant" as const),
        calls: fc.constantFrom(0, 1, 2),
        streams: fc.boolean(),
        repeat: fc.constantFrom("safe" as const, "never" as const),
        asks: fc.boolean(),
      }),
      { minLength: 4, maxLength: 5 },
    );
    const picks = fc.array(fc.nat(5), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(members, latencies, picks, fc.boolean(), async (scripted, pace, picked, shared) => {
        const script: TeamScript = { type: "graph-fan", members: scripted, turns: 9, counts: false, shared };
        const held = await inManyProcesses(script, new World(pace), picked);
        const whole = await shownBy(buildTeam(script, new World(pace)), "Go", decide);
        expect(held.result?.stopReason).toBe(whole.result?.stopReason);
        // What the last one hears depends on who was first: its words may be others, the number of its words not.
        const bySource = ({ items }: Shown): readonly string[] => items.map(({ source, type }) => `${source} ${type}`);
        expect(bySource(held).toSorted()).toEqual(bySource(whole).toSorted());
        const last = `"source":"top_${scripted.length - 1}"`;
        const early = (shown: Shown): readonly string[] => lines(shown).filter((line) => !line.includes(last));
        expect(early(held).toSorted()).toEqual(early(whole).toSorted());
      }),
      { numRuns: 20 },
    );
  });
});
