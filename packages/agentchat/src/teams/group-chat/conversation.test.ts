import { imageFromBase64, isTesseraeError, type SingleThreadedAgentRuntime } from "@tesserae/core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { AssistantAgent } from "../../agents/assistant-agent/assistant-agent.ts";
import { FunctionalTermination } from "../../conditions/functional-termination.ts";
import { MaxMessageTermination } from "../../conditions/max-message-termination.ts";
import { TextMentionTermination } from "../../conditions/text-mention-termination.ts";
import { ExternalTermination } from "../../conditions/external-termination.ts";
import { contentType } from "../../messages/content-type.ts";
import { MultiModalMessage, StopMessage, TextMessage } from "../../messages/factories.ts";
import { StructuredMessage, structuredMessageDefinition } from "../../messages/structured-message.ts";
import { collect, rejection, typesOf, warningsOf } from "../../testing/collect.ts";
import { linesOf, readStream } from "../../testing/run-items.ts";
import { ScriptedClient, callsOf } from "../../testing/scripted-client.ts";
import { SayingAgent } from "../../testing/team-agents.ts";
import { TEAM_RUNTIMES, type TestedRuntime } from "../../testing/team-runtimes.ts";
import { addTool } from "../../testing/tools.ts";
import { RoundRobinGroupChat } from "../round-robin-group-chat/round-robin-group-chat.ts";

const PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
const PLAN = contentType("Plan", {
  type: "object",
  properties: { steps: { type: "integer" } },
  required: ["steps"],
});

describe.each(TEAM_RUNTIMES)("a team with %s", (_name, make) => {
  let tested: TestedRuntime;
  let runtime: SingleThreadedAgentRuntime | undefined;

  beforeEach(() => {
    tested = make();
    ({ runtime } = tested);
  });
  afterEach(() => tested.close());

  function coderAndExecutor(): RoundRobinGroupChat {
    const answers = ["code", "TERMINATE"];
    return new RoundRobinGroupChat({
      participants: [
        new SayingAgent("coder", (_heard, _turn, count) => answers[(count - 1) % 2] ?? ""),
        new SayingAgent("executor", "output"),
      ],
      terminationCondition: new TextMentionTermination("TERMINATE"),
      runtime,
    });
  }

  const echoes = (count: number): readonly SayingAgent[] =>
    Array.from({ length: count }, (_, index) => new SayingAgent(`a${index + 1}`));

  test("speaks in turn until a condition fires", async () => {
    const result = await coderAndExecutor().run("Write a program.");
    expect(linesOf(result.messages)).toEqual([
      "user: Write a program.",
      "coder: code",
      "executor: output",
      "coder: TERMINATE",
    ]);
    expect(result.stopReason).toBe("Text 'TERMINATE' mentioned");
    expect(result.status).toBe("finished");
  });

  test("gives the same tail for a string, a text message and a multi-modal message", async () => {
    const team = coderAndExecutor();
    const tails: (readonly string[])[] = [];
    for (const task of [
      "Go",
      TextMessage({ content: "Go", source: "user" }),
      MultiModalMessage({ content: ["Go", imageFromBase64(PNG)], source: "user" }),
    ]) {
      await team.reset();
      tails.push(linesOf((await team.run(task)).messages.slice(1)));
    }
    expect(tails[1]).toEqual(tails[0]);
    expect(tails[2]).toEqual(tails[0]);
    expect(tails[0]).toHaveLength(3);
  });

  test("streams exactly the messages of its result, the result last", async () => {
    const items = await collect(coderAndExecutor().runStream("Go"));
    const last = items.at(-1);
    expect(last).toMatchObject({ type: "TaskResult", messages: items.slice(0, -1) });
  });

  test("outputTaskMessages: false leaves out the task and nothing else", async () => {
    const team = coderAndExecutor();
    const shown = linesOf((await team.run("Go")).messages);
    await team.reset();
    const hidden = await readStream(team.runStream("Go", { outputTaskMessages: false }));
    expect(linesOf(hidden.items)).toEqual(shown.slice(1));
    expect(hidden.result?.messages).toEqual(hidden.items);
  });

  test("emitTeamEvents shows who is chosen before the items of that speaker", async () => {
    const team = new RoundRobinGroupChat({ participants: echoes(2), maxTurns: 3, emitTeamEvents: true, runtime });
    const { items } = await readStream(team.runStream("Go"));
    expect(typesOf(items)).toEqual([
      "TextMessage",
      "SelectSpeakerEvent",
      "TextMessage",
      "SelectSpeakerEvent",
      "TextMessage",
      "SelectSpeakerEvent",
      "TextMessage",
    ]);
    expect(items[1]).toMatchObject({ content: ["a1"], source: "RoundRobinGroupChatManager" });
  });

  test("a task of an unknown structured type is refused before anything starts", async () => {
    const team = coderAndExecutor();
    const task = StructuredMessage({ contentType: PLAN, content: { steps: 1 }, source: "user" });
    const error = await rejection(team.run(task));
    expect(String(error)).toMatch(/is not registered/);
    expect(team.participants.every((one) => (one as SayingAgent).heard.length === 0)).toBe(true);
  });

  test("an agent that answers with an unknown type fails the run", async () => {
    const odd = new SayingAgent("odd");
    odd.respond = (_heard, turn) =>
      Promise.resolve({
        type: "Response",
        chatMessage: { ...TextMessage({ content: "?", source: "odd" }, turn.context), type: "Unheard" } as never,
      });
    const error = await rejection(new RoundRobinGroupChat({ participants: [odd], maxTurns: 1, runtime }).run("Go"));
    expect(String(error)).toMatch(/not registered/);
  });

  test("an agent that gives no response fails the run, and says so", async () => {
    const mute = new SayingAgent("mute");
    mute.respond = () => Promise.resolve(undefined as never);
    const error = await rejection(new RoundRobinGroupChat({ participants: [mute], maxTurns: 1, runtime }).run("Go"));
    expect(String(error)).toMatch(/did not produce a final/);
  });

  test("a structured type that an agent says it produces is registered by itself", async () => {
    const planner = new SayingAgent("planner");
    const definition = structuredMessageDefinition(PLAN);
    Object.defineProperty(planner, "producedMessageTypes", { value: [definition] });
    planner.respond = (_heard, turn) =>
      Promise.resolve({
        type: "Response",
        chatMessage: StructuredMessage({ contentType: PLAN, content: { steps: 2 }, source: "planner" }, turn.context),
      });
    const team = new RoundRobinGroupChat({ participants: [planner], maxTurns: 1, runtime });
    expect((await team.run("Go")).messages[1]).toMatchObject({ content: { steps: 2 } });
    const twin = new RoundRobinGroupChat({ participants: [planner], maxTurns: 1, runtime });
    await twin.loadState(await team.saveState());
    expect(await twin.saveState()).toEqual(await team.saveState());
  });

  test("a turn with a tool contributes request, execution and summary", async () => {
    const client = new ScriptedClient([callsOf(["add", { a: 1, b: 2 }]), "done TERMINATE"]);
    const team = new RoundRobinGroupChat({
      participants: [
        new AssistantAgent({ name: "tool_user", modelClient: client, tools: [addTool()] }),
        new SayingAgent("echo"),
      ],
      terminationCondition: new TextMentionTermination("TERMINATE"),
      runtime,
    });
    expect(typesOf((await team.run("1 + 2")).messages)).toEqual([
      "TextMessage",
      "ToolCallRequestEvent",
      "ToolCallExecutionEvent",
      "ToolCallSummaryMessage",
      "TextMessage",
      "TextMessage",
    ]);
  });

  test("goes on where it stopped, and starts afresh after a reset", async () => {
    const team = new RoundRobinGroupChat({
      participants: echoes(4),
      terminationCondition: new MaxMessageTermination(3),
      runtime,
    });
    const sources = async (task?: string): Promise<readonly string[]> =>
      (await team.run(task)).messages.map(({ source }) => source);
    expect(await sources("Go")).toEqual(["user", "a1", "a2"]);
    expect(await sources()).toEqual(["a3", "a4", "a1"]);
    await team.reset();
    expect(await sources("Go")).toEqual(["user", "a1", "a2"]);
  });

  test("maxTurns counts answers, and its own reset does not reset whose turn it is", async () => {
    const team = new RoundRobinGroupChat({ participants: echoes(4), maxTurns: 3, runtime });
    const result = await team.run("Go");
    expect(result.messages.map(({ source }) => source)).toEqual(["user", "a1", "a2", "a3"]);
    expect(result.stopReason).toBe("Maximum number of turns 3 reached.");
    expect((await team.run()).messages.map(({ source }) => source)).toEqual(["a4", "a1", "a2"]);
    await team.reset();
    expect((await team.run("Go")).messages.map(({ source }) => source)).toEqual(["user", "a1", "a2", "a3"]);
  });

  test("a list of messages is one task, and counts for the condition", async () => {
    const team = new RoundRobinGroupChat({
      participants: echoes(2),
      terminationCondition: new MaxMessageTermination(4),
      runtime,
    });
    const task = ["one", "two", "three"].map((content) => TextMessage({ content, source: "user" }));
    const result = await team.run(task);
    expect(result.messages).toHaveLength(4);
    expect(result.stopReason).toBe("Maximum number of messages 4 reached, current message count: 4");
  });

  test("a condition that fired before the run ends it with the task alone", async () => {
    const external = new ExternalTermination();
    const team = new RoundRobinGroupChat({ participants: echoes(2), terminationCondition: external, runtime });
    external.set();
    const result = await team.run("Go");
    expect(linesOf(result.messages)).toEqual(["user: Go"]);
    expect(result.stopReason).toBe("External termination requested");
  });

  test("a condition that is over and was not reset gives no message at all", async () => {
    const condition = new TextMentionTermination("stop");
    await condition.check([TextMessage({ content: "stop", source: "user" })]);
    const team = new RoundRobinGroupChat({ participants: echoes(1), terminationCondition: condition, runtime });
    expect(await team.run("Go")).toMatchObject({
      messages: [],
      stopReason: "The group chat has already terminated.",
    });
  });

  test("a stop message of an agent is shown and told to the others like any message", async () => {
    const stopper = new SayingAgent("stopper");
    stopper.respond = (_heard, turn) =>
      Promise.resolve({
        type: "Response",
        chatMessage: StopMessage({ content: "halt", source: "stopper" }, turn.context),
      });
    const other = new SayingAgent("other");
    await new RoundRobinGroupChat({ participants: [stopper, other], maxTurns: 2, runtime }).run("Go");
    expect(other.heard[0]?.map(({ type }) => type)).toEqual(["TextMessage", "StopMessage"]);
  });

  test("a condition of the user's own may answer a boolean, and false stops nothing", async () => {
    const seen: number[] = [];
    const condition = new FunctionalTermination((delta) => {
      seen.push(delta.length);
      return seen.length === 3;
    });
    const bare = { terminated: false, reset: () => undefined, check: () => false, and: never, or: never };
    const team = new RoundRobinGroupChat({
      participants: echoes(1),
      terminationCondition: condition.or(bare),
      runtime,
    });
    expect((await team.run("Go")).stopReason).toBe("Functional termination condition met");
    expect(seen).toEqual([1, 1, 1]);
  });

  test("everybody hears everybody else once, in order, and not themselves", async () => {
    const agents = echoes(3);
    const say = agents.map((_, index) => `from ${index + 1}`);
    const speakers = agents.map((agent, index) => new SayingAgent(agent.name, say[index]));
    await new RoundRobinGroupChat({ participants: speakers, maxTurns: 5, runtime }).run("Go");
    expect(speakers.map(({ heard }) => heard.map(linesOf))).toEqual([
      [["user: Go"], ["a2: from 2", "a3: from 3"]],
      [
        ["user: Go", "a1: from 1"],
        ["a3: from 3", "a1: from 1"],
      ],
      [["user: Go", "a1: from 1", "a2: from 2"]],
    ]);
  });

  test("usage and cost are those of the model calls of this run", async () => {
    const client = new ScriptedClient(["one", "two", "three"]);
    const team = new RoundRobinGroupChat({
      participants: [new AssistantAgent({ name: "a", modelClient: client })],
      maxTurns: 1,
      runtime,
    });
    expect(await team.run("Go")).toMatchObject({ usage: { promptTokens: 10, completionTokens: 5 }, cost: 15 });
    expect(await team.run("Go")).toMatchObject({ usage: { promptTokens: 10, completionTokens: 5 }, cost: 15 });
  });
});

describe("what a team is made with", () => {
  test.each([
    ["no participant", { participants: [] }, /At least one participant is required/],
    ["nobody", { participants: undefined as never }, /RoundRobinGroupChat needs the option participants/],
    [
      "no list of participants",
      { participants: new SayingAgent("a") as never },
      /option participants must be a list of agents and teams/,
    ],
    [
      "something else",
      { participants: [new SayingAgent("a"), { name: "b" } as never] },
      /Invalid participant component type at 1/,
    ],
    ["equal names", { participants: [new SayingAgent("a"), new SayingAgent("a")] }, /participant names must be unique/],
    ["no turn", { participants: [new SayingAgent("a")], maxTurns: 0 }, /must be greater than 0/],
    ["half a turn", { participants: [new SayingAgent("a")], maxTurns: 1.5 }, /must be greater than 0/],
    [
      "an agent named like the manager",
      { participants: [new SayingAgent("RoundRobinGroupChatManager")] },
      /name of the team's manager/,
    ],
    [
      "an inner team with a blank in its name",
      {
        participants: [new RoundRobinGroupChat({ participants: [new SayingAgent("a")], name: "my team", maxTurns: 1 })],
      },
      /cannot be addressed/,
    ],
  ])("%s is refused", (_name, options, message) => {
    expect(() => new RoundRobinGroupChat({ maxTurns: 1, ...options })).toThrow(message);
  });

  test("neither a condition nor maxTurns warns with its code", async () => {
    const warnings = await warningsOf(() => new RoundRobinGroupChat({ participants: [new SayingAgent("a")] }));
    expect(warnings).toEqual([expect.stringMatching(/may never stop/)]);
  });

  test.each([
    ["an empty list", [], /Task list cannot be empty/],
    ["a number", 7, /Task must be a string/],
    ["a list with text in it", ["x"], /All messages in task list must be valid/],
  ])("%s is no task", async (_name, task, message) => {
    const team = new RoundRobinGroupChat({ participants: [new SayingAgent("a")], maxTurns: 1 });
    const { items, result, error } = await readStream(team.runStream(task as never));
    expect(String(error)).toMatch(message);
    expect(isTesseraeError(error)).toBe(true);
    expect(items).toEqual([]);
    expect(result).toMatchObject({ status: "failed", messages: [], usage: { promptTokens: 0 } });
  });
});

function never(): never {
  throw new Error("not used");
}
