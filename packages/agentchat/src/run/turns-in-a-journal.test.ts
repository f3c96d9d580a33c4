import { MemoryJournalStore, forkFrom, recordTo, replayFrom, resumeFrom, type RunLimits } from "@tesserae/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { AssistantAgent } from "../agents/assistant-agent/assistant-agent.ts";
import { DiGraphBuilder } from "../teams/graph-flow/di-graph-builder.ts";
import { GraphFlow } from "../teams/graph-flow/graph-flow.ts";
import { RoundRobinGroupChat } from "../teams/round-robin-group-chat/round-robin-group-chat.ts";
import { ScriptedClient } from "../testing/scripted-client.ts";

/** Two who take turns, until the model fails at its call of this number. */
function pair(failsAt: number): RoundRobinGroupChat {
  let calls = 0;
  const answer = (): string => {
    calls += 1;
    if (calls === failsAt) throw new Error("The provider is down.");
    return `answer ${calls}`;
  };
  const participants = ["a", "b"].map((name) => new AssistantAgent({ name, modelClient: new ScriptedClient(answer) }));
  return new RoundRobinGroupChat({ participants, maxTurns: 9 });
}

const given = fc.option(fc.integer({ min: 1, max: 9 }), { nil: undefined });

/** Limits as they are given to a run: none, or a number of turns. */
const limitsOf = (maxTurns: number | undefined): { readonly limits?: RunLimits } =>
  maxTurns === undefined ? {} : { limits: { maxTurns } };

describe("a limit of turns that is given to a run which goes on", () => {
  test("holds from there, whatever held before, and a replay ends as the run did", async () => {
    const case_ = fc.record({ first: given, second: given, third: given, failsAt: fc.integer({ min: 1, max: 5 }) });
    await fc.assert(
      fc.asyncProperty(case_, async ({ first, second, third, failsAt }) => {
        const store = new MemoryJournalStore();
        const failed = pair(failsAt).run("Go.", { journal: recordTo(store, { runId: "r" }), ...limitsOf(first) });
        const over = await failed.then(
          () => true,
          () => false,
        );
        if (over) return;
        // What was recorded before the failure is answered, and the next failure comes a turn later.
        const again = pair(2).run(undefined, { journal: resumeFrom(store, "r"), ...limitsOf(second) });
        await again.catch(() => undefined);
        const last = await pair(0).run(undefined, { journal: resumeFrom(store, "r"), ...limitsOf(third) });
        const turns = last.messages.length - 1;
        expect(turns).toBeGreaterThanOrEqual(failsAt - 1);
        const replayed = await pair(0).run(undefined, { journal: replayFrom(store, "r") });
        expect(replayed.messages).toEqual(last.messages);
        expect(replayed.stopReason).toBe(last.stopReason);
        const forked = await pair(0).run(undefined, { journal: forkFrom(store, "r", { runId: "f" }), ...limitsOf(1) });
        expect(forked.messages.length - 1).toBe(Math.max(turns, 1));
        const copy = await pair(0).run(undefined, { journal: replayFrom(store, "f") });
        expect(copy.messages).toEqual(forked.messages);
      }),
      { numRuns: 80 },
    );
  });

  test("lets no turn begin that is not whole", async () => {
    const agent = (name: string): AssistantAgent =>
      new AssistantAgent({ name, modelClient: new ScriptedClient(["said"], {}) });
    const [s, x, y] = [agent("s"), agent("x"), agent("y")];
    const builder = new DiGraphBuilder().addNode(s).addNode(x).addNode(y).addEdge(s, x).addEdge(s, y);
    const graph = new GraphFlow({ participants: builder.getParticipants(), graph: builder.build() });
    for (const team of [pair(0), graph]) {
      const result = await team.run("Go.", { limits: { maxTurns: 2.5 } });
      expect(result.messages).toHaveLength(3);
      expect(result.stopReason).toBe("Maximum number of turns 2.5 reached.");
    }
  });
});
