import { RoundRobinGroupChat, answerInput, messageText, pendingInputs, type TaskResult } from "@tesserae/agentchat";
import {
  MemoryJournalStore,
  recordTo,
  replayFrom,
  resumeFrom,
  tool,
  type Json,
  type JsonObject,
  type Tool,
} from "@tesserae/core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { AssistantsServer, type RunStep } from "../testing/assistants-server.ts";
import { OpenAIAssistantAgent } from "./openai-assistant-agent.ts";

const CALLS = [
  { id: "c1", name: "look", args: { at: "price" } },
  { id: "c2", name: "pay", args: { euros: 5 } },
];
const PLAN: readonly RunStep[] = ["in_progress", { calls: CALLS }, "in_progress", { text: "Paid." }];

let server: AssistantsServer;
/** What the tools have done, in all processes. */
let done: string[];
const agents: OpenAIAssistantAgent[] = [];
beforeEach(async () => {
  server = await AssistantsServer.start();
  server.plans.push([...PLAN]);
  done = [];
});
afterEach(async () => {
  for (const agent of agents.splice(0)) await agent.close();
  await server.close();
});

/** An agent as another process makes it. */
function payer(): OpenAIAssistantAgent {
  const doing = (name: string, argument: string, requiresApproval: boolean): Tool =>
    tool({
      name,
      description: "d",
      parameters: { type: "object", properties: { [argument]: {} }, required: [argument] },
      requiresApproval,
      execute: (args) => {
        done.push(`${name} ${JSON.stringify(args[argument])}`);
        return `${name} is done`;
      },
    });
  const made = new OpenAIAssistantAgent({
    name: "payer",
    description: "Pays",
    model: "gpt-4o",
    instructions: "Be brief.",
    pollInterval: 0.001,
    tools: [doing("look", "at", false), doing("pay", "euros", true)],
    client: { baseUrl: server.url, apiKey: "sk-test", provider: "openai", retry: { maxRetries: 0 } },
  });
  agents.push(made);
  return made;
}

/** The state after a run that has stopped, since nobody was there to answer. */
async function waiting(runner: OpenAIAssistantAgent | RoundRobinGroupChat): Promise<JsonObject> {
  await expect(runner.run("Pay.")).rejects.toMatchObject({ code: "ERR_INPUT_WAITING" });
  return JSON.parse(JSON.stringify(await runner.saveState())) as JsonObject;
}

function answered(state: JsonObject, value: Json): JsonObject {
  const [input] = pendingInputs(state);
  return answerInput(state, input?.requestId ?? "", value);
}

function textsOf({ messages }: TaskResult): readonly string[] {
  return messages.map(messageText);
}

const lines = (): readonly string[] => server.asked.map(([line]) => line);
const bodies = (end: string): readonly unknown[] =>
  server.asked.filter(([line]) => line.endsWith(end)).map(([, body]) => body);

describe("a call of an assistant that waits for a person", () => {
  test("keeps its run at the service waiting, and is made once, in another process", async () => {
    const first = payer();
    const state = await waiting(first);
    const { open_turn: turn, open_run_id: run, ...rest } = state;
    expect(Object.keys(rest)).toEqual([
      "type",
      "assistant_id",
      "thread_id",
      "initial_message_ids",
      "vector_store_id",
      "uploaded_file_ids",
    ]);
    expect(turn).toMatchObject({ agent: "payer", results: [[0, { content: "look is done" }]] });
    expect(run).toBe("run_1");
    expect(pendingInputs(state)).toMatchObject([{ path: "/payer[0]", tool: { name: "pay", arguments: { euros: 5 } } }]);

    const second = payer();
    await second.loadState(state);
    expect(await second.saveState()).toEqual(state);
    await second.loadState(answered(state, "approve"));
    expect(textsOf(await second.run()).at(-1)).toBe("Paid.");
    expect(done).toEqual(['look "price"', "pay 5"]);
    expect(bodies("/submit_tool_outputs")).toEqual([
      {
        tool_outputs: [
          { tool_call_id: "c1", output: "look is done" },
          { tool_call_id: "c2", output: "pay is done" },
        ],
      },
    ]);
    expect(bodies("POST /threads/thread_1/messages")).toHaveLength(1);
    expect(server.runs.size).toBe(1);
    expect(lines().filter((line) => line.endsWith("/cancel"))).toEqual([]);
    expect(await second.saveState()).toEqual(rest);
  });

  test("is a question of the team: what the members have said is not put into the thread again", async () => {
    const team = (): RoundRobinGroupChat => new RoundRobinGroupChat({ participants: [payer()], maxTurns: 1 });
    const state = await waiting(team());
    expect(pendingInputs(state)).toMatchObject([{ path: "/team[0]/payer[0]" }]);
    const second = team();
    await second.loadState(answered(state, "approve"));
    expect(textsOf(await second.run()).at(-1)).toBe("Paid.");
    expect(bodies("POST /threads/thread_1/messages")).toEqual([{ content: "Pay.", role: "user" }]);
    expect(done).toEqual(['look "price"', "pay 5"]);
  });

  test.each(["expired", "cancelled"])(
    "tells another run what came of it where its own is over meanwhile (%s)",
    async (end) => {
      const state = await waiting(payer());
      const run = server.runs.get("run_1") ?? expect.fail();
      run.steps.splice(0);
      run.end = end;
      server.plans.push([{ text: "Paid after all." }]);
      const second = payer();
      await second.loadState(answered(state, { approved: true, arguments: { euros: 4 } }));
      expect(textsOf(await second.run()).at(-1)).toBe("Paid after all.");
      expect(done).toEqual(['look "price"', "pay 4"]);
      expect(server.runs.get("run_2")?.body).toMatchObject({
        assistant_id: "asst_1",
        additional_messages: [{ role: "user" }],
      });
      expect(JSON.stringify(server.messages)).toMatch(/pay\(.*\) gave: .*euros.*4.*pay is done/);
    },
  );

  test("goes on from a state that was saved while the person was asked, by a process that has given up since", async () => {
    const first = payer();
    const leaving = new AbortController();
    let saved: Promise<JsonObject> | undefined;
    const run = first.run("Pay.", {
      signal: leaving.signal,
      approve: () => {
        saved = first.saveState();
        void saved.then(() => leaving.abort());
        return new Promise<boolean>(() => undefined);
      },
    });
    await expect(run).rejects.toMatchObject({ code: "ERR_ABORTED" });
    await server.http.until(() => lines().some((line) => line.endsWith("/cancel")));
    server.plans.push([{ text: "Paid after all." }]);
    const second = payer();
    await second.loadState(answered(JSON.parse(JSON.stringify(await saved)) as JsonObject, "approve"));
    expect(textsOf(await second.run()).at(-1)).toBe("Paid after all.");
    expect(done).toEqual(['look "price"', "pay 5"]);
  });

  test("whose output the service took before a crash is not given again", async () => {
    const state = await waiting(payer());
    const run = server.runs.get("run_1") ?? expect.fail();
    run.steps.splice(0);
    run.end = "completed";
    server.add("assistant", [{ type: "text", text: { value: "Paid before.", annotations: [] } }]);
    const second = payer();
    await second.loadState(answered(state, "approve"));
    expect(textsOf(await second.run()).at(-1)).toBe("Paid before.");
    expect(server.runs.size).toBe(1);
  });

  test("is refused where the service refuses its output for another reason", async () => {
    const state = await waiting(payer());
    const run = server.runs.get("run_1") ?? expect.fail();
    run.steps.splice(0);
    run.end = "failed";
    const second = payer();
    await second.loadState(answered(state, "approve"));
    await expect(second.run()).rejects.toThrow(/do not accept tool outputs/);
  });

  test("is denied, answered once, with what is a decision, and under its id only", async () => {
    const state = await waiting(payer());
    const id = pendingInputs(state)[0]?.requestId ?? "";
    expect(() => answerInput(state, "other", "approve")).toThrow(expect.objectContaining({ code: "ERR_NOT_FOUND" }));
    expect(() => answerInput(state, id, "perhaps")).toThrow(expect.objectContaining({ code: "ERR_INVALID_ARGUMENT" }));
    const given = answerInput(state, id, { approved: false, reason: "too dear" });
    expect(() => answerInput(given, id, "approve")).toThrow(expect.objectContaining({ code: "ERR_INPUT_ANSWERED" }));
    const second = payer();
    await second.loadState(given);
    await second.run();
    expect(done).toEqual(['look "price"']);
    expect(JSON.stringify(bodies("/submit_tool_outputs"))).toContain("too dear");
  });

  test("is void when the agent is told something else: the run at the service is over before that is added", async () => {
    const state = answered(await waiting(payer()), "approve");
    server.plans.push([{ text: "Nothing is paid." }]);
    const second = payer();
    await second.loadState(state);
    const before = server.asked.length;
    expect(textsOf(await second.run("Do not pay."))).toEqual(["Do not pay.", "Nothing is paid."]);
    const since = lines().slice(before);
    expect(since).toContain("POST /threads/thread_1/runs/run_1/cancel");
    expect(since.indexOf("POST /threads/thread_1/messages")).toBeGreaterThan(
      since.lastIndexOf("GET /threads/thread_1/runs/run_1"),
    );
    expect(done).toEqual(['look "price"']);
    expect(await second.saveState()).not.toHaveProperty("open_turn");
    expect(await second.saveState()).not.toHaveProperty("open_run_id");
  });

  test("is void after a reset, which cancels the run at the service", async () => {
    const agent = payer();
    await waiting(agent);
    await agent.onReset();
    expect(lines().filter((line) => /cancel|DELETE/.test(line))).toEqual([
      "POST /threads/thread_1/runs/run_1/cancel",
      "DELETE /threads/thread_1/messages/msg_1",
    ]);
    expect(await agent.saveState()).not.toHaveProperty("open_turn");
    expect(await agent.saveState()).not.toHaveProperty("open_run_id");
  });

  test("is refused in words where the state was spoiled", async () => {
    const state = await waiting(payer());
    const turn = state["open_turn"] as JsonObject;
    await expect(payer().loadState({ ...state, open_turn: { ...turn, results: [1] } })).rejects.toMatchObject({
      code: "ERR_INVALID_ARGUMENT",
    });
  });
});

describe("in a recorded run", () => {
  test("a call that waits is made when the run is resumed, for the run at the service that it belongs to", async () => {
    const store = new MemoryJournalStore();
    const journal = recordTo(store);
    await expect(payer().run("Pay.", { journal })).rejects.toMatchObject({ code: "ERR_INPUT_WAITING" });
    const resume = resumeFrom(store, journal.runId ?? "");
    const resumed = await payer().run(undefined, { journal: resume, approve: () => true });
    expect(textsOf(resumed).at(-1)).toBe("Paid.");
    expect(done).toEqual(['look "price"', "pay 5"]);
    expect(server.runs.size).toBe(1);
  });

  test("what is given up is given up once: a replay needs no service", async () => {
    const state = await waiting(payer());
    server.plans.push([{ text: "Nothing is paid." }]);
    const store = new MemoryJournalStore();
    const journal = recordTo(store);
    const second = payer();
    await second.loadState(state);
    const recorded = await second.run("Do not pay.", { journal });
    const before = server.asked.length;
    const replayed = await payer().run(undefined, { journal: replayFrom(store, journal.runId ?? "") });
    expect(replayed.messages).toEqual(recorded.messages);
    expect(server.asked).toHaveLength(before);
  });
});
