import type { LanguageModelV2, LanguageModelV3 } from "@ai-sdk/provider";
import { imageFromBase64, UserMessage } from "@tesserae/core";
import { describe, expect, expectTypeOf, test } from "vitest";
import { CALCULATOR, QUESTION, read } from "../../../test/ai-sdk.ts";
import { AISDKChatCompletionAdapter, type LanguageModel, type LanguageModelCall } from "./index.ts";

type Body = Record<string, unknown>;

/** A model of any version: answers with this usage and reason, and keeps what it was asked. */
function model(
  version: LanguageModel["specificationVersion"],
  usage: Body,
  finishReason: unknown,
): { model: LanguageModel; calls: Body[] } {
  const calls: Body[] = [];
  const call = { type: "tool-call", toolCallId: "c1", toolName: "calculator", input: '{"a":2}' };
  const keep = (given: LanguageModelCall): void => void calls.push(given as unknown as Body);
  return {
    calls,
    model: {
      specificationVersion: version,
      provider: "test.chat",
      modelId: "m",
      doGenerate: (given) => {
        keep(given);
        return Promise.resolve({
          content: [{ type: "text", text: "I add." }, call],
          usage,
          finishReason,
          warnings: [],
        });
      },
      doStream: (given) => {
        keep(given);
        const parts = [
          { type: "stream-start", warnings: [] },
          { type: "ping" },
          { type: "text-start", id: "t" },
          { type: "text-delta", id: "t", delta: "I add." },
          { type: "text-end", id: "t" },
          { type: "tool-input-start", id: "c1", toolName: "calculator", inputEncoding: "json" },
          { type: "tool-input-delta", id: "c1", delta: '{"a":2}' },
          { type: "tool-input-end", id: "c1" },
          call,
          { type: "custom", kind: "test.odd" },
          { type: "finish", usage, finishReason },
        ];
        return Promise.resolve({ stream: ReadableStream.from(parts) });
      },
    },
  };
}

const NESTED = {
  inputTokens: { total: 53, noCache: 40, cacheRead: 10, cacheWrite: 3 },
  outputTokens: { total: 13, text: 9, reasoning: 4 },
};
const FLAT = { inputTokens: 53, outputTokens: 13, totalTokens: 66, cachedInputTokens: 10, reasoningTokens: 4 };

describe.each([
  ["v2", FLAT, "tool-calls", { cachedPromptTokens: 10, reasoningTokens: 4 }],
  [
    "v3",
    NESTED,
    { unified: "tool-calls", raw: "tool_calls" },
    { cachedPromptTokens: 10, cacheWriteTokens: 3, reasoningTokens: 4 },
  ],
  [
    "v4",
    NESTED,
    { unified: "tool-calls", raw: "tool_calls" },
    { cachedPromptTokens: 10, cacheWriteTokens: 3, reasoningTokens: 4 },
  ],
] as const)("a model of the specification %s", (version, usage, finishReason, parts) => {
  test("answers, whole and streamed", async () => {
    const adapter = new AISDKChatCompletionAdapter({ model: model(version, usage, finishReason).model });
    const created = await adapter.create(QUESTION, { tools: [CALCULATOR] });
    expect(created).toEqual({
      type: "CreateResult",
      finishReason: "function_calls",
      content: [{ id: "c1", name: "calculator", arguments: '{"a":2}' }],
      thought: "I add.",
      usage: { promptTokens: 53, completionTokens: 13, ...parts },
      cached: false,
    });
    const { result, chunks } = await read(adapter, { tools: [CALCULATOR] });
    expect(result).toEqual(created);
    expect(chunks).toEqual(["I add."]);
    expect(adapter.provider).toBe("test");
  });

  test("gets an image, and tools, in the form of its version", async () => {
    const made = model(version, usage, finishReason);
    const messages = [UserMessage({ content: [imageFromBase64("iVBORw0KGgo=")], source: "user" })];
    await new AISDKChatCompletionAdapter({ model: made.model }).create(messages, {
      tools: [{ ...CALCULATOR, strict: true }],
    });
    const data = version === "v4" ? { type: "data", data: "iVBORw0KGgo=" } : "iVBORw0KGgo=";
    expect(made.calls[0]).toMatchObject({
      prompt: [{ role: "user", content: [{ type: "file", mediaType: "image/png", data }] }],
    });
    const tool = { ...CALCULATOR, type: "function", inputSchema: CALCULATOR.parameters, strict: true };
    const { parameters: _, strict, ...old } = tool;
    expect(made.calls[0]?.["tools"]).toEqual([version === "v2" ? old : { ...old, strict }]);
  });
});

test.each([
  ["v2", "other", "unknown"],
  ["v2", "unknown", "unknown"],
  ["v4", { unified: "interrupted", raw: undefined }, "unknown"],
  ["v4", undefined, "unknown"],
] as const)("%s: the reason %j is %s", async (version, finishReason, expected) => {
  const { model: made } = model(version, {}, finishReason);
  const silent = {
    ...made,
    doGenerate: () => Promise.resolve({ content: [{ type: "text", text: "x" }], finishReason }),
  };
  const result = await new AISDKChatCompletionAdapter({ model: silent }).create(QUESTION);
  expect(result).toMatchObject({ finishReason: expected, usage: { promptTokens: 0, completionTokens: 0 } });
});

test("the types of the packages fit", () => {
  expectTypeOf<LanguageModelV2>().toExtend<LanguageModel>();
  expectTypeOf<LanguageModelV3>().toExtend<LanguageModel>();
});
