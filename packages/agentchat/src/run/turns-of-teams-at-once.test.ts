import { MemoryJournalStore, recordTo, replayFrom, resumeFrom } from "@tesserae/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { AssistantAgent } from "../agents/assistant-agent/assistant-agent.ts";
import { DiGraphBuilder } from "../teams/graph-flow/di-graph-builder.ts";
import { GraphFlow } from "../teams/graph-flow/graph-flow.ts";
import { RoundRobinGroupChat } from "../teams/round-robin-group-chat/round-robin-group-chat.ts";
import { SocietyOfMindAgent } from "../agents/society-of-mind-agent/society-of-mind-agent.ts";
import { SayingAgent } from "../testing/team-agents.ts";
import { ScriptedClient, callsOf } from "../testing/scripted-client.ts";
import { AgentTool } from "../tools/agent-tool.ts";
import { TeamTool } from "../tools/team-tool.ts";

/** How many turns have begun: the run's own count is what is tested. */
interface Count {
  begun: number;
}

/** An agent whose answer takes some rounds of the event loop. */
function talker(name: string, count: Count, rounds: number): SayingAgent {
  return new SayingAgent(name, async () => {
    count.begun += 1;
    for (let left = rounds; left > 0; left -= 1) await new Promise((resolve) => setImmediate(resolve));
    return `${name} says`;
  });
}

/** A team of two who take four turns in all. */
function pair(name: string, count: Count, rounds: number, emitTeamEvents = false): RoundRobinGroupChat {
  const participants = ["x", "y"].map((suffix) => talker(`${name}${suffix}`, count, rounds));
  return new RoundRobinGroupChat({ name, participants, maxTurns: 4, emitTeamEvents });
}

const EIGHT = Array.from({ length: 8 }, (_, index) => index);

/** An assistant that asks eight teams at once, and then says what it has. */
function asker(count: Count, rounds: readonly number[], emitTeamEvents?: boolean): AssistantAgent {
  const tools = EIGHT.map((index) => {
    const team = pair(`t${index}`, count, rounds[index % rounds.length] ?? 0, emitTeamEvents);
    return new TeamTool({ name: `team${index}`, description: "Talks.", team });
  });
  const calls = tools.map(({ name }) => [name, { task: "Talk." }] as const);
  return new AssistantAgent({ name: "outer", modelClient: new ScriptedClient([callsOf(...calls)]), tools });
}

describe("eight teams that run at once never take more turns than the run has", () => {
  test("as tools of an agent, however long each turn takes and however many are left", async () => {
    const given = fc.record({
      maxTurns: fc.integer({ min: 1, max: 33 }),
      rounds: fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 8 }),
      emitTeamEvents: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(given, async ({ maxTurns, rounds, emitTeamEvents }) => {
        const count = { begun: 0 };
        const team = new RoundRobinGroupChat({ participants: [asker(count, rounds, emitTeamEvents)], maxTurns: 9 });
        const result = await team.run("Go.", { limits: { maxTurns } });
        // The outer agent takes the first turn, and the teams 32 at most.
        expect(count.begun).toBe(maxTurns - 1);
        expect(result).toMatchObject({
          status: "finished",
          stopReason: `Maximum number of turns ${maxTurns} reached.`,
        });
      }),
      { numRuns: 60 },
    );
  });

  test("inside agents of a graph who speak at once", async () => {
    const count = { begun: 0 };
    const builder = new DiGraphBuilder().addNode(talker("start", count, 0));
    for (const index of EIGHT) {
      const modelClient = new ScriptedClient(["in short"]);
      const node = new SocietyOfMindAgent({
        name: `s${index}`,
        team: pair(`t${index}`, count, index % 3),
        modelClient,
      });
      builder.addNode(node).addEdge("start", node);
    }
    const team = new GraphFlow({ participants: builder.getParticipants(), graph: builder.build() });
    const result = await team.run("Go.", { limits: { maxTurns: 12 } });
    // The start and the eight who have a team inside take nine of them.
    expect(count.begun).toBe(1 + 3);
    expect(result).toMatchObject({ status: "finished", stopReason: "Digraph execution is complete" });
  });

  test("a replay and a resume of such a run are equal to it", async () => {
    const store = new MemoryJournalStore();
    const make = (): readonly [Count, RoundRobinGroupChat] => {
      const count = { begun: 0 };
      return [count, new RoundRobinGroupChat({ participants: [asker(count, [3, 0, 2])], maxTurns: 9 })];
    };
    const [first, team] = make();
    const recorded = await team.run("Go.", { journal: recordTo(store, { runId: "r" }), limits: { maxTurns: 6 } });
    expect(first.begun).toBe(5);
    for (const journal of [replayFrom(store, "r"), resumeFrom(store, "r")]) {
      const [again, same] = make();
      const { messages } = await same.run(undefined, { journal });
      expect(messages).toEqual(recorded.messages);
      expect(again.begun).toBeLessThanOrEqual(5);
    }
  });
});

describe("an agent as a tool", () => {
  test("that is left without a turn is a call that the limit refused, and its caller goes on", async () => {
    const count = { begun: 0 };
    const tools = EIGHT.map((index) => new AgentTool({ agent: talker(`a${index}`, count, 1) }));
    const calls = tools.map(({ name }) => [name, { task: "Talk." }] as const);
    const modelClient = new ScriptedClient([callsOf(...calls), "that is all"]);
    const outer = new AssistantAgent({ name: "outer", modelClient, tools, reflectOnToolUse: true });
    const { messages } = await outer.run("Go.", { limits: { maxTurns: 4 } });
    expect(count.begun).toBe(3);
    const execution = messages.find((item) => item.type === "ToolCallExecutionEvent");
    const refused = execution?.content.filter(({ isError }) => isError) ?? [];
    expect(refused).toHaveLength(5);
    for (const { content } of refused) expect(content).toMatch(/stopped by a limit of the run.*may use 4 turns/);
    expect(messages.at(-1)).toMatchObject({ content: "that is all" });
  });

  test("and an agent of its own whose run has no turn is refused before anything is asked", async () => {
    const count = { begun: 0 };
    const running = talker("a", count, 0).run("Go.", { limits: { maxTurns: 0 } });
    await expect(running).rejects.toMatchObject({ code: "ERR_LIMIT_TURNS", limit: "maxTurns" });
    expect(count.begun).toBe(0);
  });
});
