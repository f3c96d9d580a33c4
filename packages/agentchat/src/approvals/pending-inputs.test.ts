import { ListMemory, RuntimeError, tool, type Json, type JsonObject, type OpenRunOptions } from "@tesserae/core";
import { describe, expect, test } from "vitest";
import { AssistantAgent } from "../agents/assistant-agent/assistant-agent.ts";
import { CodeExecutorAgent } from "../agents/code-executor-agent/code-executor-agent.ts";
import { UserProxyAgent } from "../agents/user-proxy-agent/user-proxy-agent.ts";
import type { TaskRunner } from "../base/chat-agent.ts";
import { MaxMessageTermination } from "../conditions/max-message-termination.ts";
import { deferred } from "../deferred.ts";
import { DiGraphBuilder } from "../teams/graph-flow/di-graph-builder.ts";
import { GraphFlow } from "../teams/graph-flow/graph-flow.ts";
import { RoundRobinGroupChat } from "../teams/round-robin-group-chat/round-robin-group-chat.ts";
import { NESTINGS, Till, askingModel, boss, buyer, told } from "../testing/buyers.ts";
import { linesOf, readStream } from "../testing/run-items.ts";
import { ScriptedClient, callsOf, type ScriptedAnswer } from "../testing/scripted-client.ts";
import { ScriptedExecutor } from "../testing/scripted-executor.ts";
import { SayingAgent } from "../testing/team-agents.ts";
import { MemoryThreadStore } from "../threads/memory-thread-store.ts";
import { AgentTool } from "../tools/agent-tool.ts";
import { answerInput, pendingInputs } from "./pending-inputs.ts";

type Approve = NonNullable<OpenRunOptions["approve"]>;

/** The state as another process gets it. */
function copied(state: JsonObject): JsonObject {
  return JSON.parse(JSON.stringify(state)) as JsonObject;
}

/** Runs until nobody is there to answer; the state then. */
async function waiting(runner: TaskRunner, task: string | null = "Buy."): Promise<JsonObject> {
  const { result } = await readStream(runner.runStream(task ?? undefined));
  expect(result?.status).toBe("waiting");
  return copied(await runner.saveState());
}

/** Starts a run whose person does not answer, and saves as soon as one is asked; then the process ends. */
async function savedWhileAsked(runner: TaskRunner): Promise<JsonObject> {
  const asked = deferred<void>();
  const leaving = new AbortController();
  const approve: Approve = (_request, { signal }) => {
    asked.resolve();
    return new Promise((_resolve, reject) => signal?.addEventListener("abort", () => reject(signal.reason as Error)));
  };
  const run = readStream(runner.runStream("Buy.", { approve, signal: leaving.signal }));
  await asked.promise;
  const state = copied(await runner.saveState());
  leaving.abort();
  await run;
  return state;
}

/** Answers the only question of a state. */
function answered(state: JsonObject, value: Json): JsonObject {
  const [input] = pendingInputs(state);
  return answerInput(state, input?.requestId ?? "", value);
}

function modelOf(agent: AssistantAgent): ScriptedClient {
  const { modelClient } = agent.settings;
  if (modelClient instanceof ScriptedClient) return modelClient;
  throw new Error("It has another model.");
}

const SAVINGS = [
  { when: "when its run has stopped, as nobody was there", save: waiting },
  { when: "at once while a person is asked", save: savedWhileAsked },
];

describe.each(NESTINGS)("the call of an assistant that is $name", ({ path, build }) => {
  test.each(SAVINGS)(
    "is in the state, saved $when, and is made in a third process as it was answered",
    async ({ save }) => {
      const till = new Till();
      const first = buyer(till);
      const state = await save(build(first));
      const [input, ...others] = pendingInputs(state);
      expect(others).toEqual([]);
      expect(input).toMatchObject({
        path,
        prompt: 'buyer wants to call pay with {"euros":5}.',
        choices: ["approve", "deny"],
        tool: { name: "pay", arguments: { euros: 5 } },
      });
      const given = copied(answerInput(state, input?.requestId ?? "", { approved: true, arguments: { euros: 4 } }));
      expect(pendingInputs(given)).toEqual([]);

      const second = buyer(till);
      const team = build(second);
      await team.loadState(given);
      const result = await team.run();
      expect(till.paid).toEqual([{ euros: 4 }]);
      expect(linesOf(result.messages)).toContain("buyer: bought");
      expect(told(second)[0]).toMatch(/made with other arguments: \{"euros":4\}/);
      expect([modelOf(first).calls.length, modelOf(second).calls.length]).toEqual([1, 1]);
      expect(JSON.stringify(await team.saveState())).not.toMatch(/open_turn|open_call|pending_inputs/);
    },
  );

  test("keeps its request's id, is asked in the run that goes on where nobody answered, and may be denied there", async () => {
    const till = new Till();
    const state = await waiting(build(buyer(till)));
    const second = buyer(till);
    const team = build(second);
    await team.loadState(state);
    expect(copied(await team.saveState())).toEqual(state);
    const asked: string[] = [];
    await team.run(undefined, {
      approve: ({ requestId }) => {
        asked.push(requestId);
        return { approved: false, reason: "too dear" };
      },
    });
    expect(asked).toEqual(pendingInputs(state).map(({ requestId }) => requestId));
    expect(told(second)).toEqual(['The call of the tool "pay" was denied, and was not made. Reason: too dear']);
    expect(till.paid).toEqual([]);
  });

  test("goes on in the same objects too", async () => {
    const till = new Till();
    const agent = buyer(till);
    const team = build(agent);
    const before = await readStream(team.runStream("Buy."));
    const { result } = await readStream(team.runStream(undefined, { approve: () => true }));
    expect(result?.status).toBe("finished");
    expect(till.paid).toEqual([{ euros: 5 }]);
    expect(modelOf(agent).calls).toHaveLength(2);
    const requests = [...before.items, ...(result?.messages ?? [])].filter(
      ({ type, source }) => type === "ToolCallRequestEvent" && source === "buyer",
    );
    expect(requests).toHaveLength(1);
  });
});

describe("an answer", () => {
  test("to a question that there is not names those that there are", async () => {
    const state = await waiting(buyer(new Till()));
    const [input] = pendingInputs(state);
    expect(() => answerInput(state, "other", "approve")).toThrow(
      expect.objectContaining({
        code: "ERR_NOT_FOUND",
        message: `The state has no input other. Open are: ${input?.requestId}`,
      }),
    );
    expect(() => answerInput({}, "other", "approve")).toThrow(/Nothing is asked/);
  });

  test("is given once, and says yes or no", async () => {
    const state = await waiting(buyer(new Till()));
    const id = pendingInputs(state)[0]?.requestId ?? "";
    expect(() => answerInput(state, id, "perhaps")).toThrow(expect.objectContaining({ code: "ERR_INVALID_ARGUMENT" }));
    const given = answerInput(state, id, "approve");
    expect(pendingInputs(state)).toHaveLength(1);
    expect(() => answerInput(given, id, "deny")).toThrow(expect.objectContaining({ code: "ERR_INPUT_ANSWERED" }));
  });
});

describe("several calls of one answer", () => {
  const makers = (till: Till, looked: string[]): AssistantAgent =>
    new AssistantAgent({
      name: "buyer",
      modelClient: askingModel(callsOf(["pay", { euros: 1 }], ["look", { at: "a" }], ["pay", { euros: 2 }]), "done"),
      tools: [
        till.tool,
        tool({
          name: "look",
          description: "Looks.",
          parameters: { type: "object", properties: { at: { type: "string" } }, required: ["at"] },
          execute: ({ at }) => looked.push(String(at)) && `seen ${String(at)}`,
        }),
      ],
      reflectOnToolUse: true,
    });

  test("wait together; each is answered on its own, and none is made twice", async () => {
    const till = new Till();
    const looked: string[] = [];
    let state = await waiting(makers(till, looked));
    const ids = pendingInputs(state).map(({ requestId }) => requestId);
    expect(ids).toHaveLength(2);
    const second = makers(till, looked);
    await second.loadState(answerInput(state, ids[1] ?? "", "approve"));
    state = await waiting(second, null);
    expect(till.paid).toEqual([{ euros: 2 }]);
    expect(pendingInputs(state).map(({ requestId }) => requestId)).toEqual([ids[0]]);
    const third = makers(till, looked);
    await third.loadState(answerInput(state, ids[0] ?? "", "deny"));
    const { messages } = await third.run();
    expect(messages.at(-1)).toMatchObject({ content: "done" });
    expect(told(third)).toEqual([expect.stringMatching(/denied/), "seen a", "paid 2"]);
    expect(looked).toEqual(["a"]);
  });

  test("one that was under way when the state was saved is not made again: the model is told that its outcome is unknown", async () => {
    const till = new Till();
    let began = 0;
    const make = (): AssistantAgent =>
      new AssistantAgent({
        name: "buyer",
        modelClient: askingModel(callsOf(["slow", {}], ["pay", { euros: 1 }]), "done"),
        tools: [
          till.tool,
          tool({
            name: "slow",
            description: "Never comes to an end.",
            parameters: { type: "object", properties: {} },
            execute: (_args, { signal }) => {
              began += 1;
              return new Promise<string>((_resolve, reject) =>
                signal?.addEventListener("abort", () => reject(new Error("left"))),
              );
            },
          }),
        ],
        reflectOnToolUse: true,
      });
    const state = answered(await savedWhileAsked(make()), "approve");
    const agent = make();
    await agent.loadState(state);
    await agent.run();
    expect(began).toBe(1);
    expect(told(agent)).toEqual([expect.stringMatching(/outcome is unknown/), "paid 1"]);
  });

  test("of a tool that is an agent are made one after the other, in two processes", async () => {
    const till = new Till();
    const make = (): AssistantAgent =>
      new AssistantAgent({
        name: "boss",
        modelClient: askingModel(callsOf(["buyer", { task: "one" }], ["buyer", { task: "two" }]), "all bought"),
        tools: [new AgentTool({ agent: buyer(till), isolate: true })],
        reflectOnToolUse: true,
      });
    let state = await waiting(make());
    const paths: string[] = [];
    let agent = make();
    for (let answers = 0; answers < 2; answers += 1) {
      paths.push(...pendingInputs(state).map(({ path }) => path));
      agent = make();
      await agent.loadState(answered(state, "approve"));
      if (answers === 0) state = await waiting(agent, null);
      else await agent.run();
    }
    expect(paths).toEqual(["/boss[0]/call[0]/buyer[0]", "/boss[0]/call[1]/buyer[0]"]);
    expect(till.paid).toEqual([{ euros: 5 }, { euros: 5 }]);
    expect(told(agent)).toEqual(["buyer: bought", "buyer: bought"]);
  });
});

describe("a turn that waits", () => {
  test("begins anew when its agent is told something else", async () => {
    const till = new Till();
    const agent = buyer(till);
    await agent.loadState(answered(await waiting(buyer(till)), "approve"));
    const state = await waiting(agent, "Something else.");
    expect(till.paid).toEqual([]);
    expect(JSON.stringify(modelOf(agent).calls[0]?.messages)).toContain("Something else.");
    expect(pendingInputs(state)).toHaveLength(1);
  });

  test.each([false, true])(
    "whose agent turns to something else asks nobody any more: nothing is pending, and nothing that is said is late (isolate: %s)",
    async (isolate) => {
      const make = (...texts: readonly ScriptedAnswer[]): RoundRobinGroupChat =>
        new RoundRobinGroupChat({
          participants: [
            new SayingAgent("first"),
            new AssistantAgent({
              name: "boss",
              modelClient: new ScriptedClient(texts),
              tools: [new AgentTool({ agent: buyer(new Till()), isolate })],
            }),
          ],
          maxTurns: 2,
        });
      const state = await waiting(make(callsOf(["buyer", { task: "Buy." }])));
      const team = make("Something else it is.");
      await team.loadState(state);
      await team.run("Something else.");
      const saved = copied(await team.saveState());
      expect(pendingInputs(saved)).toEqual([]);
      const next = make("heard");
      await next.loadState(saved);
      await next.run();
      const [, asked] = next.participants;
      const calls = asked instanceof AssistantAgent ? modelOf(asked).calls : [];
      expect(calls[0]?.messages.at(-1)).toMatchObject({ source: "first" });
    },
  );

  test("inside of a call that was approved itself: what was decided about that one is not asked again", async () => {
    const till = new Till();
    const make = (): RoundRobinGroupChat => {
      const inner = new AgentTool({ agent: buyer(till), requiresApproval: true, returnValueAsLastMessage: true });
      return new RoundRobinGroupChat({ participants: [boss("buyer", inner)], maxTurns: 1 });
    };
    const paths: string[] = [];
    let state = await waiting(make());
    for (const answer of [{ approved: true, arguments: { task: "Buy less." } }, "approve"]) {
      paths.push(...pendingInputs(state).map(({ path }) => path));
      const team = make();
      await team.loadState(answered(state, answer));
      const { result } = await readStream(team.runStream());
      state = copied(await team.saveState());
      expect(result?.status).toBe(answer === "approve" ? "finished" : "waiting");
    }
    expect(paths).toEqual(["/team[0]/boss[0]", "/team[0]/boss[0]/call[0]/buyer[0]"]);
    expect(till.paid).toEqual([{ euros: 5 }]);
    expect(JSON.stringify(state)).toContain("Buy less.");
    expect(JSON.stringify(state)).not.toMatch(/open_turn|open_call|pending_inputs/);
  });

  test("asks its memories once", async () => {
    const till = new Till();
    const make = (): AssistantAgent => {
      const memory = new ListMemory();
      void memory.add({ content: "Five euros.", mimeType: "text/plain" });
      return new AssistantAgent({
        name: "buyer",
        modelClient: askingModel(callsOf(["pay", { euros: 5 }]), "bought"),
        tools: [till.tool],
        memory: [memory],
        reflectOnToolUse: true,
      });
    };
    const state = await waiting(make());
    expect(JSON.stringify((state["llm_context"] as JsonObject)["messages"])).toBe("[]");
    const agent = make();
    await agent.loadState(answered(state, "approve"));
    const { messages } = await agent.run();
    expect(messages.map(({ type }) => type)).toEqual(["ToolCallExecutionEvent", "TextMessage"]);
    expect(JSON.stringify(modelOf(agent).calls[0]?.messages).split("Five euros.")).toHaveLength(2);
  });

  test("is forgotten by a reset, and by a load of another state", async () => {
    const agent = buyer(new Till());
    const fresh = await agent.saveState();
    await waiting(agent);
    await agent.onReset();
    expect(await agent.saveState()).toEqual(fresh);
    await waiting(agent);
    await agent.loadState(fresh);
    expect(await agent.saveState()).toEqual(fresh);
  });

  test("is part of a conversation of its own", async () => {
    const store = new MemoryThreadStore();
    const till = new Till();
    const { result } = await readStream(buyer(till).thread("t", { store }).runStream("Buy."));
    expect(result?.status).toBe("waiting");
    const record = store.load("t");
    if (record === undefined) throw new Error("Nothing was kept.");
    store.save("t", { ...record, version: record.version + 1, state: answered(record.state, "approve") });
    const agent = buyer(till);
    await agent.thread("t", { store }).run();
    expect(till.paid).toEqual([{ euros: 5 }]);
    expect(modelOf(agent).calls).toHaveLength(1);
  });

  test("of an agent that runs code: the code is written once and run once, as it was approved", async () => {
    const make = (): { agent: CodeExecutorAgent; executor: ScriptedExecutor; model: ScriptedClient } => {
      const executor = new ScriptedExecutor([{ exitCode: 0, output: "4" }]);
      const model = new ScriptedClient([
        (): string =>
          model.calls.length === 1 && model.calls[0]?.messages.length === 2 ? "```python\n2 + 2\n```" : "It is 4.",
        "It is 4.",
      ]);
      const options = { name: "coder", codeExecutor: executor, modelClient: model, requiresApproval: true };
      return { agent: new CodeExecutorAgent(options), executor, model };
    };
    const first = make();
    const state = await waiting(first.agent);
    expect(pendingInputs(state)[0]?.tool).toEqual({
      name: "run_code",
      arguments: { blocks: [{ language: "python", code: "2 + 2\n" }] },
    });
    const { agent, executor, model } = make();
    await agent.loadState(answered(state, "approve"));
    const { messages } = await agent.run();
    expect(messages.at(-1)).toMatchObject({ content: "It is 4." });
    expect([
      first.model.calls.length,
      model.calls.length,
      first.executor.executed.length,
      executor.executed.length,
    ]).toEqual([1, 1, 0, 1]);
  });

  test("of an agent that runs others' code goes on without being told the code again", async () => {
    const make = (): { agent: CodeExecutorAgent; executor: ScriptedExecutor } => {
      const executor = new ScriptedExecutor([{ exitCode: 0, output: "4" }]);
      return {
        agent: new CodeExecutorAgent({ name: "runner", codeExecutor: executor, requiresApproval: true }),
        executor,
      };
    };
    const state = await waiting(make().agent, "```python\n2 + 2\n```");
    const { agent, executor } = make();
    await agent.loadState(answered(state, "deny"));
    const { messages } = await agent.run();
    expect(messages.at(-1)).toMatchObject({ content: expect.stringMatching(/not approved/) });
    expect(executor.executed).toEqual([]);
  });

  test("of a person's agent is answered with a text", async () => {
    const make = (inputFunc: () => Promise<string>): RoundRobinGroupChat =>
      new RoundRobinGroupChat({ participants: [new UserProxyAgent({ name: "human", inputFunc })], maxTurns: 1 });
    const asked = deferred<void>();
    const leaving = new AbortController();
    const team = make(() => {
      asked.resolve();
      return new Promise<string>(() => undefined);
    });
    const run = readStream(team.runStream("Hello", { signal: leaving.signal }));
    await asked.promise;
    const state = copied(await team.saveState());
    leaving.abort();
    await run;
    expect(pendingInputs(state)).toMatchObject([
      { path: "/team[0]/human[0]", prompt: "Enter your response: ", choices: null },
    ]);
    const next = make(() => Promise.reject(new Error("Nobody is asked again.")));
    await next.loadState(answered(state, "Good day."));
    const { messages } = await next.run();
    expect(linesOf(messages)).toEqual(["human: Good day."]);
  });

  test("of a person's agent that is told something else asks anew: the answer was to another question", async () => {
    const nobody = (): Promise<string> => Promise.reject(new RuntimeError("Nobody.", { code: "ERR_INPUT_WAITING" }));
    const make = (inputFunc: () => Promise<string>): RoundRobinGroupChat =>
      new RoundRobinGroupChat({ participants: [new UserProxyAgent({ name: "human", inputFunc })], maxTurns: 1 });
    const state = await waiting(make(nobody), "May I paint the wall?");
    const again = make(nobody);
    await again.loadState(answered(state, "Yes."));
    const { result } = await readStream(again.runStream("May I delete everything?"));
    expect(result?.status).toBe("waiting");
    const [asked] = pendingInputs(await again.saveState());
    expect(asked?.requestId).not.toBe(pendingInputs(state)[0]?.requestId);
    const next = make(() => Promise.resolve("No."));
    await next.loadState(answered(state, "Yes."));
    const { messages } = await next.run("May I delete everything?");
    expect(linesOf(messages).at(-1)).toBe("human: No.");
  });
});

describe("in a graph whose nodes speak at once", () => {
  function fan(till: Till, worker: SayingAgent): { flow: GraphFlow; agent: AssistantAgent } {
    const start = new SayingAgent("start", "go");
    const agent = buyer(till);
    const last = new SayingAgent("last", "never asked");
    const builder = new DiGraphBuilder().addNode(start).addNode(agent).addNode(worker).addNode(last);
    builder.addEdge(start, agent).addEdge(start, worker).addEdge(agent, last).addEdge(worker, last);
    const flow = new GraphFlow({
      participants: builder.getParticipants(),
      graph: builder.build(),
      terminationCondition: new MaxMessageTermination(4),
    });
    return { flow, agent };
  }

  test("a save waits for who is at work, and not for the person; the condition has heard all", async () => {
    const till = new Till();
    const work = deferred<string>();
    const asked = deferred<void>();
    const leaving = new AbortController();
    const { flow } = fan(till, new SayingAgent("worker", () => work.promise));
    const approve: Approve = () => {
      asked.resolve();
      return new Promise<boolean>(() => undefined);
    };
    const run = readStream(flow.runStream("Go.", { approve, signal: leaving.signal }));
    await asked.promise;
    const saving = flow.saveState();
    work.resolve("worked");
    const state = copied(await saving);
    leaving.abort();
    await run;
    const worker = new SayingAgent("worker", "worked again");
    const { flow: next, agent } = fan(till, worker);
    await next.loadState(answered(state, "approve"));
    const result = await next.run();
    expect(till.paid).toEqual([{ euros: 5 }]);
    expect(worker.heard).toEqual([]);
    expect(modelOf(agent).calls).toHaveLength(1);
    expect(result.stopReason).toBe("Maximum number of messages 4 reached, current message count: 4");
  });
});

test("the state of a team that waits has AutoGen's keys, and its agents have the state they had before", async () => {
  const team = new RoundRobinGroupChat({
    participants: [boss("buyer", new AgentTool({ agent: buyer(new Till()) }))],
    maxTurns: 1,
  });
  const { agent_states: states } = await waiting(team);
  expect(states).toMatchObject({
    boss: { agent_state: { llm_context: { messages: [] } }, message_buffer: [{ content: "Buy." }] },
    RoundRobinGroupChatManager: { message_thread: [{ content: "Buy." }], current_turn: 0, next_speaker_index: 0 },
  });
});
