import fc from "fast-check";
import OpenAI from "openai";
import { AssistantAgent } from "@tesserae/agentchat";
import { ReplayChatCompletionClient } from "@tesserae/ext/models/replay";
import { afterEach, describe, expect, test } from "vitest";
import { CHAT } from "../../test/capture/answers.ts";
import { sendJson, startModelServer } from "../../test/capture/model-server.ts";
import { startRecording } from "../../test/capture/recording.ts";
import { aggregate } from "../events/index.ts";
import { shutdown, span, withContext } from "../index.ts";

const cleanUps: (() => unknown)[] = [];

afterEach(async () => {
  await shutdown();
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

describe("a span", () => {
  test("of a run, an agent and a tool are events, and each is the parent of what happens inside", async () => {
    const server = await startModelServer((reply) => sendJson(reply, CHAT));
    cleanUps.push(() => server.close());
    const client = new OpenAI({ apiKey: "sk-test", baseURL: `${server.url}/v1` });
    const recording = startRecording();
    const found = await span("run", "research", () =>
      span("agent", "writer", async () => {
        await client.chat.completions.create({ model: "gpt-4o", messages: [{ role: "user", content: "x" }] });
        return span("tool", "search", () => ["a", "b"], { args: { q: "x" }, callId: "call_1" });
      }),
    );
    expect(found).toEqual(["a", "b"]);
    const events = await recording.end();
    const [call, tool, agent, run] = events;
    expect(events.map((event) => event.call_type)).toEqual(["request", "tool", "agent", "run"]);
    expect(run).toMatchObject({ provider: "tesserae", team: "research", run: { name: "research" }, status: "ok" });
    expect(run?.run_id).toMatch(/^[0-9a-f]{32}$/);
    expect(new Set(events.map((event) => event.run_id)).size).toBe(1);
    expect(run).not.toHaveProperty("parent_id");
    expect(agent).toMatchObject({ parent_id: run?.span_id, agent_path: ["research", "writer"] });
    for (const inner of [call, tool]) {
      expect(inner).toMatchObject({ parent_id: agent?.span_id, agent_path: ["research", "writer"] });
    }
    expect(tool?.tool).toEqual({
      name: "search",
      call_id: "call_1",
      args: { q: "x" },
      result: '["a","b"]',
      is_error: false,
      bytes_in: 9,
      bytes_out: 9,
    });
    expect(aggregate(events)).toMatchObject({
      runs: [{ run_id: run?.run_id, outcome: "success", turns: 1, calls: 1 }],
      by_agent_path: { "research/writer": { turns: 1, calls: 1 } },
      tools: [{ name: "search", calls: 1, errors: 0 }],
    });
  });

  test("takes the run that is around, and the framework's runs inside of it are its children", async () => {
    const recording = startRecording();
    const modelClient = new ReplayChatCompletionClient({ chatCompletions: ["Hello."] });
    await withContext({ runId: "mine" }, () =>
      span("run", "outer", () => new AssistantAgent({ name: "alice", modelClient }).run("Hi.")),
    );
    const events = await recording.end();
    const outer = events.find((event) => event.team === "outer");
    const inner = events.find((event) => event.call_type === "run" && event !== outer);
    expect(outer?.run_id).toBe("mine");
    expect(inner?.parent_id).toBe(outer?.span_id);
  });

  test("an error passes as it is, thrown or rejected, and is in the event", async () => {
    const recording = startRecording();
    const error = Object.assign(new RangeError("out of range"), { name: "RangeError" });
    expect(() =>
      span("tool", "now", () => {
        throw error;
      }),
    ).toThrow(error);
    await expect(span("tool", "later", () => Promise.reject(error))).rejects.toBe(error);
    await expect(span("agent", "odd", () => Promise.reject(undefined))).rejects.toBe(undefined);
    const events = await recording.end();
    expect(events).toMatchObject([
      { tool: { name: "now", is_error: true }, status: "error", error: { type: "RangeError", msg: "out of range" } },
      { tool: { name: "later", is_error: true }, status: "error", error: { tb: expect.stringContaining("span.test") } },
      { agent: { name: "odd" }, status: "error", error: { type: "undefined" } },
    ]);
  });

  test("an error that nobody handles is as unhandled as without it", async () => {
    startRecording();
    const unhandled = new Promise((resolve) => process.once("unhandledRejection", resolve));
    const listeners = process.listeners("unhandledRejection");
    for (const listener of listeners.slice(0, -1)) process.off("unhandledRejection", listener);
    cleanUps.push(() => listeners.slice(0, -1).forEach((listener) => process.on("unhandledRejection", listener)));
    const error = new Error("nobody");
    void span("tool", "lost", () => Promise.reject(error));
    expect(await unhandled).toBe(error);
  });

  test("whatever the function gives is given, at once or later, recorded or not", async () => {
    const isSame = async (): Promise<void> => {
      await fc.assert(
        fc.asyncProperty(fc.anything({ withDate: true, withMap: true, withNullPrototype: true }), async (value) => {
          expect(span("tool", "any", () => value)).toBe(value);
          expect(await span("tool", "any", async () => value)).toBe(value);
        }),
        { numRuns: 100 },
      );
    };
    await isSame();
    const recording = startRecording();
    await isSame();
    const circle: unknown[] = [];
    circle.push(circle);
    expect(span("tool", "circle", () => circle, { args: circle })).toBe(circle);
    const response = new Response("not read");
    expect(span("tool", "stream", () => response)).toBe(response);
    expect(response.bodyUsed).toBe(false);
    expect(recording.handle.stats().failures).toEqual({});
    const events = await recording.end();
    expect(events).toHaveLength(202);
    expect(events.at(-1)?.tool).toEqual({ name: "stream", call_id: null, args: null, is_error: false });
  });

  test("no arguments and results where only metadata are recorded", async () => {
    const recording = startRecording({ content: "metadata" });
    span("tool", "search", () => "secret answer", { args: { q: "secret" } });
    const [event] = await recording.end();
    expect(event?.tool).toEqual({
      name: "search",
      call_id: null,
      args: null,
      is_error: false,
      bytes_in: 14,
      bytes_out: 13,
    });
    expect(JSON.stringify(event)).not.toContain("secret");
  });

  test("one that ends after the recording is not in it, nor in the next one", async () => {
    const first = startRecording();
    let finish = (): void => undefined;
    const waiting = span("run", "long", () => new Promise<void>((resolve) => (finish = resolve)));
    expect(await first.end()).toEqual([]);
    const second = startRecording();
    finish();
    await waiting;
    expect(await second.end()).toEqual([]);
  });
});
