import {
  type CreateResult,
  LimitError,
  MemoryJournalStore,
  recordTo,
  replayFrom,
  resumeFrom,
  type Journal,
  type RunLimits,
} from "@tesserae/core";
import { describe, expect, test } from "vitest";
import { AssistantAgent } from "../agents/assistant-agent/assistant-agent.ts";
import type { TaskResult } from "../base/task.ts";
import { RunLimitTermination } from "../conditions/run-limit-termination.ts";
import { DiGraphBuilder } from "../teams/graph-flow/di-graph-builder.ts";
import { GraphFlow } from "../teams/graph-flow/graph-flow.ts";
import { RoundRobinGroupChat } from "../teams/round-robin-group-chat/round-robin-group-chat.ts";
import { linesOf, readStream } from "../testing/run-items.ts";
import { SCRIPTED_USAGE, ScriptedClient, answerOf, callsOf } from "../testing/scripted-client.ts";
import { SayingAgent } from "../testing/team-agents.ts";
import { AgentTool } from "../tools/agent-tool.ts";
import { addTool } from "../testing/tools.ts";

/** What one call of the model reserves, in pico-dollars. */
const WORST = 100;

/** A model whose every answer costs what was reserved for it; all of its calls are under way at once. */
class DearModel extends ScriptedClient {
  spent = 0;

  constructor(answers = 99) {
    super(
      Array.from({ length: answers }, (_, index) => async (): Promise<CreateResult> => {
        this.spent += WORST;
        for (let turns = 0; turns < 3; turns += 1) await new Promise((resolve) => setImmediate(resolve));
        return { ...answerOf({ content: `answer ${index}` }), cost: WORST };
      }),
    );
  }
}

type OnLimit = NonNullable<ConstructorParameters<typeof AssistantAgent>[0]["onLimit"]>;

/** Eight assistants who speak at once, after one who starts. */
function eightAtOnce(modelClient: ScriptedClient, onLimit?: OnLimit): GraphFlow {
  const start = new SayingAgent("start", "go");
  const agents = Array.from(
    { length: 8 },
    (_, index) => new AssistantAgent({ name: `a${index}`, modelClient, onLimit }),
  );
  const builder = new DiGraphBuilder().addNode(start);
  for (const agent of agents) builder.addNode(agent).addEdge(start, agent);
  return new GraphFlow({ participants: builder.getParticipants(), graph: builder.build() });
}

function answers({ messages }: Pick<TaskResult, "messages">): readonly string[] {
  return messages.flatMap((item) => (item.type === "TextMessage" && item.source.startsWith("a") ? [item.content] : []));
}

describe("the money of a run with eight agents who speak at once", () => {
  test("is not passed; those who had their answer have said it when the run ends with the limit's error", async () => {
    for (const journal of [undefined, recordTo(new MemoryJournalStore())]) {
      const model = new DearModel();
      const { result, error } = await readStream(
        eightAtOnce(model).runStream("Go.", { journal, limits: { maxCost: 3.5 * WORST } }),
      );
      expect(model.spent).toBe(3 * WORST);
      expect(error).toBeInstanceOf(LimitError);
      expect(error).toMatchObject({ limit: "maxCost", account: { allowed: 350, used: 300, wanted: 100 } });
      expect(result).toMatchObject({ status: "failed", cost: 3 * WORST });
      expect(answers(result ?? { messages: [] })).toHaveLength(3);
    }
  });

  test("refuses with a result that the agent can act on: it answers without its model, in a replay as well", async () => {
    const store = new MemoryJournalStore();
    const onLimit: OnLimit = ({ limit, account }) => `no ${limit}: ${account?.wanted} of ${account?.allowed}`;
    const journal = recordTo(store, { runId: "r" });
    const model = new DearModel();
    const first = await eightAtOnce(model, onLimit).run("Go.", { journal, limits: { maxCost: 5 * WORST } });
    expect(model.spent).toBe(5 * WORST);
    expect(first.status).toBe("finished");
    const refused = first.messages.filter((item) => item.metadata["limit"] === "maxCost");
    expect(linesOf(refused).map((line) => line.slice(4))).toEqual(Array(3).fill("no maxCost: 100 of 500"));
    expect(answers(first)).toHaveLength(8);
    const again = await eightAtOnce(new DearModel(0), onLimit).run(undefined, { journal: replayFrom(store, "r") });
    expect(again).toEqual(first);
  });

  test("that the journal says is spent counts when the run is resumed; with more money it goes on", async () => {
    const store = new MemoryJournalStore();
    const limits = { maxCost: 3 * WORST };
    const first = new DearModel();
    await readStream(eightAtOnce(first).runStream("Go.", { journal: recordTo(store, { runId: "r" }), limits }));
    const second = new DearModel();
    const again = await readStream(eightAtOnce(second).runStream(undefined, { journal: resumeFrom(store, "r") }));
    expect(again.error).toBeInstanceOf(LimitError);
    expect(first.spent + second.spent).toBe(3 * WORST);
    const third = new DearModel();
    const more = { maxCost: 8 * WORST };
    const last = await eightAtOnce(third).run(undefined, { journal: resumeFrom(store, "r"), limits: more });
    expect(answers(last)).toHaveLength(8);
    expect(last.cost).toBe(8 * WORST);
    expect(third.spent).toBe(5 * WORST);
  });
});

describe("an agent as a tool that may use no more", () => {
  test("is an error result for the agent that called it, which goes on with what is left", async () => {
    const inner = new AssistantAgent({ name: "inner", modelClient: new DearModel() });
    const cheap = new ScriptedClient([callsOf(["inner", { task: "Think." }]), "without it"]);
    const outer = new AssistantAgent({
      name: "outer",
      modelClient: Object.assign(cheap, { maxCost: () => 15 }),
      tools: [new AgentTool({ agent: inner })],
      reflectOnToolUse: true,
    });
    const team = new RoundRobinGroupChat({ participants: [outer], maxTurns: 1 });
    const { messages, cost } = await team.run("Go.", { limits: { maxCost: 60 } });
    expect(linesOf(messages).at(-1)).toBe("outer: without it");
    expect(linesOf(messages).find((line) => line.includes("stopped by a limit"))).toContain("was refused");
    expect(cost).toBe(30);
  });

  test("eight of them at once do not pass the limit either", async () => {
    const model = new DearModel();
    const tools = Array.from(
      { length: 8 },
      (_, index) => new AgentTool({ agent: new AssistantAgent({ name: `a${index}`, modelClient: model }) }),
    );
    const calls = tools.map(({ name }) => [name, { task: "Think." }] as const);
    const outer = new AssistantAgent({ name: "outer", modelClient: new ScriptedClient([callsOf(...calls)]), tools });
    // The first call reserves 100 and costs 15.
    const { messages } = await outer.run("Go.", { limits: { maxCost: 15 + 4 * WORST } });
    expect(model.spent).toBe(4 * WORST);
    const execution = messages.find((item) => item.type === "ToolCallExecutionEvent");
    expect(execution?.content.map(({ isError }) => isError).filter(Boolean)).toHaveLength(4);
  });
});

test("tool calls that are refused are results for the model", async () => {
  const calls = callsOf(["add", { a: 1, b: 2 }], ["add", { a: 3, b: 4 }]);
  const agent = new AssistantAgent({
    name: "a",
    modelClient: new ScriptedClient([calls, "three"]),
    tools: [addTool()],
    reflectOnToolUse: true,
  });
  const { messages } = await agent.run("Add.", { limits: { maxToolCalls: 1 } });
  const execution = messages.find((item) => item.type === "ToolCallExecutionEvent");
  expect(execution?.content).toMatchObject([
    { content: "3", isError: false },
    { isError: true, content: expect.stringMatching(/stopped by a limit of the run.*1 tool calls/) },
  ]);
  expect(linesOf(messages).at(-1)).toBe("a: three");
});

describe("the turns of a run", () => {
  const nested = (): RoundRobinGroupChat => {
    const inner = new RoundRobinGroupChat({
      name: "inner",
      participants: [new SayingAgent("a", "x"), new SayingAgent("b", "y")],
      maxTurns: 3,
    });
    return new RoundRobinGroupChat({ participants: [inner, new SayingAgent("c", "z")], maxTurns: 9 });
  };

  test.each([
    [1, ["a"]],
    [3, ["a", "b", "a"]],
    [4, ["a", "b", "a", "c"]],
    [5, ["a", "b", "a", "c", "b"]],
  ])(
    "stop it with a result at %i, those in inner teams counted; a replay and a resume are equal",
    async (maxTurns, speakers) => {
      const store = new MemoryJournalStore();
      for (const journal of [undefined, recordTo(store, { runId: "r" })]) {
        const { messages, stopReason } = await nested().run("Go.", { journal, limits: { maxTurns } });
        expect(messages.slice(1).map(({ source }) => source)).toEqual(speakers);
        expect(stopReason).toBe(`Maximum number of turns ${maxTurns} reached.`);
      }
      const again = await nested().run(undefined, { journal: replayFrom(store, "r") });
      expect(again.messages).toHaveLength(speakers.length + 1);
    },
  );

  test("count from where a run was left at a kept state", async () => {
    const store = new MemoryJournalStore();
    let broken = true;
    const team = (): RoundRobinGroupChat =>
      new RoundRobinGroupChat({
        participants: [
          new SayingAgent("a", "x"),
          new SayingAgent("b", (_heard, _turn, count) => {
            if (broken && count === 2) throw new Error("broken");
            return "y";
          }),
        ],
        maxTurns: 50,
      });
    const journal = recordTo(store, { runId: "r", stateEvery: 1 });
    await readStream(team().runStream("Go.", { journal, limits: { maxTurns: 5 } }));
    broken = false;
    const result = await team().run(undefined, { journal: resumeFrom(store, "r") });
    expect(result.messages.slice(1).map(({ source }) => source)).toEqual(["a", "b", "a", "b", "a"]);
  });
});

describe("a condition on what the run has used", () => {
  const run = (
    limits: ConstructorParameters<typeof RunLimitTermination>[0],
    options: { readonly journal?: Journal; readonly limits?: RunLimits } = {},
  ): Promise<TaskResult> => {
    const agent = new AssistantAgent({ name: "a", modelClient: new DearModel(), maxToolIterations: 2 });
    const inner = new RoundRobinGroupChat({ name: "inner", participants: [agent], maxTurns: 1 });
    const condition = new RunLimitTermination(limits);
    return new RoundRobinGroupChat({ participants: [inner], terminationCondition: condition, maxTurns: 50 }).run(
      "Go.",
      options,
    );
  };

  test.each([
    [{ maxTurns: 3 }, 3, "maxTurns 3, used 3"],
    [{ maxModelCalls: 2 }, 2, "maxModelCalls 2, used 2"],
    [{ maxTokens: 31 }, 3, "maxTokens 31, used 45"],
    [{ maxCost: 150 }, 2, "maxCost 150, used 200"],
    [{ maxCost: 1000, maxTurns: 4 }, 4, "maxTurns 4, used 4"],
  ] as const)("%j stops the team after the turn, with a result", async (limits, said, words) => {
    const { messages, stopReason, status } = await run(limits);
    expect(messages).toHaveLength(1 + said);
    expect(stopReason).toBe(`Limit of the run reached: ${words}`);
    expect(status).toBe("finished");
  });

  test("stops for tool calls, and for a cost that is not known", async () => {
    const team = (client: ScriptedClient, condition: RunLimitTermination): RoundRobinGroupChat =>
      new RoundRobinGroupChat({
        participants: [new AssistantAgent({ name: "a", modelClient: client, tools: [addTool()] })],
        terminationCondition: condition,
        maxTurns: 50,
      });
    const adding = Array.from({ length: 9 }, () => callsOf(["add", { a: 1, b: 2 }], ["add", { a: 1, b: 2 }]));
    const byCalls = await team(new ScriptedClient(adding), new RunLimitTermination({ maxToolCalls: 3 })).run("Go.");
    expect(byCalls.stopReason).toBe("Limit of the run reached: maxToolCalls 3, used 4");
    const unpriced = Object.assign(new ScriptedClient(["x", "y"]), { cost: () => undefined });
    const byCost = await team(unpriced, new RunLimitTermination({ maxCost: 5 })).run("Go.");
    expect(byCost.stopReason).toBe("Limit of the run reached: maxCost 5, used a sum that is not known");
    expect(SCRIPTED_USAGE.promptTokens).toBe(10);
  });

  test("needs a limit above 0", () => {
    expect(() => new RunLimitTermination({})).toThrow(/At least one of maxTurns, maxModelCalls/);
    expect(() => new RunLimitTermination({ maxCost: 0 })).toThrow("maxCost must be a number above 0, got 0.");
    expect(() => new RunLimitTermination({ maxTokens: Number.NaN })).toThrow("maxTokens");
  });
});

describe("agents who speak at once when the run has fewer turns left", () => {
  const five = ["b", "c", "d", "e", "f"];
  /** `a` leads to five at once, and those to `last`. */
  const fan = (): GraphFlow => {
    const builder = new DiGraphBuilder().addNode(new SayingAgent("a", "a"));
    for (const name of [...five, "last"]) builder.addNode(new SayingAgent(name, name));
    for (const name of five) builder.addEdge("a", name).addEdge(name, "last");
    return new GraphFlow({ participants: builder.getParticipants(), graph: builder.build() });
  };
  const speakers = ({ messages }: TaskResult): string => messages.map(({ source }) => source).join(" ");

  test("begin no more than there are turns; the others are asked by the next run, in another team too", async () => {
    const team = fan();
    const first = await team.run("Go.", { limits: { maxTurns: 3 } });
    expect(speakers(first)).toBe("user a b c");
    expect(first).toMatchObject({ status: "finished", stopReason: "Maximum number of turns 3 reached." });
    const other = fan();
    await other.loadState(structuredClone(await team.saveState()));
    expect(await other.saveState()).toEqual(await team.saveState());
    for (const one of [team, other]) {
      const second = await one.run(undefined, { limits: { maxTurns: 9 } });
      expect(speakers(second)).toBe("d e f last");
      expect(second.stopReason).toBe("Digraph execution is complete");
    }
  });

  test("are held back one by one; a run without a turn ends with the task", async () => {
    const team = fan();
    expect(speakers(await team.run("Go.", { limits: { maxTurns: 0 } }))).toBe("user");
    for (const name of ["a", ...five, "last"]) {
      const result = await team.run(undefined, { limits: { maxTurns: 1 } });
      expect(speakers(result)).toBe(name);
    }
  });

  test("are as many in a replay, and in a run that goes on from its record", async () => {
    const store = new MemoryJournalStore();
    const limits = { maxTurns: 3 };
    const recorded = await fan().run("Go.", { journal: recordTo(store, { runId: "r", stateEvery: 1 }), limits });
    expect((await fan().run(undefined, { journal: replayFrom(store, "r") })).messages).toEqual(recorded.messages);
    const resumed = await fan().run(undefined, { journal: resumeFrom(store, "r") });
    expect(speakers(resumed)).toBe("user a b c");
  });

  test("end the run with the error of one of them, whoever is held back", async () => {
    const builder = new DiGraphBuilder();
    const broken = new SayingAgent("b", () => {
      throw new LimitError("maxCost", "too dear");
    });
    for (const agent of [new SayingAgent("a", "a"), broken, new SayingAgent("c", "c")]) builder.addNode(agent);
    const team = new GraphFlow({ participants: builder.getParticipants(), graph: builder.build() });
    const { result, error } = await readStream(team.runStream("Go.", { limits: { maxTurns: 2 } }));
    expect(error).toMatchObject({ message: expect.stringContaining("too dear") });
    expect(speakers(result ?? ({ messages: [] } as never))).toBe("user a");
  });
});
