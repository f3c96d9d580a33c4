import { getLogger, UserMessage, type CreateResult, type LogEvent } from "@tesserae/core";
import { describe, expect, test } from "vitest";
import { message, setUp } from "../../../test/anthropic-server.ts";

type Body = Record<string, unknown>;
const QUESTION = [UserMessage({ content: "Hi", source: "user" })];
const THINKING = { type: "thinking", thinking: "Let me see", signature: "sig" };
const text = (value: string): Body => ({ type: "text", text: value });
const call = (id: string, name: string, input: unknown): Body => ({ type: "tool_use", id, name, input });

/** The answer as `create` gives it, and as `createStream` does. */
async function both(body: Body): Promise<{ created: CreateResult; streamed: CreateResult; chunks: string[] }> {
  const { client, server } = await setUp([body, body]);
  const created = await client.create(QUESTION);
  const chunks: string[] = [];
  let streamed: CreateResult | undefined;
  for await (const item of client.createStream(QUESTION)) {
    expect(streamed).toBeUndefined();
    if (typeof item === "string") chunks.push(item);
    else streamed = item;
  }
  await client.close();
  await server.close();
  if (streamed === undefined) throw new Error("the stream gave no result");
  return { created, streamed, chunks };
}

describe("an answer, whole and streamed", () => {
  test("of text", async () => {
    const { created, streamed, chunks } = await both(message([text("Hello, "), text("world")]));
    expect(created).toEqual({
      type: "CreateResult",
      finishReason: "stop",
      content: "Hello, world",
      usage: { promptTokens: 10, completionTokens: 5 },
      cached: false,
    });
    expect(streamed).toEqual(created);
    expect(chunks.join("")).toBe("Hello, world");
    expect(chunks.length).toBeGreaterThan(1);
  });

  test("of thinking and text: thinking stands between tags in the stream, and is the thought", async () => {
    const { created, streamed, chunks } = await both(message([THINKING, text("Four.")]));
    expect(created).toMatchObject({ content: "Four.", thought: "Let me see", finishReason: "stop" });
    expect(streamed).toEqual(created);
    expect(chunks.join("")).toBe("<think>Let me see</think>Four.");
  });

  test("of calls: the names are made valid, what the model wrote beside them is the thought", async () => {
    const blocks = [text("I look."), call("c1", "look it up!", { city: "Graz" }), call("c2", "add", {})];
    const { created, streamed } = await both(message(blocks));
    expect(created).toMatchObject({
      finishReason: "function_calls",
      thought: "I look.",
      content: [
        { id: "c1", name: "look_it_up_", arguments: '{"city":"Graz"}' },
        { id: "c2", name: "add", arguments: "{}" },
      ],
    });
    expect(streamed).toEqual(created);
  });

  test("of thinking, text and a call: the thinking alone is the thought", async () => {
    const { created, streamed } = await both(message([THINKING, text("I add."), call("c1", "add", { a: 1 })]));
    expect(created.thought).toBe("Let me see");
    expect(streamed).toEqual(created);
  });

  test.each([
    ["end_turn", "stop"],
    ["stop_sequence", "stop"],
    ["max_tokens", "length"],
    ["model_context_window_exceeded", "length"],
    ["refusal", "content_filter"],
    ["pause_turn", "unknown"],
    ["a_new_one", "unknown"],
  ])("that stopped for %s has the finish reason %s", async (reason, expected) => {
    const { created, streamed } = await both(message("x", { stop_reason: reason }));
    expect([created.finishReason, streamed.finishReason]).toEqual([expected, expected]);
  });

  test("counts cached tokens to the prompt, and tells them apart", async () => {
    const usage = {
      input_tokens: 10,
      cache_read_input_tokens: 100,
      cache_creation_input_tokens: 30,
      output_tokens: 7,
      output_tokens_details: { thinking_tokens: 4 },
    };
    const { created, streamed } = await both(message("x", { usage }));
    expect(created.usage).toEqual({
      promptTokens: 140,
      completionTokens: 7,
      cachedPromptTokens: 100,
      cacheWriteTokens: 30,
      reasoningTokens: 4,
    });
    expect(streamed.usage).toEqual(created.usage);
  });
});

test("both counters hold the tokens of all calls", async () => {
  const { client, server } = await setUp();
  await client.create(QUESTION);
  for await (const item of client.createStream(QUESTION)) expect(item).toBeDefined();
  expect(client.totalUsage()).toEqual({ promptTokens: 20, completionTokens: 10 });
  expect(client.actualUsage()).toEqual(client.totalUsage());
  await client.close();
  await server.close();
});

test("thinking may be left out of the stream; the result keeps it", async () => {
  const { client, server } = await setUp([message([THINKING, text("Four.")])], { reasoningInStream: false });
  const items = [];
  for await (const item of client.createStream(QUESTION)) items.push(item);
  expect(items.filter((item) => typeof item === "string").join("")).toBe("Four.");
  expect(items.at(-1)).toMatchObject({ content: "Four.", thought: "Let me see" });
  await client.close();
  await server.close();
});

test("a stream in batches gives what came together at once, and can be read once", async () => {
  const { client, server } = await setUp([message("one two three four five six seven")]);
  const stream = client.createStream(QUESTION);
  const batches = [];
  for await (const batch of { [Symbol.asyncIterator]: () => stream.batches?.() ?? fail() }) batches.push(batch);
  const items = batches.flat();
  expect(items.filter((item) => typeof item === "string").join("")).toBe("one two three four five six seven");
  expect(batches.length).toBeLessThan(items.length);
  expect(() => stream[Symbol.asyncIterator]()).toThrow(/read once/);
  await client.close();
  await server.close();
});

test("the log gets the three events", async () => {
  const found: LogEvent[] = [];
  const logger = getLogger({ write: (record) => void (record.event !== undefined && found.push(record.event)) });
  const { client, server } = await setUp(undefined, { logger });
  await client.create(QUESTION);
  for await (const item of client.createStream(QUESTION)) expect(item).toBeDefined();
  expect(found).toMatchObject([
    {
      type: "LLMCall",
      messages: [{ role: "user", content: "Hi" }],
      promptTokens: 10,
      completionTokens: 5,
      extras: { model: "claude-sonnet-4-6" },
    },
    { type: "LLMStreamStart", messages: [{ role: "user", content: "Hi" }] },
    { type: "LLMStreamEnd", response: { content: "Hello" }, promptTokens: 10, completionTokens: 5 },
  ]);
  await client.close();
  await server.close();
});

function fail(): never {
  throw new Error("the stream has no batches");
}
