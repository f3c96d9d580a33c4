import { describe, expect, test } from "vitest";
import { overlayAnthropicUsage, usageOfAnthropic } from "./anthropic-usage.ts";
import { usageOfGemini } from "./gemini-usage.ts";
import { usageOfOllama } from "./ollama-usage.ts";
import { usageOfOpenAIChat, usageOfOpenAIResponses } from "./openai-usage.ts";
import { addUsage, NO_USAGE, requestUsageOf, totalTokens, uncachedInputTokens } from "./usage.ts";

describe("OpenAI", () => {
  test("chat: the cached part is inside the prompt, the reasoning inside the completion", () => {
    const usage = usageOfOpenAIChat({
      prompt_tokens: 1000,
      completion_tokens: 100,
      prompt_tokens_details: { cached_tokens: 400, audio_tokens: 5, cache_write_tokens: 20 },
      completion_tokens_details: { reasoning_tokens: 60, audio_tokens: 7 },
    });
    expect(usage).toEqual({
      ...NO_USAGE,
      inputTokens: 1000,
      cacheReadTokens: 400,
      cacheWriteTokens: 20,
      inputAudioTokens: 5,
      outputTokens: 100,
      reasoningTokens: 60,
      outputAudioTokens: 7,
    });
  });

  test("DeepSeek's name for cached tokens, OpenRouter's price and searches", () => {
    expect(usageOfOpenAIChat({ prompt_tokens: 9, prompt_cache_hit_tokens: 4 })).toMatchObject({ cacheReadTokens: 4 });
    const router = { prompt_tokens: 1, cost: 0.0133176, server_tool_use_details: { web_search_requests: 2 } };
    expect(usageOfOpenAIChat(router)).toMatchObject({ reportedCost: 13_317_600_000, webSearchRequests: 2 });
  });

  test("responses: the same under other names; searches are counted outside", () => {
    const usage = {
      input_tokens: 50,
      input_tokens_details: { cached_tokens: 10 },
      output_tokens: 8,
      output_tokens_details: { reasoning_tokens: 3 },
    };
    expect(usageOfOpenAIResponses(usage, { web_search: { num_requests: 2 } })).toEqual({
      ...NO_USAGE,
      inputTokens: 50,
      cacheReadTokens: 10,
      outputTokens: 8,
      reasoningTokens: 3,
      webSearchRequests: 2,
    });
  });
});

describe("Anthropic", () => {
  test("cache tokens are added to the input and split by time to live", () => {
    const usage = usageOfAnthropic({
      input_tokens: 1000,
      cache_read_input_tokens: 500,
      cache_creation_input_tokens: 100,
      cache_creation: { ephemeral_5m_input_tokens: 60, ephemeral_1h_input_tokens: 40 },
      output_tokens: 100,
      output_tokens_details: { thinking_tokens: 30 },
      server_tool_use: { web_search_requests: 1, web_fetch_requests: 2 },
    });
    expect(usage).toEqual({
      ...NO_USAGE,
      inputTokens: 1600,
      cacheReadTokens: 500,
      cacheWriteTokens: 60,
      cacheWrite1hTokens: 40,
      outputTokens: 100,
      reasoningTokens: 30,
      webSearchRequests: 1,
      webFetchRequests: 2,
    });
    expect(requestUsageOf(usage)).toEqual({ promptTokens: 1600, completionTokens: 100 });
  });

  test("without the split all writes are for five minutes", () => {
    const usage = { input_tokens: 1, cache_creation_input_tokens: 10, cache_creation: null };
    expect(usageOfAnthropic(usage)).toMatchObject({ cacheWriteTokens: 10, cacheWrite1hTokens: 0, inputTokens: 11 });
  });

  test("passes of other models stay apart", () => {
    const pass = { input_tokens: 5, output_tokens: 2 };
    const iterations = [
      { type: "message", ...pass },
      { type: "advisor_message", model: "m", ...pass },
      { type: "compaction", ...pass },
    ];
    const usage = usageOfAnthropic({ ...pass, iterations });
    const other = { ...NO_USAGE, inputTokens: 5, outputTokens: 2 };
    expect(usage).toMatchObject({ inputTokens: 5, outputTokens: 2 });
    expect(usage?.additional).toEqual([
      { kind: "advisor_message", model: "m", usage: other },
      { kind: "compaction", usage: other },
    ]);
  });

  test("a later event overlays an earlier one; null overlays nothing", () => {
    const earlier = { input_tokens: 9, output_tokens: 1, cache_read_input_tokens: 3 };
    expect(overlayAnthropicUsage(earlier, { output_tokens: 20, cache_read_input_tokens: null })).toEqual({
      input_tokens: 9,
      output_tokens: 20,
      cache_read_input_tokens: 3,
    });
  });
});

describe("Gemini and Ollama", () => {
  test("thoughts are part of the output, what tools put in is part of the input", () => {
    const usage = usageOfGemini({
      promptTokenCount: 10,
      toolUsePromptTokenCount: 5,
      cachedContentTokenCount: 4,
      candidatesTokenCount: 3,
      thoughtsTokenCount: 7,
      promptTokensDetails: [
        { modality: "TEXT", tokenCount: 8 },
        { modality: "AUDIO", tokenCount: 2 },
      ],
      cacheTokensDetails: [{ modality: "AUDIO", tokenCount: 1 }],
      candidatesTokensDetails: [{ modality: "IMAGE", tokenCount: 3 }],
    });
    expect(usage).toEqual({
      ...NO_USAGE,
      inputTokens: 15,
      cacheReadTokens: 4,
      inputAudioTokens: 2,
      cacheReadAudioTokens: 1,
      outputTokens: 10,
      reasoningTokens: 7,
      outputImageTokens: 3,
    });
  });

  test("Ollama's counts are on the last line only", () => {
    expect(usageOfOllama({ done: false })).toBeUndefined();
    expect(usageOfOllama({ prompt_eval_count: 10, eval_count: 12 })).toMatchObject({
      inputTokens: 10,
      outputTokens: 12,
    });
  });
});

test.each([usageOfOpenAIChat, usageOfOpenAIResponses, usageOfAnthropic, usageOfGemini])(
  "what is no usage gives none, and wrong members count 0",
  (read) => {
    for (const value of [undefined, null, 3, "a", []]) expect(read(value)).toBeUndefined();
    const wrong = {
      prompt_tokens: "1",
      input_tokens: -5,
      output_tokens: Number.NaN,
      promptTokenCount: Infinity,
      completion_tokens: 1e300,
    };
    expect(read(wrong)).toEqual(NO_USAGE);
  },
);

test("usages add up, and their parts never give a negative rest", () => {
  const a = { ...NO_USAGE, inputTokens: 10, cacheReadTokens: 4, outputTokens: 2, reportedCost: 5 };
  const b = { ...NO_USAGE, inputTokens: 1, cacheWrite1hTokens: 3, additional: [{ kind: "x", usage: NO_USAGE }] };
  const sum = addUsage(a, b);
  expect(sum).toEqual({ ...a, inputTokens: 11, cacheWrite1hTokens: 3, additional: b.additional });
  expect([totalTokens(sum), uncachedInputTokens(sum), uncachedInputTokens(b)]).toEqual([13, 4, 0]);
  expect(addUsage(NO_USAGE, NO_USAGE)).toEqual(NO_USAGE);
  expect(requestUsageOf(null)).toEqual({ promptTokens: 0, completionTokens: 0 });
});
