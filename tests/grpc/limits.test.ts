import { fileURLToPath } from "node:url";
import {
  AssistantAgent,
  DiGraphBuilder,
  GraphFlow,
  RoundRobinGroupChat,
  RunLimitTermination,
  SocietyOfMindAgent,
  type RunOptions,
  type TaskResult,
  type TeamOptions,
} from "@tesserae/agentchat";
import { RemoteParticipant, serveParticipant } from "@tesserae/agentchat/distributed";
import { LimitError, MemoryJournalStore, recordTo, tool, watchChannel } from "@tesserae/core";
import { ScriptedClient, callsOf } from "@tesserae/core/testing";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { OtherProcess } from "./src/other-process.ts";
import type { Offer } from "./src/participants.ts";
import type { HostPeer } from "./src/peers.ts";
import { Talker, lineOf } from "./src/talker.ts";
import { TypeScriptWorker, startHost } from "./src/typescript.ts";

const PROGRAM = fileURLToPath(new URL("src/participants.ts", import.meta.url));

let host: HostPeer;
let here: TypeScriptWorker;
let others: OtherProcess[];

beforeEach(async () => {
  host = await startHost();
  here = await TypeScriptWorker.start(host.address);
  others = [];
});

afterEach(async () => {
  for (const other of others) await other.end();
  await here.kill();
  await host.stop();
});

/** A process that offers participants. */
async function offer(offers: readonly Offer[], teamId = "essay"): Promise<OtherProcess> {
  const args = ["--conditions=source", PROGRAM, host.address, teamId, JSON.stringify(offers)];
  const other = await OtherProcess.start(process.execPath, args);
  others.push(other);
  return other;
}

const remote = (name: string): RemoteParticipant => new RemoteParticipant({ name, description: `${name}, elsewhere` });

/** Says something without a model. */
const writer = (name = "writer"): Talker => new Talker(name, (_heard, _turn, count) => `line ${count}`);

type Members = ConstructorParameters<typeof RoundRobinGroupChat>[0]["participants"];

/** A team that lets each of its members speak once. */
function team(...members: Members): RoundRobinGroupChat {
  return teamOf("essay", members);
}

function teamOf(teamId: string, participants: Members, conditions: Partial<TeamOptions> = {}): RoundRobinGroupChat {
  return new RoundRobinGroupChat({
    participants,
    maxTurns: participants.length,
    runtime: here.runtime,
    teamId,
    ...conditions,
  });
}

/** The result of a run, and the error that ended it. */
async function outcome(
  of: RoundRobinGroupChat | GraphFlow,
  options: RunOptions = {},
): Promise<{ readonly result: TaskResult | undefined; readonly error: unknown }> {
  let result: TaskResult | undefined;
  try {
    for await (const item of of.runStream("a poem", options)) if (item.type === "TaskResult") result = item;
    return { result, error: undefined };
  } catch (error) {
    return { result, error };
  }
}

const asks = (lines: readonly string[]): number => lines.filter((line) => line.endsWith(" asks")).length;

describe("what a participant in another process uses", () => {
  test("is in the result, and in the journal of the run", async () => {
    await offer([{ name: "critic", answers: ["calls 2", "calls 1", "Fine."] }]);
    const poet = new AssistantAgent({ name: "poet", modelClient: new ScriptedClient(["A line."]) });
    const store = new MemoryJournalStore();
    const { result } = await outcome(team(poet, remote("critic")), { journal: recordTo(store, { runId: "r" }) });
    expect(result).toMatchObject({ status: "finished", usage: { promptTokens: 40, completionTokens: 20 }, cost: 60 });
    let totals: unknown;
    for await (const entry of store.read("r")) if (entry.e === "end") ({ totals } = entry);
    expect(totals).toMatchObject({ model_calls: 4, tool_calls: 3, turns: 2, cost: 60 });
  });

  test("is counted run by run", async () => {
    await offer([{ name: "critic", answers: ["One.", "calls 1", "Two."] }]);
    const both = team(writer(), remote("critic"));
    expect(await both.run("a poem")).toMatchObject({ usage: { promptTokens: 10 }, cost: 15 });
    expect(await both.run()).toMatchObject({ usage: { promptTokens: 20 }, cost: 30 });
  });

  test("stops the team by a condition on any of it", async () => {
    const conditions = [
      [{ maxTurns: 4 }, "maxTurns 4, used 4"],
      [{ maxModelCalls: 3 }, "maxModelCalls 3, used 4"],
      [{ maxToolCalls: 3 }, "maxToolCalls 3, used 4"],
      [{ maxTokens: 31 }, "maxTokens 31, used 60"],
      [{ maxCost: 40 }, "maxCost 40, used 60"],
    ] as const;
    const answers = ["calls 2", "Fine.", "calls 2", "Fine."];
    await offer(conditions.map((_, index) => ({ name: `critic${index}`, teamId: `essay${index}`, answers })));
    for (const [index, [limits, words]] of conditions.entries()) {
      const both = teamOf(`essay${index}`, [writer(), remote(`critic${index}`)], {
        terminationCondition: new RunLimitTermination(limits),
        maxTurns: 8,
      });
      expect((await both.run("a poem")).stopReason).toBe(`Limit of the run reached: ${words}`);
    }
  });

  test("has no price where its model has none", async () => {
    await offer([{ name: "critic", answers: ["Fine."], hasNoPrice: true }]);
    const { result } = await outcome(team(writer(), remote("critic")));
    expect(result).toMatchObject({ usage: { promptTokens: 10, completionTokens: 5 }, cost: undefined });
  });
});

describe("a limit of the run", () => {
  test("refuses a call there as it does here", async () => {
    const refusals = [
      [{ maxModelCalls: 2 }, { allowed: 2, used: 2, wanted: 1 }],
      [{ maxTokens: 75 }, { allowed: 75, used: 30, wanted: 50 }],
      [{ maxCost: 120 }, { allowed: 120, used: 30, wanted: 100 }],
    ] as const;
    const answers = ["calls 1", "calls 1", "Fine."];
    const critics = await offer(
      refusals.map((_, index) => ({ name: `critic${index}`, teamId: `essay${index}`, answers })),
    );
    for (const [index, [limits, account]] of refusals.entries()) {
      const poet = new AssistantAgent({ name: "poet", modelClient: new ScriptedClient(["A line."]) });
      const both = teamOf(`essay${index}`, [poet, remote(`critic${index}`)]);
      const { result, error } = await outcome(both, { limits });
      expect(error).toBeInstanceOf(LimitError);
      const [limit] = Object.keys(limits);
      expect(error).toMatchObject({ limit, code: expect.stringMatching(/^ERR_LIMIT_/), account });
      expect(result).toMatchObject({ status: "failed", cost: 30 });
    }
    const lines = await critics.end("SIGTERM");
    expect(lines.filter((line) => line.endsWith("asks"))).toEqual(["critic0 asks", "critic1 asks", "critic2 asks"]);
  });

  test("on tool calls is a result for the model", async () => {
    const critic = await offer([{ name: "critic", answers: ["calls 3", "Fine."] }]);
    const { result } = await outcome(team(writer(), remote("critic")), { limits: { maxToolCalls: 2 } });
    const execution = result?.messages.find((item) => item.type === "ToolCallExecutionEvent");
    expect(execution?.content.filter(({ isError }) => isError)).toMatchObject([
      { content: expect.stringMatching(/stopped by a limit of the run.*2 tool calls/) },
    ]);
    expect((await critic.end("SIGTERM")).filter((line) => line === "noted")).toHaveLength(2);
  });

  test("is something that an agent there can act on", async () => {
    await offer([{ name: "critic", answers: ["calls 1", "Fine."], onLimit: "Stopped by" }]);
    const { result } = await outcome(team(writer(), remote("critic")), { limits: { maxModelCalls: 1 } });
    expect(result?.messages.map(lineOf).at(-1)).toBe("critic: Stopped by maxModelCalls");
  });

  test("of money refuses a model without a price, in words", async () => {
    const critic = await offer([{ name: "critic", answers: ["Fine."], hasNoPrice: true }]);
    const { error } = await outcome(team(writer(), remote("critic")), { limits: { maxCost: 1e9 } });
    expect(error).toMatchObject({ limit: "maxCost", message: expect.stringContaining("price of the model") });
    expect(asks(await critic.end("SIGTERM"))).toBe(0);
  });

  test("is not passed by eight who speak at once in two processes; those who had an answer have said it", async () => {
    const names = Array.from({ length: 8 }, (_, index) => `c${index}`);
    const offers = names.map((name) => ({ name, answers: ["Fine."] }));
    const processes = [await offer(offers.slice(0, 4)), await offer(offers.slice(4))];
    const builder = new DiGraphBuilder().addNode(writer());
    for (const name of names) builder.addNode(remote(name)).addEdge("writer", name);
    const graph = new GraphFlow({
      participants: builder.getParticipants(),
      graph: builder.build(),
      runtime: here.runtime,
      teamId: "essay",
    });
    const { result, error } = await outcome(graph, { limits: { maxModelCalls: 3 } });
    expect(error).toMatchObject({ limit: "maxModelCalls", account: { allowed: 3, used: 3, wanted: 1 } });
    expect(result?.messages.filter((item) => item.source.startsWith("c"))).toHaveLength(3);
    expect(result).toMatchObject({ cost: 45 });
    const all = await Promise.all(processes.map((each) => each.end("SIGTERM")));
    expect(asks(all.flat())).toBe(3);
  });

  test("counts the turns of a team over there, and stops it and ours", async () => {
    const panel = await offer([{ name: "panel", answers: ["One.", "Two."], members: 2, maxTurns: 4 }]);
    const { result } = await outcome(team(writer(), remote("panel"), writer("second")), { limits: { maxTurns: 3 } });
    expect(result?.messages.map(({ source }) => source)).toEqual(["user", "writer", "panel0", "panel1"]);
    expect(result?.stopReason).toBe("Maximum number of turns 3 reached.");
    expect(asks(await panel.end("SIGTERM"))).toBe(2);
  });

  test("of turns is not passed by two teams over there and one here that talk at once", async () => {
    const answers = Array.from({ length: 4 }, () => "Hm.");
    const panels = await offer(["left", "right"].map((name) => ({ name, answers, members: 2, maxTurns: 8 })));
    let begun = 0;
    const talker = (name: string): Talker => new Talker(name, () => `${(begun += 1)}`);
    const inner = new RoundRobinGroupChat({ participants: [talker("x"), talker("y")], maxTurns: 8 });
    const ours = new SocietyOfMindAgent({ name: "ours", team: inner, modelClient: new ScriptedClient(["In short."]) });
    const builder = new DiGraphBuilder().addNode(writer());
    for (const one of [ours, remote("left"), remote("right")]) builder.addNode(one).addEdge("writer", one.name);
    const graph = new GraphFlow({
      participants: builder.getParticipants(),
      graph: builder.build(),
      runtime: here.runtime,
      teamId: "essay",
    });
    const { error } = await outcome(graph, { limits: { maxTurns: 9 } });
    expect(error).toBeUndefined();
    // The writer and the one who has a team inside take two of them.
    expect(begun + asks(await panels.end("SIGTERM"))).toBe(7);
  });

  test("reaches a third process, whose team is a participant of ours", async () => {
    const [far] = [await offer([{ name: "far", answers: ["calls 1", "Fine."] }], "essay-panel")];
    await offer([{ name: "panel", elsewhere: "far" }]);
    const both = team(writer(), remote("panel"));
    const { error } = await outcome(both, { limits: { maxModelCalls: 1 } });
    expect(error).toMatchObject({ limit: "maxModelCalls", account: { allowed: 1, used: 1, wanted: 1 } });
    expect(asks(far.lines)).toBe(1);
    const { result } = await outcome(both);
    expect(result).toMatchObject({ status: "finished", cost: 15 });
  });

  test("of its own process is one of a turn, and told as one", async () => {
    const critic = await offer([{ name: "critic", answers: ["calls 1", "Fine."], limits: { maxModelCalls: 1 } }]);
    const { error } = await outcome(team(writer(), remote("critic")), { limits: { maxModelCalls: 9 } });
    expect(error).toMatchObject({ limit: "maxModelCalls", account: { allowed: 1 } });
    expect(asks(await critic.end("SIGTERM"))).toBe(1);
  });
});

describe("a turn in another process that comes to no end of its own", () => {
  test("is stopped in the middle of its model's call by an abort; what it had used is in the result", async () => {
    const critic = await offer([{ name: "critic", answers: ["calls 1", "hang"] }]);
    const abort = new AbortController();
    const running = outcome(team(writer(), remote("critic")), { signal: abort.signal, limits: { maxModelCalls: 5 } });
    await critic.says("critic asks", 2);
    abort.abort();
    const { result, error } = await running;
    expect(error).toMatchObject({ name: "AbortError" });
    expect(result).toMatchObject({ status: "aborted", usage: { promptTokens: 10 }, cost: 15 });
    await critic.says("critic stops");
  });

  test("is stopped when the time of the run is over", async () => {
    const critic = await offer([{ name: "critic", answers: ["hang"] }]);
    const { error } = await outcome(team(writer(), remote("critic")), { limits: { maxDurationMs: 5000 } });
    expect(error).toMatchObject({ limit: "maxDurationMs" });
    // It ends when the turn has; on a slow machine none had begun.
    const lines = await critic.end("SIGTERM");
    expect(lines.filter((line) => line === "critic stops")).toHaveLength(asks(lines));
  });

  test("ends the run when the process is killed; what was told before is in the result", async () => {
    const critic = await offer([{ name: "critic", answers: ["calls 1", "hang"] }]);
    const running = outcome(team(writer(), remote("critic")), { limits: { maxModelCalls: 5 } });
    await critic.says("critic asks", 2);
    await critic.end();
    const { result, error } = await running;
    expect(error).toMatchObject({ message: expect.stringMatching(/^UndeliverableException: The worker \S+ is gone/) });
    expect(result).toMatchObject({ status: "failed", cost: 15 });
  });

  test("ends the run when it is asked under limits that are none, or its answer cannot be sent or read", async () => {
    const failures = [
      [{ limits: { maxCost: "x" as never } }, /maxCost must be a number/],
      [{ answers: ["huge"] }, /at most 100000 are sent/],
      [{ answers: ["huge error"] }, /Its answer could not be sent: .*at most 100000 are sent/],
      [{ isStrange: true }, /Strange/],
    ] as const;
    await offer(failures.map(([about], index) => ({ name: `critic${index}`, teamId: `essay${index}`, ...about })));
    for (const [index, [, words]] of failures.entries()) {
      const both = teamOf(`essay${index}`, [writer(), remote(`critic${index}`)]);
      expect((await outcome(both)).error).toMatchObject({ message: expect.stringMatching(words) });
    }
  });
});

test("a participant makes no further call of a limited run when the process that leads it is gone", async () => {
  const there = await TypeScriptWorker.start(host.address);
  const note = tool({ name: "note", description: "", parameters: { type: "object" }, execute: () => "noted" });
  const modelClient = new ScriptedClient([() => here.kill().then(() => callsOf(["note", {}])), "Fine."]);
  const critic = new AssistantAgent({ name: "critic", modelClient, tools: [note], maxToolIterations: 2 });
  await serveParticipant(there.runtime, critic, { teamId: "essay" });
  const { error } = await outcome(team(writer(), remote("critic")), { limits: { maxModelCalls: 9 } });
  expect(error).toBeDefined();
  // It waits for the end of the turn.
  await there.stop();
  expect(modelClient.calls).toHaveLength(1);
});

test("calls there are published there, with the run of the turn and their address", async () => {
  const there = await TypeScriptWorker.start(host.address);
  const critic = new AssistantAgent({ name: "critic", modelClient: new ScriptedClient(["Fine."]) });
  await serveParticipant(there.runtime, critic, { teamId: "essay" });
  const seen: unknown[] = [];
  const stop = watchChannel("model", { started: () => true, ended: (payload) => seen.push(payload) });
  await team(writer(), remote("critic")).run("a poem", { limits: { maxModelCalls: 5 } });
  stop();
  expect(seen).toMatchObject([
    { runId: expect.stringMatching(/^\S{36}$/), address: "/critic[0]!model:reply[0]", cost: 15 },
  ]);
  await there.kill();
});
