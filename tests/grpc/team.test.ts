import { once } from "node:events";
import { MemoryJournalStore, recordTo, replayFrom, resumeFrom, tool } from "@tesserae/core";
import { ScriptedClient, callsOf } from "@tesserae/core/testing";
import {
  AssistantAgent,
  answerInput,
  pendingInputs,
  MaxMessageTermination,
  DiGraphBuilder,
  GraphFlow,
  HANDOFF_MESSAGE,
  HandoffMessage,
  RoundRobinGroupChat,
  Swarm,
  SelectorGroupChat,
  defineMessage,
  type TaskResult,
  type TeamOptions,
} from "@tesserae/agentchat";
import { RemoteParticipant, serveParticipant } from "@tesserae/agentchat/distributed";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { HostPeer } from "./src/peers.ts";
import { Talker, lineOf, type Say } from "./src/talker.ts";
import { TypeScriptWorker, startHost } from "./src/typescript.ts";

let host: HostPeer;
/** Leads the team. */
let here: TypeScriptWorker;
/** Has the critic. */
let there: TypeScriptWorker;

beforeEach(async () => {
  host = await startHost();
  here = await TypeScriptWorker.start(host.address);
  there = await TypeScriptWorker.start(host.address);
});

afterEach(async () => {
  await here.kill();
  await there.kill();
  await host.stop();
});

const counting: Say = (_heard, _turn, count) => String(count);
const remote = (name: string): RemoteParticipant => new RemoteParticipant({ name, description: `${name}, elsewhere` });
const lines = ({ messages }: TaskResult): readonly string[] => messages.map(lineOf);

/** A writer here and a critic there. */
function makeTeam(options: Partial<TeamOptions> = {}): { readonly team: RoundRobinGroupChat; readonly writer: Talker } {
  const writer = new Talker("writer", counting);
  const team = new RoundRobinGroupChat({
    participants: [writer, remote("critic")],
    terminationCondition: new MaxMessageTermination(5),
    runtime: here.runtime,
    teamId: "essay",
    ...options,
  });
  return { team, writer };
}

async function offer(say: Say = counting, name = "critic"): Promise<Talker> {
  const critic = new Talker(name, say);
  await serveParticipant(there.runtime, critic, { teamId: "essay" });
  return critic;
}

describe("a team all of whose participants are in its process", () => {
  test("works on a worker as on a runtime of its own, several runs one after another", async () => {
    const team = new RoundRobinGroupChat({
      participants: [new Talker("a", counting), new Talker("b", counting)],
      terminationCondition: new MaxMessageTermination(3),
      runtime: here.runtime,
    });
    expect(lines(await team.run("go"))).toEqual(["user: go", "a: 1", "b: 1"]);
    expect(lines(await team.run())).toEqual(["a: 2", "b: 2", "a: 3"]);
    await team.reset();
    expect(lines(await team.run("again"))).toEqual(["user: again", "a: 1", "b: 1"]);
    await team.close();
  });

  test("ends with the very error of a participant", async () => {
    const cause = new RangeError("no words left");
    const fail: Say = () => {
      throw cause;
    };
    const { team } = makeTeam({ participants: [new Talker("a", fail)] });
    await expect(team.run("go")).rejects.toMatchObject({ message: "RangeError: no words left", cause });
  });
});

describe("a team with a participant on another worker", () => {
  test("hears what it says, in order, and tells it what the others say", async () => {
    const critic = await offer();
    const { team, writer } = makeTeam();
    const stream = team.runStream("a poem");
    const seen: string[] = [];
    for await (const item of stream) if (item.type !== "TaskResult") seen.push(lineOf(item));
    expect(seen).toEqual(["user: a poem", "writer: 1", "critic: 1", "writer: 2", "critic: 2"]);
    expect(lines(await stream.result)).toEqual(seen);
    expect(critic.heard).toEqual([["user: a poem", "writer: 1"], ["writer: 2"]]);
    expect(writer.heard).toEqual([["user: a poem"], ["critic: 1"]]);
  });

  test("resets, pauses and resumes it", async () => {
    const critic = await offer();
    const { team } = makeTeam();
    await team.run("a poem");
    await team.pause();
    await team.resume();
    await team.reset();
    expect(critic.calls).toEqual(["pause", "resume", "reset"]);
    expect(lines(await team.run("another")).at(-1)).toBe("critic: 2");
    expect(critic.heard.at(-2)).toEqual(["user: another", "writer: 1"]);
  });

  test("has its state, and another team goes on from it", async () => {
    await offer();
    const { team } = makeTeam({ terminationCondition: new MaxMessageTermination(4) });
    await team.run("a poem");
    const state = JSON.parse(JSON.stringify(await team.saveState()));
    expect(state.agent_states.critic).toMatchObject({ agent_state: { turns: 1 }, message_buffer: [{ content: "2" }] });
    await team.close();
    const twin = makeTeam({ terminationCondition: new MaxMessageTermination(2) });
    await twin.team.loadState(state);
    expect(lines(await twin.team.run())).toEqual(["critic: 2", "writer: 3"]);
  });

  test("ends with its error, by the name that it has there", async () => {
    await offer(() => {
      throw new RangeError("no opinion");
    });
    const { team } = makeTeam();
    await expect(team.run("a poem")).rejects.toMatchObject({
      message: "RangeError: no opinion",
      code: "ERR_TEAM_FAILED",
    });
  });

  test("stops its turn when the run is aborted, and goes on with it in the next run", async () => {
    const asked = new EventTarget();
    const stopped = new EventTarget();
    const critic = await offer(async (_heard, turn, count) => {
      if (count > 1) return "at last";
      setImmediate(() => asked.dispatchEvent(new Event("asked")));
      await once(turn.context.signal ?? new AbortController().signal, "abort");
      stopped.dispatchEvent(new Event("stopped"));
      throw new Error("stopped");
    });
    const { team } = makeTeam({ terminationCondition: undefined, maxTurns: 3 });
    const abort = new AbortController();
    const isAsked = once(asked, "asked");
    const isStopped = once(stopped, "stopped");
    const running = team.run("a poem", { signal: abort.signal });
    await isAsked;
    abort.abort();
    await expect(running).rejects.toMatchObject({ name: "AbortError" });
    await isStopped;
    expect(lines(await team.run())).toEqual(["critic: at last", "writer: 2"]);
    expect(critic.heard).toHaveLength(2);
  });

  test("stops a turn that has not begun, since the one before it has not ended yet", async () => {
    const asked = new EventTarget();
    const critic = await offer((_heard, _turn, count) => {
      if (count > 1) return "at last";
      setImmediate(() => asked.dispatchEvent(new Event("asked")));
      // It does not watch its signal, and is waited for a while.
      return new Promise<string>(() => undefined);
    });
    const { team } = makeTeam({
      participants: [remote("critic")],
      terminationCondition: undefined,
      maxTurns: 1,
      emitTeamEvents: true,
    });
    const first = new AbortController();
    const isAsked = once(asked, "asked");
    const running = team.run("a poem", { signal: first.signal });
    await isAsked;
    first.abort();
    await expect(running).rejects.toMatchObject({ name: "AbortError" });
    for await (const item of team.runStream()) if (item.type === "SelectSpeakerEvent") break;
    expect(lines(await team.run()).at(-1)).toBe("critic: at last");
    expect(critic.heard).toHaveLength(2);
  });

  test("does not wait for one whose worker goes away in its turn, nor for one that nobody offers", async () => {
    await offer(async () => {
      void there.kill();
      return new Promise<string>(() => undefined);
    });
    const { team } = makeTeam();
    await expect(team.run("a poem")).rejects.toThrow(/^UndeliverableException: The worker \S+ is gone/);
    await expect(team.run()).rejects.toThrow("UndeliverableException: Agent with name critic_essay not found");
  });

  test("ends when the host goes away, and works again when there is one", async () => {
    const other = await startHost();
    const reconnecting = async (): Promise<{ worker: TypeScriptWorker; connected: () => Promise<unknown> }> => {
      const states = new EventTarget();
      const worker = await TypeScriptWorker.start(other.address, {
        onConnectionState: (state) => void states.dispatchEvent(new Event(state)),
        reconnect: { initialMs: 10, maxMs: 20 },
      });
      return { worker, connected: () => once(states, "connected") };
    };
    const [leads, has] = [await reconnecting(), await reconnecting()];
    let down = (): void => undefined;
    const isAsked = new Promise<void>((resolve) => (down = resolve));
    const critic = new Talker("critic", async (_heard, turn, count) => {
      if (count > 1) return "back";
      down();
      return once(turn.context.signal ?? new AbortController().signal, "abort").then(() => "never");
    });
    await serveParticipant(has.worker.runtime, critic, { teamId: "essay" });
    const { team } = makeTeam({ runtime: leads.worker.runtime, terminationCondition: undefined, maxTurns: 2 });
    const running = team.run("a poem");
    running.catch(() => undefined);
    await isAsked;
    await other.stop();
    await expect(running).rejects.toMatchObject({ name: "UndeliverableException" });
    const back = Promise.all([leads.connected(), has.connected()]);
    const again = await startHost({}, other.address);
    await back;
    expect(lines(await team.run())).toEqual(["critic: back", "writer: 2"]);
    await leads.worker.kill();
    await has.worker.kill();
    await again.stop();
  });

  test("waits for a person over there: the state holds the question, and with the answer its turn goes on", async () => {
    const paid: unknown[] = [];
    const pay = tool({
      name: "pay",
      description: "Pays.",
      parameters: { type: "object", properties: { euros: { type: "integer" } }, required: ["euros"] },
      requiresApproval: true,
      execute: ({ euros }) => {
        paid.push(euros);
        return `paid ${String(euros)}`;
      },
    });
    const modelClient = new ScriptedClient([callsOf(["pay", { euros: 5 }])]);
    const critic = new AssistantAgent({ name: "critic", modelClient, tools: [pay] });
    await serveParticipant(there.runtime, critic, { teamId: "essay" });
    const { team } = makeTeam({ terminationCondition: undefined, maxTurns: 2 });
    await expect(team.run("a poem")).rejects.toMatchObject({ code: "ERR_INPUT_WAITING" });
    const state = await team.saveState();
    const [asked] = pendingInputs(state);
    expect(asked).toMatchObject({ path: "/team[0]/critic[0]", tool: { name: "pay", arguments: { euros: 5 } } });
    await team.loadState(answerInput(state, asked?.requestId ?? "", "approve"));
    expect(lines(await team.run()).at(-1)).toBe("critic: paid 5");
    expect([paid, modelClient.calls.length]).toEqual([[5], 1]);
  });

  test("carries messages of the user's own types", async () => {
    const Plan = defineMessage<{ readonly steps: number }>("Plan", {
      type: "object",
      properties: { steps: { type: "integer" } },
      required: ["steps"],
    });
    const planner = new Talker("critic", (_heard, turn) => Plan.create({ source: "critic", steps: 3 }, turn.context), [
      Plan,
    ]);
    await serveParticipant(there.runtime, planner, { teamId: "essay" });
    const stands = new RemoteParticipant({ name: "critic", description: "plans", producedMessageTypes: [Plan] });
    const { team } = makeTeam({ participants: [stands], maxTurns: 1 });
    expect((await team.run("plan")).messages.at(-1)).toMatchObject({ type: "Plan", steps: 3 });
  });

  test("may be a team over there", async () => {
    const inner = new RoundRobinGroupChat({
      name: "panel",
      participants: [new Talker("x", counting), new Talker("y", counting)],
      maxTurns: 2,
    });
    await serveParticipant(there.runtime, inner, { teamId: "essay" });
    const { team } = makeTeam({ participants: [new Talker("writer", counting), remote("panel")] });
    expect(lines(await team.run("judge"))).toEqual(["user: judge", "writer: 1", "x: 1", "y: 1", "writer: 2"]);
  });

  test("is chosen by a selector", async () => {
    await offer();
    const team = new SelectorGroupChat({
      participants: [new Talker("writer", counting), remote("critic")],
      modelClient: { modelInfo: {}, create: () => Promise.reject(new Error("not asked")) } as never,
      selectorFunc: (messages) => (messages.at(-1)?.source === "critic" ? "writer" : "critic"),
      maxTurns: 3,
      runtime: here.runtime,
      teamId: "essay",
    });
    expect(lines(await team.run("go"))).toEqual(["user: go", "critic: 1", "writer: 1", "critic: 2"]);
  });

  test("gets the conversation by a handoff, and hands it back", async () => {
    const to =
      (target: string): Say =>
      (_heard, turn) =>
        HandoffMessage(
          { source: target === "critic" ? "writer" : "critic", target, content: `to ${target}` },
          turn.context,
        );
    await offer(to("writer"));
    const team = new Swarm({
      participants: [
        new Talker("writer", to("critic"), [HANDOFF_MESSAGE]),
        new RemoteParticipant({ name: "critic", description: "", producedMessageTypes: [] }),
      ],
      terminationCondition: new MaxMessageTermination(4),
      runtime: here.runtime,
      teamId: "essay",
    });
    expect(lines(await team.run("go"))).toEqual([
      "user: go",
      "writer: to critic",
      "critic: to writer",
      "writer: to critic",
    ]);
  });

  test("works beside others of its graph, and those after it hear all of them", async () => {
    await offer(counting, "left");
    await offer(counting, "right");
    const joined = new Talker("joined", counting);
    const [start, left, right] = [new Talker("start", counting), remote("left"), remote("right")];
    const graph = new DiGraphBuilder();
    for (const node of [start, left, right, joined]) graph.addNode(node);
    graph.addEdge(start, left).addEdge(start, right).addEdge(left, joined).addEdge(right, joined);
    const team = new GraphFlow({
      participants: graph.getParticipants(),
      graph: graph.build(),
      runtime: here.runtime,
      teamId: "essay",
    });
    const result = await team.run("go");
    expect(lines(result).toSorted()).toEqual(["joined: 1", "left: 1", "right: 1", "start: 1", "user: go"]);
    expect(joined.heard.flat().toSorted()).toEqual(["left: 1", "right: 1", "start: 1", "user: go"]);
  });

  test("is one of several teams on the same workers, each of which keeps to itself", async () => {
    const critics = ["one", "two"].map((teamId) => ({ teamId, critic: new Talker("critic", counting) }));
    for (const { teamId, critic } of critics) await serveParticipant(there.runtime, critic, { teamId });
    const results = await Promise.all(critics.map(({ teamId }) => makeTeam({ teamId }).team.run(`for ${teamId}`)));
    expect(results.map(lines)).toEqual(
      ["one", "two"].map((teamId) => [`user: for ${teamId}`, "writer: 1", "critic: 1", "writer: 2", "critic: 2"]),
    );
    expect(critics.map(({ critic }) => critic.heard[0])).toEqual([
      ["user: for one", "writer: 1"],
      ["user: for two", "writer: 1"],
    ]);
  });

  test("is no longer there when its process takes it back", async () => {
    const served = await serveParticipant(there.runtime, new Talker("critic", counting), { teamId: "essay" });
    await served.close();
    await expect(makeTeam().team.run("a poem")).rejects.toThrow("UndeliverableException");
    await offer();
    expect(
      lines(await makeTeam({ teamId: "other", participants: [new Talker("a", counting)], maxTurns: 1 }).team.run("x")),
    ).toHaveLength(2);
  });

  test("is in the journal with what it said; the run cannot be replayed, and says so", async () => {
    await offer();
    const store = new MemoryJournalStore();
    const { team } = makeTeam();
    const before = await team.saveState();
    await team.run("a poem", { journal: recordTo(store, { runId: "r" }) });
    await team.loadState(before);
    await expect(team.run(undefined, { journal: replayFrom(store, "r") })).rejects.toThrow("ERR_JOURNAL_REMOTE");
    await expect(team.run(undefined, { journal: resumeFrom(store, "r") })).rejects.toMatchObject({
      code: "ERR_JOURNAL_REMOTE",
    });
  });
});

test("a participant that lives elsewhere takes no part in a team of one process", async () => {
  const team = new RoundRobinGroupChat({ participants: [remote("critic")], maxTurns: 1 });
  await expect(team.run("go")).rejects.toThrow("'critic' lives in another process");
});

test("two participants of one name are refused, and a missing team id", async () => {
  await offer();
  await expect(offer()).rejects.toThrow("critic_essay");
  const again = serveParticipant(there.runtime, new Talker("x", counting), {} as never);
  await expect(again).rejects.toThrow("teamId");
});

test("what only a program without types can give is refused in words", async () => {
  const { runtime } = there;
  const options = { teamId: "essay" };
  const talker = new Talker("x", counting);
  await expect(serveParticipant(undefined as never, talker, options)).rejects.toThrow("must be an agent runtime");
  await expect(serveParticipant(runtime, {} as never, options)).rejects.toThrow("must be an agent or a team");
  await expect(serveParticipant(runtime, talker, undefined as never)).rejects.toThrow("takes an object");
  await expect(serveParticipant(runtime, talker, { teamId: 5 as never })).rejects.toThrow("must be a string");
  expect(() => new RemoteParticipant(undefined as never)).toThrow("RemoteParticipant takes an object");
  expect(() => new RemoteParticipant({ name: 5 as never, description: "d" })).toThrow("must be a string");
});
