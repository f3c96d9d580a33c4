import {
  AssistantMessage,
  imageFromBase64,
  SystemMessage,
  UserMessage,
  ValueError,
  type CreateResult,
  type LLMMessage,
} from "@tesserae/core";
import { describe, expect, test } from "vitest";
import { failure, message, setUp } from "../../../test/anthropic-server.ts";
import { json } from "../../testing/test-reply.ts";
import { estimateTokens } from "../shared/estimate-tokens.ts";
import { AnthropicChatCompletionClient } from "./anthropic-chat-completion-client.ts";

const client = new AnthropicChatCompletionClient({ model: "claude-3-7-sonnet-20250219", apiKey: "k" });
const user = (content: UserMessage["content"]): UserMessage => UserMessage({ content, source: "user" });
const count = (text: string): number => estimateTokens(text, "cl100k");
const IMAGE = imageFromBase64("iVBORw0KGgo=");

describe("the estimate of tokens", () => {
  test("follows AutoGen's rules", () => {
    const results: LLMMessage = {
      type: "FunctionExecutionResultMessage",
      content: [{ content: "rain", name: "look", callId: "c1" }],
    };
    const call = AssistantMessage({ content: [{ id: "c1", name: "look", arguments: '{"a":1}' }], source: "a" });
    expect(client.countTokens([])).toBe(0);
    expect(client.countTokens([SystemMessage({ content: "Be brief." })])).toBe(count("Be brief.") + 15);
    expect(client.countTokens([user("Hello there")])).toBe(count("Hello there") + 10);
    expect(client.countTokens([user(["See", IMAGE])])).toBe(count("See") + 512 + 10);
    expect(client.countTokens([call])).toBe(count("look") + count('{"a":1}') + 10 + 10);
    expect(client.countTokens([results])).toBe(count("rain") + 10 + 10);
    expect(client.remainingTokens([user("Hello there")])).toBe(200_000 - count("Hello there") - 10);
  });

  test("counts every part of a tool, and never fails on a schema", () => {
    const place = { type: "string", description: "A place", enum: ["Graz", 5, null] };
    const tools = [
      { name: "look", description: "Looks", parameters: { type: "object", properties: { place } } },
      { name: "bare" },
    ] as const;
    const expected = ["look", "Looks", "place", "string", "A place", "Graz", "bare"].reduce(
      (sum, word) => sum + count(word),
      0,
    );
    expect(client.countTokens([], { tools })).toBe(expected + 2 * 2 + 2 * 20);
    const odd = { a: { type: ["string", "null"] }, b: { $ref: "#/$defs/B" }, c: { anyOf: [{}] }, d: {} };
    const parameters = { type: "object", properties: odd, $defs: { B: { type: "number" } } } as const;
    expect(client.countTokens([], { tools: [{ name: "odd", parameters }] })).toBeGreaterThan(40);
  });
});

describe("the provider's own count", () => {
  test("is asked for with what it takes of a request", async () => {
    const { client: asking, server, bodies } = await setUp(() => json({ input_tokens: 1234 }), { temperature: 0.5 });
    const tools = [{ name: "look" }];
    expect(await asking.countTokensAsync([SystemMessage({ content: "s" }), user("Hi")], { tools })).toBe(1234);
    expect(server.requests[0]?.path).toBe("/v1/messages/count_tokens");
    expect(Object.keys(bodies()[0] ?? {}).sort()).toEqual(["messages", "model", "system", "tool_choice", "tools"]);
    expect(asking.totalUsage().promptTokens).toBe(0);
    server.next(json({ tokens: 1 }), failure(400, "invalid_request_error"));
    await expect(asking.countTokensAsync([user("Hi")])).rejects.toMatchObject({ code: "ERR_MODEL_MALFORMED_ANSWER" });
    await expect(asking.countTokensAsync([user("Hi")])).rejects.toMatchObject({ code: "ERR_MODEL_INVALID_REQUEST" });
    await expect(asking.countTokensAsync([])).rejects.toThrow(ValueError);
    await asking.close();
    await server.close();
  });
});

describe("the cost", () => {
  test("is that of the catalogue, cached tokens at their own price", () => {
    // $3 and $15 a million tokens, $0.30 read from the cache, $3.75 written to it.
    expect(client.cost({ promptTokens: 1_000_000, completionTokens: 0 })).toBe(3e12);
    expect(client.cost({ promptTokens: 0, completionTokens: 1000 })).toBe(15e9);
    const cached = { promptTokens: 1000, completionTokens: 0, cachedPromptTokens: 600, cacheWriteTokens: 300 };
    expect(client.cost(cached)).toBe(100 * 3e6 + 600 * 0.3e6 + 300 * 3.75e6);
  });

  test("may be the caller's, and is unknown for a model without a price", () => {
    const modelInfo = client.modelInfo;
    const own = new AnthropicChatCompletionClient({ model: "mine", modelInfo, price: { input: 2, output: 3 } });
    expect(own.cost({ promptTokens: 10, completionTokens: 10 })).toBe(50);
    const unknown = new AnthropicChatCompletionClient({ model: "mine", modelInfo });
    expect(unknown.cost({ promptTokens: 10, completionTokens: 10 })).toBeUndefined();
    expect(unknown.maxCost([user("Hi")])).toBeUndefined();
  });

  test("is never above the bound, with any limit of the answer", () => {
    const messages = [user(["See this: 漢字漢字漢字", IMAGE])];
    const small = client.maxCost(messages, { extraCreateArgs: { max_tokens: 10 } }) ?? 0;
    const large = client.maxCost(messages) ?? 0;
    // The limit itself is two bytes longer in the request.
    expect(large - small).toBe((4096 - 10) * 15e6 + 2 * 3.75e6);
    const most = { promptTokens: 4784 + 12, completionTokens: 10 };
    expect(small).toBeGreaterThan(client.cost(most) ?? 0);
    const paused = new AnthropicChatCompletionClient({ model: client.model, apiKey: "k", maxContinuations: 2 });
    expect(paused.maxCost(messages)).toBe(3 * large);
    const huge = client.maxCost([user("x".repeat(5_000_000))], { extraCreateArgs: { max_tokens: 1 } });
    expect(huge).toBe(200_000 * 3.75e6 + 15e6);
  });
});

describe("what an answer cost", () => {
  const usage = { input_tokens: 7, output_tokens: 4 };
  const asked = async (
    more: object,
    options: object = {},
  ): Promise<{ result: CreateResult; byTokens: number | undefined }> => {
    const body = message("x", { usage: { ...usage, ...more } });
    const set = await setUp([body], { model: "claude-3-7-sonnet-20250219", ...options });
    const result = await set.client.create([user("Hi")]);
    await set.client.close();
    await set.server.close();
    return { result, byTokens: set.client.cost(result.usage) };
  };

  test("is on the result where its usage does not tell: an hour's cache costs twice the input", async () => {
    const cache_creation = { ephemeral_5m_input_tokens: 100, ephemeral_1h_input_tokens: 1000 };
    const { result, byTokens } = await asked({ cache_creation_input_tokens: 1100, cache_creation });
    expect(result.usage.cacheWriteTokens).toBe(1100);
    expect(result.cost).toBe(7 * 3e6 + 100 * 3.75e6 + 1000 * 6e6 + 4 * 15e6);
    expect(byTokens).toBe(7 * 3e6 + 1100 * 3.75e6 + 4 * 15e6);
  });

  test("is unknown where another model inside of it has no known price", async () => {
    const iterations = [{ type: "advisor_message", model: "unheard-of", ...usage }];
    expect((await asked({ iterations })).result.cost).toBeNull();
    const known = [{ type: "advisor_message", model: "claude-3-5-haiku-20241022", ...usage }];
    expect((await asked({ iterations: known })).result.cost).toBe(7 * 3.8e6 + 4 * 19e6);
    // The caller's price is that of the caller's model alone.
    const price = { input: 1, output: 1 };
    expect((await asked({ iterations: known }, { price })).result.cost).toBe(11 + 7 * 0.8e6 + 4 * 4e6);
  });

  test("is left to the usage where that tells all, or nobody knows a price", async () => {
    expect((await asked({})).result).not.toHaveProperty("cost");
    const { modelInfo } = client;
    expect((await asked({}, { model: "mine", modelInfo })).result).not.toHaveProperty("cost");
  });
});

test("an answer's usage has the cost that the provider's price list says", async () => {
  const usage = { input_tokens: 7, cache_read_input_tokens: 50, output_tokens: 4 };
  const { client: asking, server } = await setUp([message("x", { usage })], { model: "claude-3-7-sonnet-20250219" });
  const result = await asking.create([user("Hi")]);
  expect(asking.cost(result.usage)).toBe(7 * 3e6 + 50 * 0.3e6 + 4 * 15e6);
  await asking.close();
  await server.close();
});
