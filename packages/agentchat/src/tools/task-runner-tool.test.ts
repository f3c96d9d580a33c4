import {
  ComponentRegistry,
  MemoryJournalStore,
  dumpComponent,
  limitToolResult,
  recordTo,
  replayFrom,
  type Tool,
} from "@tesserae/core";
import { describe, expect, test } from "vitest";
import { AssistantAgent } from "../agents/assistant-agent/assistant-agent.ts";
import { UserProxyAgent } from "../agents/user-proxy-agent/user-proxy-agent.ts";
import { agentchatComponents } from "../components/agentchat-components.ts";
import { deferred } from "../deferred.ts";
import { ThoughtEvent } from "../messages/factories.ts";
import { RoundRobinGroupChat } from "../teams/round-robin-group-chat/round-robin-group-chat.ts";
import { rejection } from "../testing/collect.ts";
import { linesOf, readStream } from "../testing/run-items.ts";
import { ScriptedClient, callsOf } from "../testing/scripted-client.ts";
import { SayingAgent } from "../testing/team-agents.ts";
import { addTool } from "../testing/tools.ts";
import { MemoryThreadStore } from "../threads/memory-thread-store.ts";
import type { Thread } from "../threads/thread.ts";
import { AgentTool } from "./agent-tool.ts";
import { TeamTool } from "./team-tool.ts";

const counting = (name = "worker"): SayingAgent => new SayingAgent(name, (_heard, _turn, count) => `call ${count}`);

function team(...participants: readonly SayingAgent[]): RoundRobinGroupChat {
  return new RoundRobinGroupChat({ name: "office", participants, maxTurns: participants.length });
}

describe("an agent as a tool", () => {
  test("has its name and description, and takes a task", () => {
    const { schema, composite } = new AgentTool({ agent: counting() });
    expect(schema).toMatchObject({
      name: "worker",
      description: "The agent worker.",
      strict: true,
      parameters: {
        properties: { task: { title: "Task", type: "string" } },
        required: ["task"],
        additionalProperties: false,
      },
    });
    expect(composite).toBe(true);
  });

  test("needs an agent, and a name that models take", () => {
    expect(() => new AgentTool({} as never)).toThrow(/AgentTool needs the option agent/);
    expect(() => new AgentTool({ agent: "worker" as never })).toThrow(/must be an agent or a team/);
    expect(() => new AgentTool({ agent: counting("größe") })).toThrow(/cannot be the name of a tool/);
    const named = { name: "office", description: "Works." };
    expect(() => new TeamTool(named as never)).toThrow(/TeamTool needs the option team/);
    expect(() => new TeamTool({ ...named, team: 5 as never })).toThrow(/must be an agent or a team/);
    expect(() => new TeamTool({ ...named, name: "my office", team: team(counting()) })).toThrow(/cannot be the name/);
  });

  test("gives the model every message but the user's, with its source", async () => {
    const tool = new AgentTool({ agent: new SayingAgent("worker", (heard) => `out of ${heard.length}`) });
    expect(tool.returnValueAsString(await tool.runJson({ task: "in" }))).toBe("worker: out of 1");
  });

  test("remembers between calls, unless each call is to begin afresh", async () => {
    const texts = async (isolate: boolean): Promise<readonly string[]> => {
      const tool = new AgentTool({ agent: counting(), isolate });
      return [
        tool.returnValueAsString(await tool.runJson({ task: "a" })),
        tool.returnValueAsString(await tool.runJson({ task: "b" })),
      ];
    };
    expect(await texts(false)).toEqual(["worker: call 1", "worker: call 2"]);
    expect(await texts(true)).toEqual(["worker: call 1", "worker: call 1"]);
  });

  test("goes on elsewhere from its state", async () => {
    const tool = new AgentTool({ agent: counting() });
    await tool.runJson({ task: "a" });
    const other = new AgentTool({ agent: counting() });
    await other.loadStateJson(await tool.saveStateJson());
    expect(other.returnValueAsString(await other.runJson({ task: "b" }))).toBe("worker: call 2");
  });

  test("refuses arguments without a task", async () => {
    expect(String(await rejection(new AgentTool({ agent: counting() }).runJson({ tusk: "x" })))).toMatch(/"task"/);
  });
});

describe("inside an assistant", () => {
  const outer = (tool: AgentTool | TeamTool, client: ScriptedClient): AssistantAgent =>
    new AssistantAgent({ name: "boss", modelClient: client, tools: [tool], reflectOnToolUse: true });

  test("what it does shows between the request and the execution", async () => {
    const inner = new AssistantAgent({
      name: "worker",
      modelClient: new ScriptedClient([callsOf(["add", { a: 1, b: 2 }])]),
      tools: [addTool()],
    });
    const client = new ScriptedClient([callsOf(["worker", { task: "add them" }]), "Done."]);
    const { items, result } = await readStream(outer(new AgentTool({ agent: inner }), client).runStream("go"));
    const seen = items.map((item) => `${item.type} ${"source" in item ? item.source : ""}`);
    expect(seen).toEqual([
      "TextMessage user",
      "ToolCallRequestEvent boss",
      "TextMessage user",
      "ToolCallRequestEvent worker",
      "ToolCallExecutionEvent worker",
      "ToolCallSummaryMessage worker",
      "ToolCallExecutionEvent boss",
      "TextMessage boss",
    ]);
    const execution = result?.messages.at(-2);
    expect(execution).toMatchObject({ content: [{ name: "worker", content: "worker: 3", isError: false }] });
  });

  test("calls at once are made one after the other", async () => {
    const first = deferred<string>();
    const worker = new SayingAgent("worker", (_heard, _turn, count) => (count === 1 ? first.promise : `call ${count}`));
    const tool = new AgentTool({ agent: worker });
    const client = new ScriptedClient([callsOf(["worker", { task: "a" }], ["worker", { task: "b" }]), "Done."]);
    const running = outer(tool, client).run("go");
    await Promise.resolve();
    first.resolve("call 1");
    const { messages } = await running;
    expect(messages.at(-2)).toMatchObject({ content: [{ content: "worker: call 1" }, { content: "worker: call 2" }] });
  });

  test("its failure is an error result for the model", async () => {
    const worker = new SayingAgent("worker", () => {
      throw new Error("no paper");
    });
    const client = new ScriptedClient([callsOf(["worker", { task: "a" }]), "Sorry."]);
    const { messages } = await outer(new AgentTool({ agent: worker }), client).run("go");
    expect(messages.at(-2)).toMatchObject({
      content: [{ isError: true, content: expect.stringContaining("no paper") }],
    });
  });

  test("an abort ends it with the run", async () => {
    const controller = new AbortController();
    const worker = new SayingAgent("worker", (_heard, turn) => {
      controller.abort();
      return new Promise((_resolve, reject) =>
        turn.context.signal?.addEventListener("abort", () => reject(new Error("gone"))),
      );
    });
    const client = new ScriptedClient([callsOf(["worker", { task: "a" }])]);
    const running = outer(new AgentTool({ agent: worker }), client).runStream("go", { signal: controller.signal });
    expect((await readStream(running)).result?.status).toBe("aborted");
  });

  test("a replay gives the same, its steps kept one by one", async () => {
    const store = new MemoryJournalStore();
    const make = (): AssistantAgent => {
      const inner = new AssistantAgent({ name: "worker", modelClient: new ScriptedClient(["inner answer"]) });
      return outer(new AgentTool({ agent: inner }), new ScriptedClient([callsOf(["worker", { task: "a" }]), "Done."]));
    };
    const recorded = await make().run("go", { journal: recordTo(store, { runId: "r" }) });
    const begun: string[] = [];
    for await (const entry of store.read("r")) if (entry.e === "begin") begun.push(entry.a);
    expect(begun).toContain("/boss[0]/call[0]/worker[0]!model:reply[0]");
    const replayed = await make().run(undefined, { journal: replayFrom(store, "r") });
    expect(replayed.messages).toEqual(recorded.messages);
  });
});

describe("what an agent or a team as a tool remembers", () => {
  const office = (): TeamTool => new TeamTool({ team: team(counting("a")), name: "office", description: "Works." });
  const make = (tools: readonly Tool[]): AssistantAgent => {
    const calls = callsOf(["worker", { task: "a" }], ["office", { task: "b" }]);
    return new AssistantAgent({ name: "boss", modelClient: new ScriptedClient([calls, calls, calls, calls]), tools });
  };
  const boss = (isolate = false): AssistantAgent => make([new AgentTool({ agent: counting(), isolate }), office()]);
  const told = async (agent: AssistantAgent | Thread): Promise<unknown> => {
    const last = (await agent.run("go")).messages.at(-1);
    return last?.type === "ToolCallSummaryMessage" ? last.content.split("\n") : last;
  };

  test("is part of the state of the agent that has it", async () => {
    const agent = boss();
    expect(await told(agent)).toEqual(["worker: call 1", "a: call 1"]);
    const other = boss();
    await other.loadState(JSON.parse(JSON.stringify(await agent.saveState())));
    expect(await told(other)).toEqual(["worker: call 2", "a: call 2"]);
  });

  test("is forgotten with a reset of that agent", async () => {
    const agent = boss();
    await told(agent);
    await agent.onReset();
    expect(await told(agent)).toEqual(["worker: call 1", "a: call 1"]);
  });

  test("stays in the conversation it is of", async () => {
    const store = new MemoryThreadStore();
    const agent = boss();
    expect(await told(agent.thread("ada", { store }))).toEqual(["worker: call 1", "a: call 1"]);
    expect(await told(agent.thread("bo", { store }))).toEqual(["worker: call 1", "a: call 1"]);
    expect(await told(agent.thread("ada", { store }))).toEqual(["worker: call 2", "a: call 2"]);
    expect(await told(agent)).toEqual(["worker: call 1", "a: call 1"]);
  });

  test("is nothing where each call begins afresh, also after a load", async () => {
    const agent = boss(true);
    await told(agent);
    const other = boss(true);
    await other.loadState(await agent.saveState());
    expect(await told(other)).toEqual(["worker: call 1", "a: call 2"]);
  });

  test("counts within a wrapper, too", async () => {
    const wrapped = limitToolResult(new AgentTool({ agent: counting() }), { maxChars: 100 });
    const agent = make([wrapped, office()]);
    await told(agent);
    await agent.onReset();
    expect(await told(agent)).toEqual(["worker: call 1", "a: call 1"]);
  });

  test("leaves the state of an agent without such tools as it is in Python", async () => {
    const agent = new AssistantAgent({ name: "a", modelClient: new ScriptedClient([]), tools: [addTool()] });
    expect(Object.keys(await agent.saveState())).toEqual(["type", "version", "llm_context"]);
  });
});

describe("a team as a tool", () => {
  test("gives its last message where that is asked for, and refuses what is none", async () => {
    const given = { team: team(counting("a"), counting("b")), name: "office", description: "Works." };
    const tool = new TeamTool({ ...given, returnValueAsLastMessage: true });
    const result = await tool.runJson({ task: "x" });
    expect(tool.returnValueAsString(result)).toBe("call 1");
    expect(linesOf(result.messages)).toEqual(["user: x", "a: call 1", "b: call 1"]);
    const ends = { ...result, messages: [ThoughtEvent({ content: "Hm.", source: "a" })] };
    expect(() => tool.returnValueAsString(ends)).toThrow(/last message is not a/);
  });

  test.each(["two words", "", "ä", "x".repeat(65)])("refuses the name '%s', which models would refuse", (name) => {
    expect(() => new TeamTool({ team: team(counting()), name, description: "" })).toThrow(
      /cannot be the name of a tool/,
    );
  });
});

test.each([
  new AgentTool({ agent: new UserProxyAgent({ name: "person" }), returnValueAsLastMessage: true }),
  new TeamTool({
    team: new RoundRobinGroupChat({ participants: [new UserProxyAgent({ name: "person" })], maxTurns: 1 }),
    name: "desk",
    description: "Asks.",
    isolate: true,
  }),
])("a file keeps it", async (tool) => {
  const dump = dumpComponent(tool);
  const loaded = await new ComponentRegistry().register(...agentchatComponents()).load(dump);
  expect(dumpComponent(loaded)).toEqual(dump);
});
