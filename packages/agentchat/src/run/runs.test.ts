import { CancelledError, LimitError, RuntimeError, isAbortError, plainContext } from "@tesserae/core";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { AssistantAgent } from "../agents/assistant-agent/assistant-agent.ts";
import type { TaskResult } from "../base/task.ts";
import { deferred } from "../deferred.ts";
import { contentType } from "../messages/content-type.ts";
import { RoundRobinGroupChat } from "../teams/round-robin-group-chat/round-robin-group-chat.ts";
import { collect, rejection, typesOf } from "../testing/collect.ts";
import { SayingAgent } from "../testing/team-agents.ts";
import { SCRIPTED_USAGE, ScriptedClient, type ScriptedAnswer } from "../testing/scripted-client.ts";

function agentWith(...answers: readonly ScriptedAnswer[]): { agent: AssistantAgent; client: ScriptedClient } {
  const client = new ScriptedClient(answers);
  return { agent: new AssistantAgent({ name: "a", modelClient: client, systemMessage: null }), client };
}

/** An agent whose model waits until the run is aborted. */
function waitingAgent(): { agent: AssistantAgent; waits: Promise<void> } {
  const waits = deferred<void>();
  const { agent } = agentWith(({ signal }) => {
    waits.resolve();
    return new Promise((_, reject) => {
      signal?.addEventListener("abort", () => reject(new CancelledError()), { once: true });
    });
  });
  return { agent, waits: waits.promise };
}

async function lastResult(items: AsyncIterable<{ readonly type: string }>): Promise<TaskResult | undefined> {
  let result: TaskResult | undefined;
  try {
    for await (const item of items) if (item.type === "TaskResult") result = item as TaskResult;
  } catch {
    // The stream tells the error too, after the partial result.
  }
  return result;
}

test.each([null, 5, undefined])("an answer of a client of one's own that holds %j is refused", async (content) => {
  const answer = JSON.parse(
    JSON.stringify({ type: "CreateResult", finishReason: "stop", content, usage: SCRIPTED_USAGE }),
  );
  expect(await rejection(agentWith(answer).agent.run("hi"))).toMatchObject({ code: "ERR_INVALID_ARGUMENT" });
});

describe("the result of a run", () => {
  test("carries usage and cost", async () => {
    const result = await agentWith("ok").agent.run("hi");
    expect(result).toMatchObject({ usage: { promptTokens: 10, completionTokens: 5 }, cost: 15 });
  });

  test("of a run inside another says what that one used meanwhile", async () => {
    const inner = agentWith("inner");
    const outer = agentWith("outer");
    await outer.agent.run("warm up");
    const result = await inner.agent.run("hi", { context: plainContext() });
    expect(result.usage).toEqual({ promptTokens: 0, completionTokens: 0 });
    expect(result.status).toBe("finished");
  });

  test("that failed comes last on the stream, partial, before the error", async () => {
    const { agent } = agentWith(new RuntimeError("no quota"));
    const seen: string[] = [];
    const stream = agent.runStream("hi");
    const error = await rejection(
      (async () => {
        for await (const item of stream) {
          seen.push(item.type);
          if (item.type === "TaskResult") expect(item).toMatchObject({ status: "failed" });
        }
      })(),
    );
    expect(String(error)).toMatch(/no quota/);
    expect(seen).toEqual(["TextMessage", "TaskResult"]);
    expect(await rejection(stream.result)).toBe(error);
  });

  test("is there without anybody reading the stream", async () => {
    const result = await agentWith("ok").agent.runStream("hi").result;
    expect(typesOf(result.messages)).toEqual(["TextMessage", "TextMessage"]);
  });
});

describe("an abort", () => {
  test("rejects promptly, and the partial result says so", async () => {
    const { agent, waits } = waitingAgent();
    const controller = new AbortController();
    const result = lastResult(agent.runStream("hi", { signal: controller.signal }));
    await waits;
    controller.abort();
    expect(await result).toMatchObject({ status: "aborted" });
  });

  test("rejects even when a model does not watch the signal", async () => {
    const began = deferred<void>();
    const { agent } = agentWith(() => {
      began.resolve();
      return new Promise(() => undefined);
    });
    const controller = new AbortController();
    const running = rejection(agent.run("hi", { signal: controller.signal }));
    await began.promise;
    controller.abort();
    expect(isAbortError(await running)).toBe(true);
  });

  test("before the run starts nothing", async () => {
    const { agent, client } = agentWith("never");
    const error = await rejection(agent.run("hi", { signal: AbortSignal.abort() }));
    expect(isAbortError(error)).toBe(true);
    expect(client.calls).toEqual([]);
  });

  test("by leaving the loop early ends the run before the loop's end returns", async () => {
    const { agent } = waitingAgent();
    const stream = agent.runStream("hi");
    for await (const item of stream) {
      expect(item.type).toBe("TextMessage");
      break;
    }
    expect(isAbortError(await rejection(stream.result))).toBe(true);
  });
});

describe("limits", () => {
  test("a call that could pass one is refused, and nothing is sent", async () => {
    const { agent, client } = agentWith("ok");
    const error = await rejection(agent.run("hi", { limits: { maxCost: 50 } }));
    expect(error).toBeInstanceOf(LimitError);
    expect(client.calls).toEqual([]);
  });

  test("time that is up ends the run with the limit's error", async () => {
    const { agent } = waitingAgent();
    const result = await lastResult(agent.runStream("hi", { limits: { maxDurationMs: 1 } }));
    expect(result).toMatchObject({ status: "aborted", error: { code: "ERR_LIMIT_DURATION" } });
  });
});

describe("the stream at the edge", () => {
  test("is server-sent events, one JSON item each, the result last", async () => {
    const response = agentWith("ok")
      .agent.runStream("hi")
      .toResponse({ headers: { "x-own": "1" } });
    expect(response.headers.get("content-type")).toMatch("text/event-stream");
    expect(response.headers.get("x-own")).toBe("1");
    const events = (await response.text()).trim().split("\n\n");
    const items = events.map((event): unknown => JSON.parse(event.replace(/^data: /, "")));
    expect(items).toMatchObject([
      { type: "TextMessage", source: "user", models_usage: null },
      { type: "TextMessage", source: "a", models_usage: { prompt_tokens: 10, completion_tokens: 5 } },
      { type: "TaskResult", status: "finished", stop_reason: null, cost: 15 },
    ]);
  });

  test("ends with an error event when the run fails", async () => {
    const text = await agentWith(new RuntimeError("no quota")).agent.runStream("hi").toResponse().text();
    expect(text).toMatch(/event: error\ndata: \{"message":"no quota"\}\n\n$/);
  });

  test("whose reader goes away aborts the run", async () => {
    const { agent, waits } = waitingAgent();
    const stream = agent.runStream("hi");
    const reader = stream.toReadableStream().getReader();
    await reader.read();
    void reader.read().catch(() => undefined);
    await waits;
    await reader.cancel();
    expect(isAbortError(await rejection(stream.result))).toBe(true);
  });

  test("ends the run with an item that cannot be written as JSON", async () => {
    const count = contentType("Count", z.object({ n: z.string().transform(BigInt) }), {
      jsonSchema: { type: "object" },
    });
    const modelClient = new ScriptedClient(['{"n": "12"}']);
    const counter = new AssistantAgent({ name: "counter", modelClient, outputContentType: count });
    const waiting = new SayingAgent(
      "waiting",
      (_heard, { context: { signal } }) =>
        new Promise((_, reject) => signal?.addEventListener("abort", () => reject(new CancelledError()))),
    );
    const team = new RoundRobinGroupChat({ participants: [counter, waiting], maxTurns: 2 });
    const stream = team.runStream("hi");
    expect(await new Response(stream.toReadableStream()).text()).toMatch(/event: error\ndata: .*BigInt.*\n\n$/);
    await expect(stream.result).rejects.toThrow();
    await team.reset();
  });

  test("begins with the first read, so that one that nobody reads keeps no agent busy", async () => {
    const { agent, client } = agentWith("ok");
    const body = agent.runStream("hi").toReadableStream();
    for (let turns = 0; turns < 20; turns += 1) await new Promise((resolve) => setImmediate(resolve));
    expect(client.calls).toEqual([]);
    const reader = body.getReader();
    while (!(await reader.read()).done);
    expect(client.calls).toHaveLength(1);
  });

  test("can be read once", async () => {
    const stream = agentWith("ok").agent.runStream("hi");
    expect(await collect(stream)).toHaveLength(3);
    expect(await collect(stream)).toEqual([]);
  });

  test("has one reader: a second one is refused while the first one reads, as an iterable and as a body", async () => {
    const stream = agentWith("ok").agent.runStream("hi");
    const [first, second] = await Promise.allSettled([collect(stream), collect(stream)]);
    expect(first).toMatchObject({ status: "fulfilled", value: { length: 3 } });
    expect(second).toMatchObject({
      status: "rejected",
      reason: { message: expect.stringContaining("has one reader") },
    });
    const other = agentWith("ok").agent.runStream("hi");
    other.toReadableStream();
    expect(() => other.toReadableStream()).toThrow("has one reader");
    expect((await other.result).status).toBe("finished");
  });
});

describe("an agent on its own", () => {
  test("has one conversation: a second run at the same time is refused, and changes nothing", async () => {
    const { agent, client } = agentWith("ok");
    const [first, second] = await Promise.allSettled([agent.run("one"), agent.run("two")]);
    expect(first.status).toBe("fulfilled");
    expect(second).toMatchObject({ status: "rejected", reason: { code: "ERR_TEAM_RUNNING" } });
    expect(client.calls).toHaveLength(1);
    expect(JSON.stringify(await agent.saveState())).not.toContain("two");
  });
});
