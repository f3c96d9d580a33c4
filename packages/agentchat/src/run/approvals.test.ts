import {
  MemoryJournalStore,
  answer,
  dumpComponent,
  readRun,
  recordTo,
  replayFrom,
  resumeFrom,
  tool,
  type CallToolOptions,
  type OpenRunOptions,
} from "@tesserae/core";
import { describe, expect, test } from "vitest";
import { AssistantAgent } from "../agents/assistant-agent/assistant-agent.ts";
import { UserProxyAgent } from "../agents/user-proxy-agent/user-proxy-agent.ts";
import type { ChatAgent } from "../base/chat-agent.ts";
import { DiGraphBuilder } from "../teams/graph-flow/di-graph-builder.ts";
import { GraphFlow } from "../teams/graph-flow/graph-flow.ts";
import { RoundRobinGroupChat } from "../teams/round-robin-group-chat/round-robin-group-chat.ts";
import { rejection } from "../testing/collect.ts";
import { NESTINGS, Till, askingModel, boss, buyer, told } from "../testing/buyers.ts";
import { linesOf, readStream } from "../testing/run-items.ts";
import { ScriptedClient, callsOf } from "../testing/scripted-client.ts";
import { SayingAgent } from "../testing/team-agents.ts";
import { AgentTool } from "../tools/agent-tool.ts";
import { TeamTool } from "../tools/team-tool.ts";

type Approve = NonNullable<OpenRunOptions["approve"]>;
type Policy = NonNullable<CallToolOptions["policy"]>;

describe("an assistant whose tool needs approval", () => {
  test("asks, and its model sees a denial as the result of its call", async () => {
    const till = new Till();
    const agent = buyer(till);
    const approve: Approve = ({ agent: asks }) => ({ approved: false, reason: `not by ${asks}` });
    const { messages } = await agent.run("Buy.", { approve });
    expect(messages.at(-1)).toMatchObject({ type: "TextMessage", content: "bought" });
    expect(told(agent)).toEqual(['The call of the tool "pay" was denied, and was not made. Reason: not by buyer']);
    expect(messages.find(({ type }) => type === "ToolCallExecutionEvent")).toMatchObject({
      content: [{ isError: true }],
    });
    expect(till.paid).toEqual([]);
  });

  test("with a policy of its own asks it first, and cannot be written to JSON, which would lose it", async () => {
    const till = new Till();
    const agent = buyer(till, { toolPolicy: ({ arguments: args }) => (Number(args["euros"]) < 10 ? "allow" : "ask") });
    await agent.run("Buy.");
    expect(till.paid).toEqual([{ euros: 5 }]);
    expect(() => dumpComponent(agent)).toThrow(/toolPolicy: a function cannot be written/);
  });

  test("whose call nobody may approve leaves the run waiting; without a journal it can be asked again", async () => {
    const till = new Till();
    const agent = buyer(till);
    const { result, error } = await readStream(agent.runStream("Buy."));
    expect(result?.status).toBe("waiting");
    expect(error).toMatchObject({
      code: "ERR_INPUT_WAITING",
      message: expect.stringContaining("buyer wants to call pay"),
    });
    expect((await agent.run("Buy.", { approve: () => true })).status).toBe("finished");
    expect(till.paid).toEqual([{ euros: 5 }]);
  });
});

describe.each(NESTINGS)("the call of an assistant that is $name", ({ path, build }) => {
  test("waits in the journal with its whole path; answered from elsewhere, it goes on in fresh objects", async () => {
    const store = new MemoryJournalStore();
    const journal = recordTo(store);
    const till = new Till();
    const { result } = await readStream(build(buyer(till)).runStream("Buy.", { journal }));
    expect(result?.status).toBe("waiting");
    const runId = journal.runId ?? "";
    const { status, summary } = await readRun(store, runId);
    expect(status).toBe("waiting");
    expect(summary.inputs).toMatchObject([{ path, tool: { name: "pay", arguments: { euros: 5 } } }]);
    await answer(store, runId, summary.inputs[0]?.requestId ?? "", { approved: true, arguments: { euros: 4 } });

    const resumed = await build(buyer(till)).run(undefined, {
      journal: resumeFrom(store, runId),
    });
    expect(till.paid).toEqual([{ euros: 4 }]);
    expect(linesOf(resumed.messages).join("\n")).toContain("buyer: bought");
    const replayed = await build(buyer(till)).run(undefined, { journal: replayFrom(store, runId) });
    expect(replayed).toEqual(resumed);
  });

  test("is put to whoever approves without a journal, with the same path", async () => {
    const till = new Till();
    const asked: string[] = [];
    const approve: Approve = (request) => {
      asked.push(request.path);
      return true;
    };
    await build(buyer(till)).run("Buy.", { approve });
    expect(asked).toEqual([path]);
    expect(till.paid).toEqual([{ euros: 5 }]);
  });

  test.each<[string, Approve, RegExp]>([
    ["fails", () => Promise.reject(new Error("no terminal")), /: no terminal$/],
    ["answers in words", () => "yes" as never, /"yes" decides nothing about a tool call/],
    ["gives no answer", () => undefined as never, /undefined decides nothing/],
    ["says yes in other words", () => ({ approved: "true" }) as never, /decides nothing/],
  ])(
    "is not made when whoever approves %s: the host is told, no model; a resume asks again",
    async (_, approve, why) => {
      const store = new MemoryJournalStore();
      const till = new Till();
      const agent = buyer(till);
      for (const journal of [undefined, recordTo(store, { runId: "r" })]) {
        const { result, error } = await readStream(build(agent).runStream("Buy.", { approve, journal }));
        expect(result?.status).toBe("failed");
        expect(error).toMatchObject({ code: "ERR_APPROVAL", message: expect.stringMatching(why) as unknown });
        expect(String(error)).toContain('approve failed at "buyer wants to call pay with {"euros":5}."');
      }
      expect(told(agent)).toEqual([]);
      expect(till.paid).toEqual([]);
      await build(buyer(till)).run(undefined, { approve: () => true, journal: resumeFrom(store, "r") });
      expect(till.paid).toEqual([{ euros: 5 }]);
    },
  );

  test("is seen by the policy of the run", async () => {
    const till = new Till(false);
    const seen: string[] = [];
    const toolPolicy: Policy = (call) => {
      seen.push(`${call.path} ${call.name}`);
      return call.name === "pay" ? { approved: false } : undefined;
    };
    await build(buyer(till)).run("Buy.", { toolPolicy });
    expect(seen.at(-1)).toBe(`${path} pay`);
    expect(till.paid).toEqual([]);
  });
});

test("an agent or a team as a tool can need approval itself, and its JSON says so", async () => {
  const inner = new SayingAgent("inner", "said");
  const tools = (): readonly [AgentTool, TeamTool] => [
    new AgentTool({ agent: new UserProxyAgent({ name: "human" }), requiresApproval: true }),
    new TeamTool({
      team: new RoundRobinGroupChat({ participants: [new UserProxyAgent({ name: "human" })], maxTurns: 1 }),
      name: "office",
      description: "x",
      requiresApproval: true,
    }),
  ];
  for (const one of tools()) expect(dumpComponent(one).config).toMatchObject({ requires_approval: true });
  const agent = boss("inner", new AgentTool({ agent: inner, requiresApproval: true }));
  await agent.run("Go.", { approve: () => false });
  expect(inner.heard).toEqual([]);
  expect(told(agent)[0]).toMatch(/"inner" was denied/);
});

test("calls of one agent at once are put to a person one after the other, also across a restart", async () => {
  const store = new MemoryJournalStore();
  const till = new Till();
  const boss = (): AssistantAgent =>
    new AssistantAgent({
      name: "boss",
      modelClient: askingModel(callsOf(["buyer", { task: "one" }], ["buyer", { task: "two" }]), "all bought"),
      tools: [new AgentTool({ agent: buyer(till) })],
      reflectOnToolUse: true,
    });
  const began = recordTo(store);
  let outcome = (await readStream(boss().runStream("Buy.", { journal: began }))).result;
  const runId = began.runId ?? "";
  const asked: string[] = [];
  while (outcome?.status === "waiting") {
    const { inputs } = (await readRun(store, runId)).summary;
    for (const { path, requestId } of inputs) {
      asked.push(path);
      await answer(store, runId, requestId, "approve");
    }
    outcome = (await readStream(boss().runStream(undefined, { journal: resumeFrom(store, runId) }))).result;
  }
  expect(outcome?.status).toBe("finished");
  expect(asked).toEqual(["/boss[0]/call[0]/buyer[0]", "/boss[0]/call[1]/buyer[0]"]);
  expect(till.paid).toEqual([{ euros: 5 }, { euros: 5 }]);
  const replayed = await boss().run(undefined, { journal: replayFrom(store, runId) });
  expect(replayed).toEqual(outcome);
});

describe("a speaker that waits beside others", () => {
  function fanOut(till: Till, worker: ChatAgent): GraphFlow {
    const start = new SayingAgent("start", "go");
    const agent = buyer(till);
    const builder = new DiGraphBuilder().addNode(start).addNode(agent).addNode(worker);
    builder.addEdge(start, agent).addEdge(start, worker);
    return new GraphFlow({ participants: builder.getParticipants(), graph: builder.build() });
  }

  test("lets them end their turn: what they did is not done again", async () => {
    const store = new MemoryJournalStore();
    const journal = recordTo(store);
    const till = new Till();
    let worked = 0;
    const slow = tool({
      name: "work",
      description: "Takes its time, and must not be repeated.",
      parameters: { type: "object", properties: {} },
      execute: async () => {
        for (let turns = 0; turns < 20; turns += 1) await new Promise((resolve) => setImmediate(resolve));
        worked += 1;
        return "worked";
      },
    });
    const worker = (): AssistantAgent =>
      new AssistantAgent({ name: "worker", modelClient: new ScriptedClient([callsOf(["work", {}])]), tools: [slow] });
    const flow = (): GraphFlow => fanOut(till, worker());
    const { result } = await readStream(flow().runStream("Go.", { journal }));
    expect(result?.status).toBe("waiting");
    expect(linesOf(result?.messages ?? [])).toContain("worker: worked");
    const runId = journal.runId ?? "";
    const { summary } = await readRun(store, runId);
    await answer(store, runId, summary.inputs[0]?.requestId ?? "", "approve");
    const resumed = await flow().run(undefined, { journal: resumeFrom(store, runId) });
    expect(worked).toBe(1);
    expect(till.paid).toEqual([{ euros: 5 }]);
    expect(linesOf(resumed.messages).filter((line) => line === "worker: worked")).toHaveLength(1);
  });

  test("an error of another one still ends the run at once", async () => {
    const failing = new SayingAgent("worker", () => Promise.reject(new Error("broken")));
    const error = await rejection(fanOut(new Till(), failing).run("Go."));
    expect(String(error)).toContain("broken");
  });
});
