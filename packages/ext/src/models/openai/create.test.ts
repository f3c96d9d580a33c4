import type { JsonObject } from "@tesserae/core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { completion, HELLO, OpenAIFixture } from "../../testing/openai-fixture.ts";

let fixture: OpenAIFixture;
beforeEach(async () => void (fixture = await OpenAIFixture.start()));
afterEach(() => fixture.close());

const call = (id: string, name: string, args: string | JsonObject): JsonObject => ({
  id,
  type: "function",
  function: { name, arguments: args },
});

describe("create", () => {
  test("gives the text and counts the usage of every call", async () => {
    const client = fixture.client();
    const usage = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 };
    fixture.server.next(completion({ content: "Hello" }, { usage }), completion({ content: "Hello" }, { usage }));
    await expect(client.create(HELLO)).resolves.toEqual({
      type: "CreateResult",
      finishReason: "stop",
      content: "Hello",
      usage: { promptTokens: 10, completionTokens: 5 },
      cached: false,
    });
    expect(client.actualUsage()).toEqual({ promptTokens: 10, completionTokens: 5 });
    await client.create(HELLO);
    expect(client.totalUsage()).toEqual({ promptTokens: 20, completionTokens: 10 });
    expect(client.actualUsage()).toEqual(client.totalUsage());
  });

  test.each([null, { prompt_tokens: null }, {}])("a usage of %j counts as 0/0", async (usage) => {
    fixture.server.next(completion({ content: "Hello" }, { usage }));
    const result = await fixture.client().create(HELLO);
    expect(result.usage).toEqual({ promptTokens: 0, completionTokens: 0 });
  });

  test("tells cached and reasoning tokens, and their cost at the model's price", async () => {
    const usage = {
      prompt_tokens: 1000,
      completion_tokens: 100,
      prompt_tokens_details: { cached_tokens: 400 },
      completion_tokens_details: { reasoning_tokens: 60 },
    };
    fixture.server.next(completion({ content: "Hello" }, { usage }));
    const price = { input: 2_500_000, output: 10_000_000, cacheRead: 1_250_000 };
    const client = fixture.client({ price });
    const result = await client.create(HELLO);
    expect(result.usage).toEqual({
      promptTokens: 1000,
      completionTokens: 100,
      cachedPromptTokens: 400,
      reasoningTokens: 60,
    });
    expect(client.cost(result.usage)).toBe(600 * 2_500_000 + 400 * 1_250_000 + 100 * 10_000_000);
  });

  test("sends the model, the messages and the key, and nothing that nobody asked for", async () => {
    fixture.server.next(completion({ content: "Hello" }));
    await fixture.client().create(HELLO);
    expect(fixture.body).toEqual({ model: "gpt-4o", messages: [{ role: "user", content: "Hello", name: "user" }] });
    const [request] = fixture.server.requests;
    expect(request).toMatchObject({ method: "POST", path: "/chat/completions" });
    expect(request?.headers).toMatchObject({ authorization: "Bearer sk-test", "content-type": "application/json" });
    expect(request?.headers["x-tesserae-effect"]).toBeUndefined();
  });

  test("an idempotency key is sent as x-tesserae-effect", async () => {
    fixture.server.next(completion({ content: "Hello" }));
    await fixture.client().create(HELLO, { idempotencyKey: "key-1" });
    expect(fixture.server.requests[0]?.headers["x-tesserae-effect"]).toBe("key-1");
  });

  test.each([
    ["stop", "stop"],
    ["STOP", "stop"],
    ["end_turn", "stop"],
    ["length", "length"],
    ["content_filter", "content_filter"],
    [null, "unknown"],
    ["eos", "unknown"],
  ])("finish reason %j is %s", async (finish, expected) => {
    fixture.server.next(completion({ content: "Hello" }, { finish }));
    await expect(fixture.client().create(HELLO)).resolves.toMatchObject({ finishReason: expected, content: "Hello" });
  });

  test("a refusal is text that was filtered", async () => {
    fixture.server.next(completion({ refusal: "I will not." }));
    const result = await fixture.client().create(HELLO);
    expect(result).toMatchObject({ finishReason: "content_filter", content: "I will not." });
  });

  test("log probabilities come with the result", async () => {
    const token = {
      token: "Hi",
      logprob: -0.5,
      bytes: [72],
      top_logprobs: [{ token: "Hi", logprob: -0.5, bytes: null }],
    };
    const reply = completion({ content: "Hi" });
    const body = structuredClone(reply.body) as { choices: { logprobs?: object }[] };
    if (body.choices[0] !== undefined) body.choices[0].logprobs = { content: [token] };
    fixture.server.next({ ...reply, body: body as never });
    const result = await fixture.client().create(HELLO);
    expect(result.logprobs).toEqual([{ token: "Hi", logprob: -0.5, bytes: [72], topLogprobs: [{ logprob: -0.5 }] }]);
  });

  test("warns once when another model answers than the dated one that the name stands for", async () => {
    const other = completion({ content: "Hi" }, { model: "gpt-4o-2024-11-20" });
    const same = completion({ content: "Hi" }, { model: "gpt-4o-2024-08-06" });
    fixture.server.next(same, other, other);
    const client = fixture.client();
    await client.create(HELLO);
    expect(fixture.codes).toEqual([]);
    await client.create(HELLO);
    await client.create(HELLO);
    expect(fixture.codes).toEqual(["TESSERAE_MODEL_MISMATCH"]);
    expect(fixture.warnings[0]?.text).toContain("gpt-4o-2024-11-20");
  });
});

describe("create with tool calls", () => {
  const one = { id: "call_1", name: "add", arguments: '{"a":1}' };

  test("gives the calls", async () => {
    fixture.server.next(completion({ tool_calls: [call("call_1", "add", '{"a":1}')] }, { finish: "tool_calls" }));
    const result = await fixture.client().create(HELLO);
    expect(result).toMatchObject({ finishReason: "function_calls", content: [one] });
    expect(result.thought).toBeUndefined();
    expect(fixture.codes).toEqual([]);
  });

  test("gives two parallel calls", async () => {
    const calls = [call("call_1", "add", '{"a":1}'), call("call_2", "sub", "{}")];
    fixture.server.next(completion({ tool_calls: calls }, { finish: "tool_calls" }));
    const result = await fixture.client().create(HELLO);
    expect(result.content).toEqual([one, { id: "call_2", name: "sub", arguments: "{}" }]);
  });

  test("says function_calls whatever the API said, and warns", async () => {
    fixture.server.next(completion({ tool_calls: [call("call_1", "add", '{"a":1}')] }, { finish: "stop" }));
    await expect(fixture.client().create(HELLO)).resolves.toMatchObject({
      finishReason: "function_calls",
      content: [one],
    });
    expect(fixture.codes).toEqual(["TESSERAE_FINISH_REASON_MISMATCH"]);
  });

  test("keeps the text and the reasoning beside the calls as the thought", async () => {
    const tool_calls = [call("call_1", "add", '{"a":1}')];
    fixture.server.next(
      completion({ content: "Adding.", tool_calls }, { finish: "tool_calls" }),
      completion({ content: "Adding.", reasoning_content: "One and one.", tool_calls }, { finish: "tool_calls" }),
    );
    await expect(fixture.client().create(HELLO)).resolves.toMatchObject({ content: [one], thought: "Adding." });
    await expect(fixture.client().create(HELLO)).resolves.toMatchObject({ thought: "One and one.\nAdding." });
  });

  test("writes arguments that came as an object as text, and warns", async () => {
    fixture.server.next(completion({ tool_calls: [call("call_1", "add", { a: 1 })] }, { finish: "tool_calls" }));
    await expect(fixture.client().create(HELLO)).resolves.toMatchObject({ content: [one] });
    expect(fixture.codes).toEqual(["TESSERAE_ARGUMENTS_NOT_TEXT"]);
  });

  test("an empty list of calls is a text", async () => {
    fixture.server.next(completion({ content: "Hello", tool_calls: [] }));
    await expect(fixture.client().create(HELLO)).resolves.toMatchObject({ content: "Hello", finishReason: "stop" });
  });

  test("makes names fit and ids where there are none", async () => {
    fixture.server.next(completion({ tool_calls: [call("", "my tool!", "{}")] }, { finish: "tool_calls" }));
    const result = await fixture.client().create(HELLO);
    expect(result.content).toEqual([{ id: expect.stringMatching(/^call_\w{32}$/), name: "my_tool_", arguments: "{}" }]);
  });

  test("refuses the old function_call", async () => {
    fixture.server.next(completion({ function_call: { name: "add", arguments: "{}" } }, { finish: "function_call" }));
    await expect(fixture.client().create(HELLO)).rejects.toMatchObject({ name: "ValueError" });
  });
});

describe("create with reasoning", () => {
  test.each(["reasoning_content", "reasoning"])("%s is the thought", async (key) => {
    fixture.server.next(completion({ content: "42", [key]: "Six times seven." }));
    await expect(fixture.client().create(HELLO)).resolves.toMatchObject({ content: "42", thought: "Six times seven." });
  });

  const r1 = { vision: false, functionCalling: false, jsonOutput: false, structuredOutput: false, family: "r1" };

  test("a local r1 model has its think tags taken out of the text", async () => {
    fixture.server.next(completion({ content: "<think> think tank </think>\n\nyes\n" }));
    const result = await fixture.client({ model: "deepseek-r1:1.5b", modelInfo: r1 }).create(HELLO);
    expect(result).toMatchObject({ content: "yes", thought: "think tank" });
  });

  test.each(["no tags", "</think> wrong way <think>"])("%j stays as it is, with a warning", async (content) => {
    fixture.server.next(completion({ content }));
    const result = await fixture.client({ model: "deepseek-r1:1.5b", modelInfo: r1 }).create(HELLO);
    expect(result.content).toBe(content);
    expect(result.thought).toBeUndefined();
    expect(fixture.codes).toContain("TESSERAE_THINK_TAGS_MISSING");
  });

  test("other families keep such tags", async () => {
    fixture.server.next(completion({ content: "<think>a</think>b" }));
    await expect(fixture.client().create(HELLO)).resolves.toMatchObject({ content: "<think>a</think>b" });
  });
});
