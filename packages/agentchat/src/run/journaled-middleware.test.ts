import {
  CreateResult,
  MemoryJournalStore,
  effect,
  readRun,
  recordTo,
  replayFrom,
  resumeFrom,
  textToolResult,
  tool,
  type RecordedRun,
} from "@tesserae/core";
import { describe, expect, test } from "vitest";
import { AssistantAgent } from "../agents/assistant-agent/assistant-agent.ts";
import type { AgentMiddleware } from "../base/agent-middleware.ts";
import type { TaskResult } from "../base/task.ts";
import { RoundRobinGroupChat } from "../teams/round-robin-group-chat/round-robin-group-chat.ts";
import { linesOf, readStream, type Streamed } from "../testing/run-items.ts";
import { ScriptedClient, callsOf, type ScriptedAnswer } from "../testing/scripted-client.ts";

/** Counts the calls of a tool that may be called once an argument. */
class Counter {
  calls: number[] = [];
  readonly tool = tool({
    name: "count",
    description: "Counts.",
    parameters: { type: "object", properties: { n: { type: "integer" } }, required: ["n"] },
    execute: ({ n }) => {
      this.calls.push(Number(n));
      if (this.calls.length === 1) throw new Error("first call fails");
      return `counted ${String(n)}`;
    },
  });
}

const CALLS = callsOf(["count", { n: 1 }], ["count", { n: 2 }]);

function team(answers: readonly ScriptedAnswer[], counter = new Counter()): RoundRobinGroupChat {
  const a = new AssistantAgent({
    name: "a",
    modelClient: new ScriptedClient(answers),
    tools: [counter.tool],
    reflectOnToolUse: true,
    modelClientStream: true,
  });
  return new RoundRobinGroupChat({ participants: [a], maxTurns: 2 });
}

/** Calls a failed tool again, and says what was asked at the end of every prompt. */
const RETRY: AgentMiddleware = {
  async modelCall(call, next) {
    const last = call.messages.at(-1);
    return next({ messages: [...call.messages, { type: "UserMessage", content: `(${last?.type})`, source: "m" }] });
  },
  async toolCall(_, next) {
    const answer = await next();
    return answer.isError ? next() : answer;
  },
  async turn(turn, next) {
    const answer = await next();
    return { ...answer, chatMessage: { ...answer.chatMessage, metadata: { by: turn.agent } } };
  },
};

const ANSWERS: readonly ScriptedAnswer[] = [CALLS, "counted twice", "and again"];

async function record(
  answers: readonly ScriptedAnswer[],
  middleware: readonly AgentMiddleware[],
): Promise<{ store: MemoryJournalStore; runId: string; streamed: Streamed; run: RecordedRun }> {
  const store = new MemoryJournalStore();
  const journal = recordTo(store);
  const streamed = await readStream(team(answers).runStream("count", { journal, middleware }));
  const runId = journal.runId ?? "";
  return { store, runId, streamed, run: await readRun(store, runId) };
}

const comparable = (result: TaskResult | undefined): unknown => ({ ...result, usage: undefined, cost: undefined });

describe("middleware and a journal", () => {
  test("what was recorded is what went out; a replay needs neither model nor tool", async () => {
    const { store, runId, streamed, run } = await record(ANSWERS, [RETRY]);
    expect(streamed.result?.status).toBe("finished");
    expect(JSON.stringify(run.effects.find(({ kind }) => kind === "model")?.request)).toContain("(UserMessage)");
    const tools = run.effects.filter(({ kind }) => kind === "tool").map(({ address }) => address);
    // One of the two parallel calls failed, and was made again at an address that follows from its place.
    expect(tools.toSorted()).toEqual([
      "/team[0]/a[0]!tool:count[0]",
      "/team[0]/a[0]!tool:count[1]",
      "/team[0]/a[0]/retry1[0]!tool:count[0]",
    ]);
    const counter = new Counter();
    const options = { journal: replayFrom(store, runId), middleware: [RETRY] };
    const again = await readStream(team([], counter).runStream(undefined, options));
    expect(again.error).toBeUndefined();
    expect(again.result?.messages).toEqual(streamed.result?.messages);
    expect(counter.calls).toEqual([]);
  });

  test("a replay without it, or with another one, differs and says where", async () => {
    const { store, runId } = await record(ANSWERS, [RETRY]);
    for (const middleware of [[], [{ modelCall: RETRY.modelCall }], [RETRY, RETRY]] as readonly AgentMiddleware[][]) {
      const options = { journal: replayFrom(store, runId), middleware };
      const { error } = await readStream(team([]).runStream(undefined, options));
      expect(error).toMatchObject({ code: "ERR_JOURNAL_DIVERGED" });
    }
  });

  test("a resume takes up what was done before, and pays for nothing twice", async () => {
    const { store, runId, streamed } = await record([CALLS, new Error("network down")], [RETRY]);
    expect(streamed.result?.status).toBe("failed");
    const counter = new Counter();
    const resumed = team(["counted twice", "and again"], counter);
    const options = { journal: resumeFrom(store, runId), middleware: [RETRY] };
    const { result } = await readStream(resumed.runStream(undefined, options));
    expect(linesOf(result?.messages ?? []).slice(-2)).toEqual(["a: counted twice", "a: and again"]);
    expect(result?.messages.at(-1)?.metadata).toEqual({ by: "a" });
    expect(counter.calls).toEqual([]);
  });

  test("an answer of its own is recorded: a replay and a resume get the same, whatever it would say now", async () => {
    const saying = (count: () => number): AgentMiddleware => ({
      modelCall: ({ purpose }, next) =>
        purpose === "reflect"
          ? CreateResult({
              content: `said ${count()}`,
              finishReason: "stop",
              usage: { promptTokens: 0, completionTokens: 0 },
            })
          : next(),
      toolCall: ({ name }) => textToolResult(name, `tool ${count()}`),
    });
    let count = 0;
    const { store, runId, streamed, run } = await record([CALLS, new Error("network down")], [saying(() => count++)]);
    expect(linesOf(streamed.items).at(-1)).toBe("a: said 2");
    expect(run.effects.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      "model reply",
      "choice count",
      "choice count",
      "choice reflect",
      "model reply",
    ]);
    const middleware = [saying(() => 100)];
    const replayed = await readStream(team([]).runStream(undefined, { journal: replayFrom(store, runId), middleware }));
    expect(comparable(replayed.result)).toMatchObject({ messages: streamed.result?.messages });
    const journal = resumeFrom(store, runId);
    const { result } = await readStream(team(["at last"]).runStream(undefined, { journal, middleware }));
    expect(linesOf(result?.messages ?? []).slice(-2)).toEqual(["a: said 2", "a: at last"]);
  });

  test("a decision that changes between record and replay is a difference, never another run in silence", async () => {
    let cached = false;
    const wavering: AgentMiddleware = {
      modelCall: ({ purpose }, next) =>
        cached && purpose === "reflect"
          ? CreateResult({ content: "cached", finishReason: "stop", usage: { promptTokens: 0, completionTokens: 0 } })
          : next(),
    };
    const cold = await record(ANSWERS, [wavering]);
    cached = true;
    const warm = await record([CALLS, "and again"], [wavering]);
    expect(warm.streamed.error).toBeUndefined();
    const journal = replayFrom(cold.store, cold.runId);
    const { error } = await readStream(team([]).runStream(undefined, { journal, middleware: [wavering] }));
    expect(error).toMatchObject({ code: "ERR_JOURNAL_DIVERGED" });
    cached = false;
    const other = replayFrom(warm.store, warm.runId);
    const again = await readStream(team([]).runStream(undefined, { journal: other, middleware: [wavering] }));
    expect(again.error).toMatchObject({ code: "ERR_JOURNAL_DIVERGED" });
  });

  test("what it takes from the world through its context is recorded: a cache that is cold in the replay does no harm", async () => {
    const caching = (cache: Map<string, string>): AgentMiddleware => ({
      async modelCall({ purpose, context }, next) {
        const spec = { kind: "cache", name: purpose, request: () => purpose, repeat: "safe" } as const;
        const hit = await effect(context, spec, () => Promise.resolve(cache.get(purpose) ?? null));
        if (hit === null) return next();
        return CreateResult({ content: hit, finishReason: "stop", usage: { promptTokens: 0, completionTokens: 0 } });
      },
    });
    const { store, runId, streamed } = await record(
      [CALLS, "and again"],
      [caching(new Map([["reflect", "from the cache"]]))],
    );
    expect(linesOf(streamed.items)).toContain("a: from the cache");
    const journal = replayFrom(store, runId);
    const again = await readStream(team([]).runStream(undefined, { journal, middleware: [caching(new Map())] }));
    expect(again.error).toBeUndefined();
    expect(again.result?.messages).toEqual(streamed.result?.messages);
  });
});
