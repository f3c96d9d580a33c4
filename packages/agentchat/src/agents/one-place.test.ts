import { MemoryJournalStore, recordTo, resumeFrom } from "@tesserae/core";
import { describe, expect, test } from "vitest";
import type { ChatAgent } from "../base/chat-agent.ts";
import { deferred } from "../deferred.ts";
import type { Participant } from "../teams/group-chat/names.ts";
import { RoundRobinGroupChat } from "../teams/round-robin-group-chat/round-robin-group-chat.ts";
import { rejection } from "../testing/collect.ts";
import { linesOf, readStream } from "../testing/run-items.ts";
import { ScriptedClient, callsOf, type ScriptedAnswer } from "../testing/scripted-client.ts";
import { ScriptedExecutor } from "../testing/scripted-executor.ts";
import { SayingAgent } from "../testing/team-agents.ts";
import { MemoryThreadStore } from "../threads/memory-thread-store.ts";
import { AgentTool } from "../tools/agent-tool.ts";
import { TeamTool } from "../tools/team-tool.ts";
import { AssistantAgent } from "./assistant-agent/assistant-agent.ts";
import { CodeExecutorAgent } from "./code-executor-agent/code-executor-agent.ts";
import { MessageFilterAgent } from "./message-filter-agent/message-filter-agent.ts";
import { SocietyOfMindAgent } from "./society-of-mind-agent/society-of-mind-agent.ts";
import { UserProxyAgent } from "./user-proxy-agent/user-proxy-agent.ts";

const WORDS = "The agent 'shared' is already running. Wait for its run, or make another agent.";
// A team tells an error with its kind.
const RUNNING = { code: "ERR_TEAM_RUNNING", message: expect.stringContaining(WORDS) };

function shared(...answers: readonly ScriptedAnswer[]): AssistantAgent {
  return new AssistantAgent({ name: "shared", modelClient: new ScriptedClient(answers) });
}

function teamOf(...participants: readonly Participant[]): RoundRobinGroupChat {
  return new RoundRobinGroupChat({ name: "crew", participants, maxTurns: participants.length });
}

/** Runs a team with the agent, in which somebody else speaks until `end`. */
async function keptBusy(agent: ChatAgent): Promise<{ readonly end: () => void; readonly run: Promise<unknown> }> {
  const asked = deferred<void>();
  const { promise, resolve } = deferred<string>();
  const slow = new SayingAgent("slow", () => {
    asked.resolve();
    return promise;
  });
  const run = teamOf(slow, agent).run("Go.");
  await asked.promise;
  return { end: () => resolve("done"), run };
}

describe("an agent that is in two teams", () => {
  test("is refused to the second while the first runs, and works for it afterwards", async () => {
    const agent = shared("one", "two");
    const { end, run } = await keptBusy(agent);
    const { items, result, error } = await readStream(teamOf(agent).runStream("Me too."));
    expect(error).toMatchObject(RUNNING);
    expect([items, result?.status]).toEqual([[], "failed"]);
    end();
    await run;
    expect(JSON.stringify(await agent.saveState())).not.toContain("Me too.");
    expect(linesOf((await teamOf(agent).run("And now?")).messages).at(-1)).toBe("shared: two");
  });

  test("of which one is in the other, or which one answer calls, works for both, and is free afterwards", async () => {
    const agent = shared("one", "two", "three", "four", "five");
    const { messages } = await teamOf(teamOf(agent), agent).run("Go.");
    expect(linesOf(messages)).toEqual(["user: Go.", "shared: one", "shared: two"]);
    const office = (name: string): TeamTool => new TeamTool({ team: teamOf(agent), name, description: "Works." });
    const calls = callsOf(["a", { task: "A" }], ["b", { task: "B" }]);
    const boss = new AssistantAgent({
      name: "boss",
      modelClient: new ScriptedClient([calls]),
      tools: [office("a"), office("b")],
    });
    expect(linesOf((await boss.run("Go.")).messages).at(-1)).toContain("shared: ");
    expect(linesOf((await teamOf(agent).run("Go.")).messages)).toEqual(["user: Go.", "shared: five"]);
  });

  test("is free when a run was refused, has failed or was aborted", async () => {
    const agent = shared("one", "two");
    const busy = new SayingAgent("busy");
    const { end, run } = await keptBusy(busy);
    expect(await rejection(teamOf(agent, busy).run("Go."))).toMatchObject({ code: "ERR_TEAM_RUNNING" });
    end();
    await run;
    const failing = new SayingAgent("failing", () => Promise.reject(new Error("no luck")));
    expect(String(await rejection(teamOf(failing, agent).run("Go.")))).toContain("no luck");
    const leaving = new AbortController();
    const slow = new SayingAgent("slow", () => {
      leaving.abort();
      return new Promise<string>(() => undefined);
    });
    const team = teamOf(slow, agent);
    expect(await rejection(team.run("Go.", { signal: leaving.signal }))).toMatchObject({ code: "ERR_ABORTED" });
    expect(linesOf((await teamOf(agent).run("Go.")).messages).at(-1)).toBe("shared: one");
  });
});

describe("an agent of a team that runs", () => {
  test("has no run of its own, and a team does not begin while it has one", async () => {
    const asked = deferred<void>();
    const { promise, resolve } = deferred<string>();
    const agent = shared("one", () => {
      asked.resolve();
      return promise;
    });
    const { end, run } = await keptBusy(agent);
    expect(await rejection(agent.run("Me too."))).toMatchObject(RUNNING);
    end();
    await run;
    const own = agent.run("Now.");
    await asked.promise;
    expect(await rejection(teamOf(agent).run("Go."))).toMatchObject(RUNNING);
    resolve("two");
    expect(linesOf((await own).messages).at(-1)).toBe("shared: two");
  });

  test("can be the tool of another member: one speaks at a time", async () => {
    const agent = shared("one", "two");
    const boss = new AssistantAgent({
      name: "boss",
      modelClient: new ScriptedClient([callsOf(["shared", { task: "Help." }])]),
      tools: [new AgentTool({ agent })],
    });
    const { messages } = await teamOf(boss, agent).run("Go.");
    expect(linesOf(messages).slice(-2)).toEqual(["boss: shared: one", "shared: two"]);
  });

  test("may be heard through several filters of that team, and by no other", async () => {
    const agent = shared("one", "two");
    const filtered = (name: string): MessageFilterAgent =>
      new MessageFilterAgent({ name, wrappedAgent: agent, filter: { perSource: [{ source: "user" }] } });
    const { messages } = await teamOf(filtered("first"), filtered("second")).run("Go.");
    expect(linesOf(messages).slice(1)).toEqual(["shared: one", "shared: two"]);
    const { end, run } = await keptBusy(filtered("third"));
    expect(await rejection(teamOf(agent).run("Go."))).toMatchObject(RUNNING);
    end();
    await rejection(run);
  });
});

describe("a state", () => {
  const AGENTS: readonly (readonly [string, () => ChatAgent])[] = [
    ["an assistant", () => shared("one")],
    [
      "an agent that runs code",
      () =>
        new CodeExecutorAgent({
          name: "shared",
          codeExecutor: new ScriptedExecutor([]),
          modelClient: new ScriptedClient(["one"]),
          requiresApproval: true,
        }),
    ],
    ["a person's agent", () => new UserProxyAgent({ name: "shared", inputFunc: () => "one" })],
    [
      "a team's agent",
      () =>
        new SocietyOfMindAgent({
          name: "shared",
          team: teamOf(new SayingAgent("member", "one")),
          modelClient: new ScriptedClient(["one"]),
        }),
    ],
  ];

  test.each(AGENTS)("of %s is not loaded while a team with it runs", async (_what, make) => {
    const agent = make();
    const state = await agent.saveState();
    const { end, run } = await keptBusy(agent);
    expect(await rejection(agent.loadState(state))).toMatchObject(RUNNING);
    end();
    await run;
    await agent.loadState(state);
    expect(await agent.saveState()).toEqual(state);
  });

  test("is not loaded in the agent's own turn; a resumed run loads its own", async () => {
    const errors: unknown[] = [];
    const make = (): AssistantAgent => {
      const agent = shared(async () => {
        errors.push(await rejection(agent.loadState({})));
        return "one";
      });
      return agent;
    };
    const store = new MemoryJournalStore();
    const journal = recordTo(store);
    await make().run("Go.", { journal });
    await make().run(undefined, { journal: resumeFrom(store, journal.runId ?? "") });
    expect(errors).toEqual([expect.objectContaining(RUNNING)]);
  });

  test("is left as it is by a conversation that begins, or goes on, while a team runs", async () => {
    const agent = shared("one", "two", "three");
    const store = new MemoryThreadStore();
    await agent.thread("old", { store }).run("Hello.");
    await agent.run("Remember this.");
    const before = await agent.saveState();
    const { end, run } = await keptBusy(agent);
    for (const id of ["old", "new"]) {
      expect(await rejection(agent.thread(id, { store }).run("Hello."))).toMatchObject(RUNNING);
    }
    expect(await agent.saveState()).toEqual(before);
    end();
    await run;
    expect(JSON.stringify(await agent.saveState())).toContain("Remember this.");
  });
});
