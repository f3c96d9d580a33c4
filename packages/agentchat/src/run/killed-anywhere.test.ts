import {
  MemoryJournalStore,
  answer,
  readRun,
  recordTo,
  replayFrom,
  resumeFrom,
  tool,
  type CreateResult,
  type OpenRunOptions,
} from "@tesserae/core";
import { expect, test } from "vitest";
import { AssistantAgent } from "../agents/assistant-agent/assistant-agent.ts";
import type { TaskResult } from "../base/task.ts";
import { DiGraphBuilder } from "../teams/graph-flow/di-graph-builder.ts";
import { GraphFlow } from "../teams/graph-flow/graph-flow.ts";
import { MortalStore } from "../testing/mortal-store.ts";
import { ScriptedClient, callsOf } from "../testing/scripted-client.ts";
import { SayingAgent } from "../testing/team-agents.ts";
import { AgentTool } from "../tools/agent-tool.ts";

/** A model that calls tools, and says a text when it knows their results. */
function asking(calls: CreateResult, text: string): ScriptedClient {
  const client: ScriptedClient = new ScriptedClient(
    Array.from({ length: 9 }, () => () => {
      const last = client.calls.at(-1)?.messages.at(-1);
      return last?.type === "FunctionExecutionResultMessage" ? text : calls;
    }),
  );
  return client;
}

/**
 * Two who speak at once: a boss whose tool is a buyer who makes two payments in one answer, and a clerk who makes a third.
 * A payment must be approved, and must not be repeated.
 */
function payers(paid: string[], isDead: () => boolean): GraphFlow {
  const pay = tool({
    name: "pay",
    description: "Pays.",
    parameters: { type: "object", properties: { to: { type: "string" } } },
    requiresApproval: true,
    execute: async ({ to }) => {
      if (isDead()) return new Promise<string>(() => undefined);
      paid.push(String(to));
      await new Promise((resolve) => setImmediate(resolve));
      return `paid ${String(to)}`;
    },
  });
  const agent = (
    name: string,
    model: ScriptedClient,
    tools = [pay] as ConstructorParameters<typeof AssistantAgent>[0]["tools"],
  ): AssistantAgent => new AssistantAgent({ name, modelClient: model, tools, reflectOnToolUse: true });
  const buyer = agent("buyer", asking(callsOf(["pay", { to: "Ada" }], ["pay", { to: "Bob" }]), "bought"));
  const boss = agent("boss", asking(callsOf(["buyer", { task: "Buy." }]), "done"), [new AgentTool({ agent: buyer })]);
  const clerk = agent("clerk", asking(callsOf(["pay", { to: "Cleo" }]), "filed"));
  const start = new SayingAgent("start", "go");
  const builder = new DiGraphBuilder().addNode(start).addNode(boss).addNode(clerk);
  builder.addEdge(start, boss).addEdge(start, clerk);
  return new GraphFlow({ participants: builder.getParticipants(), graph: builder.build() });
}

/** What was said and done; who speaks at once speaks in any order. */
function shape({ messages }: Pick<TaskResult, "messages">): readonly string[] {
  const lines = messages.map((item) => {
    const content = item.type === "ToolCallExecutionEvent" ? item.content.map((result) => result.content) : undefined;
    return `${item.source} ${item.type} ${item.type === "TextMessage" ? item.content : content?.join(", ")}`;
  });
  return lines.toSorted();
}

type Approve = NonNullable<OpenRunOptions["approve"]>;

/** Approves all but what Bob would get. */
const approve: Approve = ({ arguments: args }) => args["to"] !== "Bob";

test("a team with nested and parallel approvals, killed after any entry, is resumed to its end: nothing is paid without approval, and nothing twice", async () => {
  const never = (): boolean => false;
  const store = new MemoryJournalStore();
  const whole = await payers([], never).run("Go.", { journal: recordTo(store, { runId: "r", seed: "s" }), approve });
  let entries = 0;
  for await (const _ of store.read("r")) entries += 1;
  expect(entries).toBeGreaterThan(30);

  for (let dieAfter = 1; dieAfter < entries; dieAfter += 1) {
    const mortal = new MortalStore();
    mortal.dieAfter = dieAfter;
    const died = new Promise<void>((resolve) => (mortal.die = resolve));
    const paid: string[] = [];
    const first = payers(paid, () => mortal.dead);
    const dying = first.run("Go.", { journal: recordTo(mortal, { runId: "r", seed: "s" }), approve });
    await Promise.race([died, dying]);
    mortal.dead = false;
    mortal.dieAfter = Number.POSITIVE_INFINITY;
    const moment = `killed after entry ${dieAfter}`;

    // In another process nobody is at the terminal: the run waits until each question is answered from elsewhere.
    let result = await payers(paid, never)
      .run(undefined, { journal: resumeFrom(mortal, "r") })
      .catch(() => undefined);
    for (let round = 0; result === undefined && round < 4; round += 1) {
      const { inputs } = (await readRun(mortal, "r")).summary;
      expect(inputs.length, moment).toBeGreaterThan(0);
      for (const input of inputs) {
        const decision = input.tool?.arguments["to"] === "Bob" ? "deny" : "approve";
        await answer(mortal, "r", input.requestId, decision);
      }
      result = await payers(paid, never)
        .run(undefined, { journal: resumeFrom(mortal, "r") })
        .catch(() => undefined);
    }
    expect(result?.status, moment).toBe("finished");
    const said = shape(result ?? { messages: [] });
    // A payment that had begun when the process died may have been made: its agent is told so.
    if (!said.some((line) => line.includes("outcome is unknown"))) expect(said, moment).toEqual(shape(whole));
    expect(
      paid.filter((to) => to === "Bob"),
      moment,
    ).toEqual([]);
    expect(new Set(paid).size, moment).toBe(paid.length);
    const replayed = await payers([], never).run(undefined, { journal: replayFrom(mortal, "r"), approve });
    expect(replayed.messages, moment).toEqual(result?.messages);
  }
});
