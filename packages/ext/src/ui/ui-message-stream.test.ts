import {
  AssistantAgent,
  RoundRobinGroupChat,
  SelectorGroupChat,
  UserProxyAgent,
  contentType,
  type RunStream,
} from "@tesserae/agentchat";
import { ScriptedClient, callsOf, type ScriptedAnswer } from "@tesserae/agentchat/testing";
import { ValueError, tool } from "@tesserae/core";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { readBySdk } from "./testing/read-by-sdk.ts";
import type { UIMessageChunk } from "./ui-message-chunk.ts";
import { uiMessageChunks, type UIMessageStreamOptions } from "./ui-message-stream.ts";

const add = tool({
  name: "add",
  description: "Adds.",
  parameters: { type: "object", properties: { a: { type: "integer" }, b: { type: "integer" } } },
  execute: ({ a, b }) => String(Number(a) + Number(b)),
});
const fail = tool({
  name: "fail",
  description: "Fails.",
  parameters: { type: "object", properties: {} },
  execute: (): string => {
    throw new ValueError("it broke");
  },
});

function agent(name: string, answers: readonly ScriptedAnswer[], streams = false): AssistantAgent {
  return new AssistantAgent({
    name,
    modelClient: new ScriptedClient(answers),
    tools: [add, fail],
    reflectOnToolUse: true,
    modelClientStream: streams,
  });
}

async function chunksOf(stream: RunStream, options?: UIMessageStreamOptions): Promise<readonly UIMessageChunk[]> {
  const chunks: UIMessageChunk[] = [];
  for await (const chunk of uiMessageChunks(stream, options)) chunks.push(chunk);
  return chunks;
}

describe("a run as a message of the AI SDK", () => {
  test("has the text, the steps of the agents with their names, and usage and cost at the end", async () => {
    const team = new RoundRobinGroupChat({ participants: [agent("a", ["One."]), agent("b", ["Two."])], maxTurns: 2 });
    const chunks = await chunksOf(team.runStream("Go"), { messageId: "m1" });
    const message = await readBySdk(chunks);
    expect(message).toMatchObject({
      id: "m1",
      role: "assistant",
      metadata: {
        status: "finished",
        stopReason: "Maximum number of turns 2 reached.",
        usage: { inputTokens: 20, outputTokens: 10 },
        cost: 30 / 1e12,
      },
    });
    expect(message.parts).toMatchObject([
      { type: "step-start" },
      { type: "data-agent", data: { name: "a" } },
      { type: "text", text: "One.", state: "done" },
      { type: "step-start" },
      { type: "data-agent", data: { name: "b" } },
      { type: "text", text: "Two.", state: "done" },
    ]);
    expect(chunks.at(-1)).toMatchObject({ type: "finish", finishReason: "stop" });
  });

  test("is streamed word by word, and said once", async () => {
    const chunks = await chunksOf(agent("a", ["One two three."], true).runStream("Go"));
    expect(chunks.flatMap((chunk) => (chunk.type === "text-delta" ? [chunk.delta] : []))).toEqual([
      "One ",
      "two ",
      "three.",
    ]);
    const { parts } = await readBySdk(chunks);
    expect(parts.filter(({ type }) => type === "text")).toMatchObject([{ text: "One two three." }]);
  });

  test("has the tools, with input and output, and what failed as failed", async () => {
    const script = [callsOf(["add", { a: 1, b: 2 }], ["fail", {}], ["add", "no json"]), "Done."];
    const { parts } = await readBySdk(await chunksOf(agent("a", script).runStream("Go")));
    const tools = parts.filter(({ type }) => type === "dynamic-tool");
    expect(tools).toMatchObject([
      { toolName: "add", toolCallId: "c1", state: "output-available", input: { a: 1, b: 2 }, output: "3" },
      { toolName: "fail", toolCallId: "c2", state: "output-error", input: {}, errorText: expect.any(String) },
      { toolName: "add", toolCallId: "c3", state: "output-error" },
    ]);
    expect(parts.at(-1)).toMatchObject({ type: "text", text: "Done." });
  });

  test("tells calls apart whose ids repeat", async () => {
    const script = [callsOf(["add", { a: 1, b: 1 }]), "2", callsOf(["add", { a: 2, b: 2 }]), "4"];
    const team = new RoundRobinGroupChat({ participants: [agent("a", script)], maxTurns: 2 });
    const { parts } = await readBySdk(await chunksOf(team.runStream("Go")));
    expect(parts.filter(({ type }) => type === "dynamic-tool")).toMatchObject([
      { toolCallId: "c1", output: "2" },
      { toolCallId: "c1-2", output: "4" },
    ]);
  });

  test("has what a model thought as reasoning, before what it said", async () => {
    const thinking = { ...callsOf(), content: "Two.", finishReason: "stop", thought: "One and one." } as const;
    const { parts } = await readBySdk(await chunksOf(agent("a", [thinking]).runStream("Go")));
    expect(parts.slice(2)).toMatchObject([
      { type: "reasoning", text: "One and one." },
      { type: "text", text: "Two." },
    ]);
  });

  test("shows events only where they are asked for, and never the words of who chooses a speaker as text", async () => {
    const team = (): SelectorGroupChat =>
      new SelectorGroupChat({
        participants: [agent("a", ["One."]), agent("b", ["Two."])],
        modelClient: new ScriptedClient(["a", "b"]),
        modelClientStreaming: true,
        emitTeamEvents: true,
        maxTurns: 2,
      });
    const types = async (options: UIMessageStreamOptions): Promise<ReadonlySet<string>> =>
      new Set((await chunksOf(team().runStream("Go"), options)).map(({ type }) => type));
    expect(await types({})).not.toContain("data-event");
    expect(await types({ events: true })).toContain("data-event");
    const { parts } = await readBySdk(await chunksOf(team().runStream("Go"), { events: true }));
    expect(parts.flatMap((part) => (part.type === "text" ? [part.text] : []))).toEqual(["One.", "Two."]);
  });

  test("tells of an error without its text, unless that is asked for", async () => {
    const failing = (): RunStream => agent("a", [new RangeError("key sk-123 is wrong")]).runStream("Go");
    expect((await chunksOf(failing())).at(-1)).toEqual({ type: "error", errorText: "The run failed." });
    expect((await chunksOf(failing(), { onError: (error) => `Sorry: ${String(error)}` })).at(-1)).toEqual({
      type: "error",
      errorText: "Sorry: RangeError: key sk-123 is wrong",
    });
  });

  test("tells of what cannot be written, and ends the run with it", async () => {
    const count = contentType("Count", z.object({ n: z.string().transform(BigInt) }), {
      jsonSchema: { type: "object" },
    });
    const modelClient = new ScriptedClient(['{"n": "12"}']);
    const counter = new AssistantAgent({ name: "counter", modelClient, outputContentType: count });
    const waits = (prompt: string, signal?: AbortSignal): Promise<string> =>
      new Promise((_resolve, reject) => signal?.addEventListener("abort", () => reject(new Error(prompt))));
    const person = new UserProxyAgent({ name: "person", inputFunc: waits });
    const team = new RoundRobinGroupChat({ participants: [counter, person], maxTurns: 2 });
    const stream = team.runStream("Go");
    expect((await chunksOf(stream)).at(-1)).toEqual({ type: "error", errorText: "The run failed." });
    await expect(stream.result).rejects.toThrow();
    await team.reset();
  });

  test("ends with an abort when it is aborted", async () => {
    const controller = new AbortController();
    const waits: ScriptedAnswer = ({ signal }) =>
      new Promise((_resolve, reject) => {
        signal?.addEventListener("abort", () => reject(signal.reason));
        controller.abort();
      });
    const chunks = await chunksOf(agent("a", [waits]).runStream("Go", { signal: controller.signal }));
    expect(chunks.map(({ type }) => type)).toEqual(["start", "abort"]);
  });

  test("aborts the run when it is left, also while it waits for the model", async () => {
    let aborted = false;
    const waits: ScriptedAnswer = ({ signal }) =>
      new Promise((_resolve, reject) => {
        signal?.addEventListener("abort", () => {
          aborted = true;
          reject(signal.reason);
        });
      });
    const stream = agent("a", [waits]).runStream("Go");
    const chunks = uiMessageChunks(stream)[Symbol.asyncIterator]();
    expect(await chunks.next()).toEqual({ done: false, value: { type: "start" } });
    const waiting = chunks.next();
    await new Promise((resolve) => setImmediate(resolve));
    await chunks.return?.();
    expect((await waiting).done).toBe(true);
    expect(aborted).toBe(true);
    expect(await chunks.next()).toEqual({ done: true, value: undefined });
  });
});
