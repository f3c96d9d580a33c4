import { AssistantMessage, UserMessage } from "@tesserae/core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { MaxMessageTermination } from "../../conditions/max-message-termination.ts";
import { typesOf } from "../../testing/collect.ts";
import { ORCHESTRATOR, ledgerOf, magenticTeam, questionOf, shapeOf } from "../../testing/magentic-team.ts";
import { linesOf, readStream } from "../../testing/run-items.ts";
import { SayingAgent } from "../../testing/team-agents.ts";
import { TEAM_RUNTIMES, type TestedRuntime } from "../../testing/team-runtimes.ts";
import { RoundRobinGroupChat } from "../round-robin-group-chat/round-robin-group-chat.ts";

/** Where the team of the test lives. */
let tested: TestedRuntime | undefined;

/** A team of the tested runtime. */
const teamOf = (...[answers, options, names]: Parameters<typeof magenticTeam>): ReturnType<typeof magenticTeam> =>
  magenticTeam(answers, { runtime: tested?.runtime, ...options }, names);

describe.each(TEAM_RUNTIMES)("with %s", (_name, make) => {
  beforeEach(() => {
    tested = make();
  });
  afterEach(() => tested?.close());

  test("a team surveys the facts, plans, instructs its members in turn, and gives the final answer", async () => {
    const { team, client } = teamOf(
      ["FACTS", "PLAN", ledgerOf({ speaker: "agent_1", instruction: "Begin." }), ledgerOf({ done: "Found." }), "42"],
      {},
      ["agent_1", "agent_2", "agent_3", "agent_4"],
    );
    const result = await team.run("What is it?");
    expect(shapeOf(linesOf(result.messages))).toEqual([
      "user: What is it?",
      "LEDGER",
      "M: Begin.",
      "agent_1: by agent_1",
      "M: 42",
    ]);
    expect(result.stopReason).toBe("Found.");
    for (const part of ["What is it?", "agent_3: The agent agent_3.", "FACTS", "PLAN"]) {
      expect(linesOf(result.messages)[1]).toContain(part);
    }
    expect(client.calls).toHaveLength(5);
  });

  test("a team that is stuck plans again and begins anew, with its count of stalls at 0", async () => {
    const stuck = ledgerOf({ progresses: false, instruction: "Try." });
    const { team, client, agents } = teamOf(
      ["F1", "P1", stuck, stuck, "F2", "P2", stuck, ledgerOf({ done: "Done." }), "end"],
      { maxStalls: 2 },
    );
    const result = await team.run("Go");
    expect(shapeOf(linesOf(result.messages))).toEqual([
      "user: Go",
      "LEDGER",
      "M: Try.",
      "a: by a",
      "LEDGER",
      "M: Try.",
      "a: by a",
      "M: end",
    ]);
    // The old facts are put before the model, after all that was said; then the team begins with the new ones.
    expect(questionOf(client, 4)).toContain("F1");
    expect(client.calls[4]?.messages).toHaveLength(4);
    expect(client.calls[6]?.messages.map(({ content }) => content)[0]).toMatch(/F2[\s\S]*P2/);
    expect(client.calls[6]?.messages).toHaveLength(2);
    // Once for the first plan, once for the second.
    expect(agents.map(({ resets }) => resets)).toEqual([2, 2]);
    expect(agents[0]?.heard.map((heard) => shapeOf(linesOf(heard)))).toEqual([
      ["LEDGER", "M: Try."],
      ["LEDGER", "M: Try."],
    ]);
  });

  describe("the inner loop", () => {
    test("counts a loop as a stall, and takes a stall back for progress", async () => {
      const loops = ledgerOf({ loops: true });
      const { team } = teamOf(["F", "P", loops, ledgerOf(), loops, loops, "F2", "P2", ledgerOf({ done: "x" }), "end"], {
        maxStalls: 2,
      });
      const { messages } = await team.run("Go");
      const round = ["M: Go on.", "a: by a"];
      expect(shapeOf(linesOf(messages))).toEqual([
        "user: Go",
        "LEDGER",
        ...round,
        ...round,
        ...round,
        "LEDGER",
        "M: end",
      ]);
    });

    test("ends after maxTurns and one round with the final answer, and a second run has rounds of its own", async () => {
      const answers = ["F", "P", ledgerOf(), ledgerOf({ speaker: "b" }), "end"];
      const { team } = teamOf([...answers, ...answers], { maxTurns: 1 });
      for (const task of ["one", "two"]) {
        const { messages, stopReason } = await team.run(task);
        expect(linesOf(messages).slice(2)).toEqual([
          `${ORCHESTRATOR}: Go on.`,
          "a: by a",
          `${ORCHESTRATOR}: Go on.`,
          "b: by b",
          `${ORCHESTRATOR}: end`,
        ]);
        expect(stopReason).toBe("Max rounds reached.");
      }
    });

    test("has 20 rounds by default, and no limit with null", () => {
      expect(teamOf([]).team.maxTurns).toBe(20);
      expect(teamOf([], { maxTurns: null, terminationCondition: new MaxMessageTermination(9) }).team.maxTurns).toBe(
        undefined,
      );
    });

    test("shows the model its own words as the assistant's and everybody else's as a user's", async () => {
      const { team, client } = teamOf(["F", "P", ledgerOf({ instruction: "Say it." }), ledgerOf({ done: "x" }), "end"]);
      await team.run("Go");
      expect(client.calls[3]?.messages.slice(1, 3)).toEqual([
        AssistantMessage({ content: "Say it.", source: ORCHESTRATOR }),
        UserMessage({ content: "by a", source: "a" }),
      ]);
    });

    test("takes what one who is alone is told to say for granted", async () => {
      const nobody = JSON.parse(ledgerOf()) as Record<string, unknown>;
      delete nobody["next_speaker"];
      const { team } = teamOf(["F", "P", JSON.stringify(nobody), ledgerOf({ done: "x" }), "end"], {}, ["only"]);
      expect(linesOf((await team.run("Go")).messages)[3]).toBe("only: by only");
    });

    test("ends by the condition, which sees what agents say and the task, not what the manager says", async () => {
      const { team } = teamOf(["F", "P", ledgerOf(), ledgerOf(), ledgerOf()], {
        terminationCondition: new MaxMessageTermination(3),
      });
      const { messages, stopReason } = await team.run("Go");
      expect(linesOf(messages).filter((line) => line === "a: by a")).toHaveLength(2);
      expect(stopReason).toMatch(/Maximum number of messages 3 reached/);
    });

    test("has the condition begin anew after a final answer", async () => {
      const answers = ["F", "P", ledgerOf(), ledgerOf({ done: "x" }), "end"];
      const { team } = teamOf([...answers, ...answers], { terminationCondition: new MaxMessageTermination(3) });
      for (const task of ["one", "two"]) expect((await team.run(task)).stopReason).toBe("x");
    });

    test("plans once, also when the model's plan is empty", async () => {
      const { team, client } = teamOf(["F", "", ledgerOf(), ledgerOf({ done: "x" }), "end"]);
      const { messages } = await team.run("Go");
      expect(linesOf(messages)[1]).toMatch(/None\.$/);
      expect(client.calls).toHaveLength(5);
    });

    test("says who was chosen after the instruction, where that is asked for", async () => {
      const { team } = teamOf(["F", "P", ledgerOf(), ledgerOf({ done: "x" }), "end"], { emitTeamEvents: true });
      const { messages } = await team.run("Go");
      expect(typesOf(messages)).toEqual([
        "TextMessage",
        "TextMessage",
        "TextMessage",
        "SelectSpeakerEvent",
        "TextMessage",
        "TextMessage",
      ]);
    });
  });

  test("a team led by a model can be a member of another, which hears what it says", async () => {
    const answers = ["F", "P", ledgerOf({ done: "x" }), "inner end"];
    const { team } = teamOf([...answers, ...answers], { name: "inner" });
    const outer = new RoundRobinGroupChat({
      runtime: tested?.runtime,
      participants: [team, new SayingAgent("critic")],
      maxTurns: 3,
    });
    const { items } = await readStream(outer.runStream("Go"));
    expect(shapeOf(linesOf(items))).toEqual([
      "user: Go",
      "LEDGER",
      "M: inner end",
      "critic: inner end",
      "LEDGER",
      "M: inner end",
    ]);
  });
});

describe("a team led by a model refuses", () => {
  test("teams among its participants, and no participants", () => {
    const inner = new RoundRobinGroupChat({ participants: [new SayingAgent("x")], maxTurns: 1, name: "inner" });
    const participants = [inner] as unknown as SayingAgent[];
    expect(() => magenticTeam([], { participants })).toThrow(/'inner' must be a ChatAgent/);
    expect(() => magenticTeam([], { participants: [] })).toThrow(/At least one participant is required/);
  });

  test.each([{ maxStalls: 0 }, { maxStalls: 1.5 }, { maxTurns: 0 }])("limits as %j", (options) => {
    expect(() => magenticTeam([], options)).toThrow(/must be greater than 0/);
  });
});
