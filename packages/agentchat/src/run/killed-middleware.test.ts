import {
  MemoryJournalStore,
  effect,
  recordTo,
  replayFrom,
  resumeFrom,
  textToolResult,
  tool,
  type CreateResult,
} from "@tesserae/core";
import { expect, test } from "vitest";
import { AssistantAgent } from "../agents/assistant-agent/assistant-agent.ts";
import { stepCountIs } from "../agents/assistant-agent/stop-conditions.ts";
import type { AgentMiddleware } from "../base/agent-middleware.ts";
import { TextMessage } from "../messages/factories.ts";
import type { TaskResult } from "../base/task.ts";
import { messageText } from "../messages/message-text.ts";
import { DiGraphBuilder } from "../teams/graph-flow/di-graph-builder.ts";
import { GraphFlow } from "../teams/graph-flow/graph-flow.ts";
import { MortalStore } from "../testing/mortal-store.ts";
import { ScriptedClient, callsOf } from "../testing/scripted-client.ts";
import { SayingAgent } from "../testing/team-agents.ts";
import { AgentTool } from "../tools/agent-tool.ts";

/** Calls of tools in the first answer, then a text. */
function asking(calls: CreateResult, text: string): ScriptedClient {
  const client: ScriptedClient = new ScriptedClient(() => {
    const last = client.calls.at(-1)?.messages.findLast(({ type }) => type !== "UserMessage");
    return last?.type === "FunctionExecutionResultMessage" ? text : calls;
  });
  return client;
}

/** Two who speak at once, one of whom has a third as a tool; their tools fail now and then. */
function team(isDead: () => boolean): GraphFlow {
  const flaky = tool({
    name: "flaky",
    description: "Fails for odd numbers.",
    parameters: { type: "object", properties: { n: { type: "integer" } } },
    repeat: "safe",
    execute: async ({ n }) => {
      if (isDead()) return new Promise<string>(() => undefined);
      await new Promise((resolve) => setImmediate(resolve));
      if (Number(n) % 2 === 1) throw new Error(`odd ${String(n)}`);
      return `even ${String(n)}`;
    },
  });
  const common = { reflectOnToolUse: true, stopWhen: stepCountIs(1), modelClientStream: true };
  const helper = new AssistantAgent({
    ...common,
    name: "helper",
    modelClient: asking(callsOf(["flaky", { n: 1 }], ["flaky", { n: 2 }]), "helped"),
    tools: [flaky],
  });
  const boss = new AssistantAgent({
    ...common,
    name: "boss",
    modelClient: asking(callsOf(["helper", { task: "Help." }], ["flaky", { n: 3 }]), "done"),
    tools: [new AgentTool({ agent: helper }), flaky],
  });
  const clerk = new AssistantAgent({
    ...common,
    name: "clerk",
    modelClient: asking(callsOf(["flaky", { n: 100 }], ["flaky", { n: 5 }]), "filed"),
    tools: [flaky],
  });
  const start = new SayingAgent("start", "go");
  const builder = new DiGraphBuilder().addNode(start).addNode(boss).addNode(clerk);
  builder.addEdge(start, boss).addEdge(start, clerk);
  return new GraphFlow({ participants: builder.getParticipants(), graph: builder.build() });
}

/** Changes what is asked, answers some calls itself, makes failed ones again, and takes a word from the world. */
const MIDDLEWARE: readonly AgentMiddleware[] = [
  {
    async modelCall({ messages, context, purpose }, next) {
      if (purpose === "reply") return next();
      const word = await effect(
        context,
        { kind: "world", name: "word", request: () => null, repeat: "safe" },
        async () => `word ${Math.random()}`,
      );
      return next({ messages: [...messages, { type: "UserMessage", content: word, source: "m" }] });
    },
    async turn({ context, emit, agent }, next) {
      const answer = await next();
      await emit(TextMessage({ content: `${agent} has spoken`, source: "m" }, context));
      return answer;
    },
  },
  {
    toolCall: async ({ name, arguments: args }, next) => {
      if (args["n"] === 100) return textToolResult(name, `said ${Math.random()}`);
      const result = await next();
      return result.isError ? next({ arguments: { n: Number(args["n"]) + 1 } }) : result;
    },
  },
];

/** What was said and done; who speaks at once speaks in any order, and what comes from the world is never the same. */
function shape({ messages }: Pick<TaskResult, "messages">): readonly string[] {
  const lines = messages.map((item) => {
    if (item.type === "ToolCallRequestEvent")
      return item.content.map(({ name, arguments: args }) => name + args).join();
    if (item.type === "ToolCallExecutionEvent") return item.content.map(({ content }) => content).join();
    return `${item.source}: ${messageText(item)}`;
  });
  return lines.map((line) => line.replaceAll(/said [\d.]+/g, "said something")).toSorted();
}

test("a team with middleware, killed after any entry, is resumed to its end, and replayed without the world", async () => {
  const store = new MemoryJournalStore();
  const options = { middleware: MIDDLEWARE };
  const whole = await team(() => false).run("Go.", { ...options, journal: recordTo(store, { runId: "r", seed: "s" }) });
  expect(shape(whole).join()).toContain("even 4");
  let entries = 0;
  for await (const _ of store.read("r")) entries += 1;
  expect(entries).toBeGreaterThan(40);

  for (let dieAfter = 1; dieAfter < entries; dieAfter += 1) {
    const moment = `killed after entry ${dieAfter}`;
    const mortal = new MortalStore();
    mortal.dieAfter = dieAfter;
    const died = new Promise<void>((resolve) => (mortal.die = resolve));
    const dying = team(() => mortal.dead).run("Go.", {
      ...options,
      journal: recordTo(mortal, { runId: "r", seed: "s" }),
    });
    await Promise.race([died, dying]);
    mortal.dead = false;
    mortal.dieAfter = Number.POSITIVE_INFINITY;
    const result = await team(() => false).run(undefined, { ...options, journal: resumeFrom(mortal, "r") });
    expect(shape(result), moment).toEqual(shape(whole));
    const replayed = await team(() => true).run(undefined, { ...options, journal: replayFrom(mortal, "r") });
    expect(replayed.messages, moment).toEqual(result.messages);
  }
});
