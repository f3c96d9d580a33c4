import type { ModelInfo } from "@tesserae/core";
import { describe, expect, test } from "vitest";
import { CALCULATOR, MockModel, QUESTION, reason, whole } from "../../../test/ai-sdk.ts";
import { AISDKChatCompletionAdapter, SKChatCompletionAdapter } from "./index.ts";

describe("an answer", () => {
  test("of text", async () => {
    const { adapter } = whole([
      { type: "text", text: "It is " },
      { type: "text", text: "4." },
    ]);
    expect(await adapter.create(QUESTION)).toEqual({
      type: "CreateResult",
      finishReason: "stop",
      content: "It is 4.",
      usage: { promptTokens: 10, completionTokens: 5 },
      cached: false,
    });
    expect(adapter.totalUsage()).toEqual({ promptTokens: 10, completionTokens: 5 });
    expect(adapter.actualUsage()).toEqual(adapter.totalUsage());
  });

  test("of calls, with usage; the text beside them is the thought", async () => {
    const { adapter } = whole(
      [
        { type: "text", text: "I add." },
        { type: "tool-call", toolCallId: "c1", toolName: "math-calculator", input: '{"a":2}' },
        { type: "tool-call", toolCallId: "c2", toolName: "other", input: "" },
      ],
      { finishReason: reason("tool-calls") },
    );
    expect(await adapter.create(QUESTION, { tools: [CALCULATOR] })).toMatchObject({
      finishReason: "function_calls",
      thought: "I add.",
      content: [
        { id: "c1", name: "calculator", arguments: '{"a":2}' },
        { id: "c2", name: "other", arguments: "{}" },
      ],
      usage: { promptTokens: 10, completionTokens: 5 },
    });
  });

  test.each([
    ["stop", "stop"],
    ["length", "length"],
    ["content-filter", "content_filter"],
    ["tool-calls", "function_calls"],
    ["error", "unknown"],
    ["other", "unknown"],
  ] as const)("that stopped for %s has the finish reason %s", async (given, expected) => {
    const { adapter } = whole([{ type: "text", text: "4" }], { finishReason: reason(given) });
    expect((await adapter.create(QUESTION)).finishReason).toBe(expected);
  });

  test("of a model of the family r1: what stands between the tags is the thought", async () => {
    const { model } = whole([{ type: "text", text: "<think>2 and 2</think> It is 4." }]);
    const modelInfo: ModelInfo = {
      vision: false,
      functionCalling: false,
      jsonOutput: false,
      structuredOutput: false,
      family: "r1",
    };
    const result = await new AISDKChatCompletionAdapter({ model, modelInfo }).create(QUESTION);
    expect(result).toMatchObject({ content: "It is 4.", thought: "2 and 2" });
  });

  test("that is none is an error", async () => {
    const model = new MockModel({ doGenerate: () => Promise.resolve({} as never) });
    const adapter = new AISDKChatCompletionAdapter({ model });
    await expect(adapter.create(QUESTION)).rejects.toMatchObject({ code: "ERR_MODEL_MALFORMED_ANSWER" });
  });
});

describe("what the model can do", () => {
  test("is nothing when nobody says it, and nothing is refused", async () => {
    const { adapter } = whole([{ type: "text", text: "4" }]);
    expect(adapter.modelInfo).toEqual({
      vision: false,
      functionCalling: false,
      jsonOutput: false,
      structuredOutput: false,
      family: "unknown",
    });
    expect((await adapter.create(QUESTION, { tools: [CALCULATOR] })).content).toBe("4");
  });

  test("is what the caller says, and then the rest is refused", async () => {
    const { model } = whole([{ type: "text", text: "4" }]);
    const modelInfo: ModelInfo = {
      vision: true,
      functionCalling: false,
      jsonOutput: true,
      structuredOutput: true,
      family: "gpt-4o",
      contextWindow: 100,
    };
    const adapter = new AISDKChatCompletionAdapter({ model, modelInfo });
    expect(adapter.modelInfo).toBe(modelInfo);
    await expect(adapter.create(QUESTION, { tools: [CALCULATOR] })).rejects.toThrow(/functionCalling/);
    expect(model.doGenerateCalls).toHaveLength(0);
    expect(adapter.remainingTokens([])).toBe(100);
    expect(adapter.remainingTokens(QUESTION)).toBeLessThan(100);
  });
});

test("the old name is another name for it", () => {
  const { model } = whole([]);
  const adapter = new SKChatCompletionAdapter({ model });
  expect(adapter).toBeInstanceOf(AISDKChatCompletionAdapter);
  expect([adapter.model, adapter.provider]).toEqual(["mock-model-id", "mock-provider"]);
});
