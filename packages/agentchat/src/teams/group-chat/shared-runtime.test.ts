import { SingleThreadedAgentRuntime, type AgentRuntime, type JsonObject } from "@tesserae/core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { HANDOFF_MESSAGE } from "../../messages/built-in-definitions.ts";
import { HandoffMessage } from "../../messages/factories.ts";
import { rejection } from "../../testing/collect.ts";
import { ledgerOf, shapeOf } from "../../testing/magentic-team.ts";
import { linesOf, readStream } from "../../testing/run-items.ts";
import { ScriptedClient } from "../../testing/scripted-client.ts";
import { Gate, SayingAgent } from "../../testing/team-agents.ts";
import { DiGraphBuilder } from "../graph-flow/di-graph-builder.ts";
import { GraphFlow } from "../graph-flow/graph-flow.ts";
import { MagenticOneGroupChat } from "../magentic-one/magentic-one-group-chat.ts";
import { RoundRobinGroupChat } from "../round-robin-group-chat/round-robin-group-chat.ts";
import { SelectorGroupChat } from "../selector-group-chat/selector-group-chat.ts";
import { Swarm } from "../swarm/swarm.ts";
import type { BaseGroupChat } from "./base-group-chat.ts";

let runtime: SingleThreadedAgentRuntime;
const unhandled: unknown[] = [];
const note = (error: unknown): void => void unhandled.push(error);

beforeEach(() => {
  runtime = new SingleThreadedAgentRuntime();
  runtime.start();
  unhandled.length = 0;
  process.on("unhandledRejection", note);
});
afterEach(async () => {
  await runtime.close();
  // Unhandled rejections are told after the microtasks.
  await new Promise((resolve) => {
    setImmediate(resolve);
  });
  process.off("unhandledRejection", note);
  expect(unhandled).toEqual([]);
});

/** Called before each answer of a member or of a model that leads. */
type Moment = (signal: AbortSignal | undefined) => void | Promise<void>;

/** Two turns of `a` and `b`, who say who they are, whose team they are of, and how much they have heard. */
type MakeTeam = (word: string, moment: Moment, runtime?: AgentRuntime) => BaseGroupChat;

const member = (name: string, word: string, moment: Moment): SayingAgent =>
  new SayingAgent(name, async (heard, { context }) => {
    await moment(context.signal);
    return `${word} after ${heard.length}`;
  });
const members = (word: string, moment: Moment): readonly SayingAgent[] =>
  ["a", "b"].map((name) => member(name, word, moment));

/** A model that answers a question in a form by how many answers of members it sees, and one in words with a word. */
function model(answers: readonly string[], moment: Moment): ScriptedClient {
  return new ScriptedClient(async ({ signal, jsonOutput }, { messages }) => {
    await moment(signal);
    const heard = JSON.stringify(messages).split(" after ").length - 1;
    return jsonOutput === undefined ? "word" : (answers[heard] ?? "");
  });
}

/** Hands on to `b`. */
function handingOver(word: string, moment: Moment): SayingAgent {
  const agent = new SayingAgent("a");
  Object.defineProperty(agent, "producedMessageTypes", { value: [HANDOFF_MESSAGE] });
  agent.respond = async (heard, { context }) => {
    await moment(context.signal);
    const content = `${word} after ${heard.length}`;
    return { type: "Response", chatMessage: HandoffMessage({ content, source: "a", target: "b" }, context) };
  };
  return agent;
}

const KINDS: readonly (readonly [kind: string, make: MakeTeam])[] = [
  [
    "RoundRobinGroupChat",
    (word, moment, given) =>
      new RoundRobinGroupChat({ participants: members(word, moment), maxTurns: 2, runtime: given }),
  ],
  [
    "SelectorGroupChat",
    (word, moment, given) =>
      new SelectorGroupChat({
        participants: [...members(word, moment), member("c", word, moment)],
        modelClient: model([`{"speaker":"a"}`, `{"speaker":"b"}`], moment),
        structuredChoice: true,
        allowRepeatedSpeaker: true,
        maxTurns: 2,
        runtime: given,
      }),
  ],
  [
    "Swarm",
    (word, moment, given) =>
      new Swarm({
        participants: [handingOver(word, moment), member("b", word, moment)],
        maxTurns: 2,
        runtime: given,
      }),
  ],
  [
    "GraphFlow",
    (word, moment, given) => {
      const builder = new DiGraphBuilder();
      for (const one of members(word, moment)) builder.addNode(one);
      return new GraphFlow({
        participants: builder.getParticipants(),
        graph: builder.addEdge("a", "b").build(),
        runtime: given,
      });
    },
  ],
  [
    "MagenticOneGroupChat",
    (word, moment, given) =>
      new MagenticOneGroupChat({
        participants: members(word, moment),
        modelClient: model([ledgerOf(), ledgerOf({ speaker: "b" }), ledgerOf({ done: "x" })], moment),
        runtime: given,
      }),
  ],
  [
    "a team in a team",
    (word, moment, given) =>
      new RoundRobinGroupChat({
        participants: [
          new RoundRobinGroupChat({
            name: "inner",
            participants: members(word, moment),
            maxTurns: 1,
            runtime: given,
          }),
          member("c", word, moment),
        ],
        maxTurns: 2,
        runtime: given,
      }),
  ],
];

const linesBy = (word: string, lines: readonly string[]): readonly string[] =>
  lines.map((line) => line.replaceAll("X", word));

describe.each(KINDS)("%s on a runtime that somebody else starts and stops", (_kind, make) => {
  /** What it says alone, on a runtime of its own. */
  const alone = async (): Promise<readonly string[]> =>
    shapeOf(linesOf((await make("X", () => undefined).run("Go")).messages));

  test("works at the same time as others whose members have the same names, each in its own conversation", async () => {
    const expected = await alone();
    const words = ["one", "two", "three"];
    const teams = words.map((word) => make(word, () => undefined, runtime));
    const results = await Promise.all(teams.map((team) => team.run("Go")));
    expect(results.map(({ messages }) => shapeOf(linesOf(messages)))).toEqual(
      words.map((word) => linesBy(word, expected)),
    );
    // Nor do their states mix.
    const states: readonly JsonObject[] = await Promise.all(teams.map((team) => team.saveState()));
    for (const [index, state] of states.entries()) {
      const others = words.filter((_, other) => other !== index);
      expect(others.filter((word) => JSON.stringify(state).includes(`${word} after`))).toEqual([]);
    }
    await Promise.all(teams.map((team) => team.close()));
    expect(runtime.subscriptions).toEqual([]);
  });

  test("one that is reset, loaded and closed leaves another of the same names as it is", async () => {
    const expected = await alone();
    const gate = new Gate();
    const busy = make("X", () => gate.pass(), runtime);
    const other = make("Y", () => undefined, runtime);
    const running = busy.run("Go");
    await gate.reached;
    await other.run("Go");
    const state = await other.saveState();
    await other.reset();
    await other.loadState(state);
    expect(await other.saveState()).toEqual(state);
    await other.close();
    gate.open();
    expect(shapeOf(linesOf((await running).messages))).toEqual(expected);
  });

  test("ends its run with an error when the runtime is stopped, wherever, and goes on when it is started again", async () => {
    const expected = await alone();
    let moments = 0;
    await make("X", () => void (moments += 1)).run("Go");
    for (let at = 0; at < moments; at += 1) {
      const reached = new Gate();
      let count = 0;
      const untilAborted: Moment = (signal) => {
        void reached.pass();
        return new Promise((_, reject) => {
          signal?.addEventListener("abort", () => reject(new Error("cut")));
        });
      };
      const team = make("X", (signal) => (count++ === at ? untilAborted(signal) : undefined), runtime);
      const reading = readStream(team.runStream("Go"));
      await reached.reached;
      await runtime.stop();
      const { items, result, error } = await reading;
      expect(String(error)).toMatch(/runtime was stopped/);
      expect(result).toMatchObject({ status: "failed", error, messages: items });
      runtime.start();
      const { messages } = await team.run();
      expect(shapeOf(linesOf([...items, ...messages]))).toEqual(expected);
      await team.reset();
      expect(shapeOf(linesOf((await team.run("Go")).messages))).toEqual(expected);
      await team.close();
    }
  });

  test("is told that the runtime is not there any more, in each run, and does not hang", async () => {
    const gate = new Gate();
    const team = make("X", () => gate.pass(), runtime);
    const reading = readStream(team.runStream("Go"));
    await gate.reached;
    await runtime.close();
    gate.open();
    expect((await reading).result).toMatchObject({ status: "failed" });
    const { result, error } = await readStream(team.runStream("Again"));
    expect(result).toMatchObject({ status: "failed", messages: [] });
    expect(String(error)).toMatch(/closed/);
  });

  test("is waited for by who stops the runtime when it is idle", async () => {
    const expected = await alone();
    const gate = new Gate();
    const team = make("X", () => gate.pass(), runtime);
    const running = team.run("Go");
    await gate.reached;
    const stopping = runtime.stopWhenIdle();
    gate.open();
    await stopping;
    expect(shapeOf(linesOf((await running).messages))).toEqual(expected);
  });
});

test("a member that never answers and does not look at the signal is given up when the runtime is stopped", async () => {
  const reached = new Gate();
  let turns = 0;
  const stuck = new SayingAgent("a", () => {
    turns += 1;
    if (turns > 1) return "a";
    void reached.pass();
    return new Promise(() => undefined);
  });
  const team = new RoundRobinGroupChat({ participants: [stuck], maxTurns: 1, runtime });
  const running = rejection(team.run("Go"));
  await reached.reached;
  await runtime.stop();
  expect(String(await running)).toMatch(/runtime was stopped/);
  runtime.start();
  expect(linesOf((await team.run()).messages)).toEqual(["a: a"]);
});

test("a runtime that handles one message of an agent at a time does not stand in the way of a team", async () => {
  const strict = new SingleThreadedAgentRuntime({ concurrency: 1 });
  strict.start();
  const team = new RoundRobinGroupChat({ participants: [new SayingAgent("a", "a")], maxTurns: 2, runtime: strict });
  expect((await team.run("Go")).messages).toHaveLength(3);
  await strict.close();
});
