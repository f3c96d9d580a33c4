import { answerInput, pendingInputs, type BaseGroupChat, type StreamItem, type TaskResult } from "@tesserae/agentchat";
import {
  canonicalJson,
  sha256Hex,
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
  if (tool !== undefined) return { ...decide(tool) };
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
    expect(stops).toBeGreaterThan(20);
  }, 120_000);
});
