import { describe, expect, test } from "vitest";
import {
  CALCULATOR,
  MockModel,
  QUESTION,
  read,
  reason,
  streaming,
  type StreamPart,
  usage,
} from "../../../test/ai-sdk.ts";
import { AISDKChatCompletionAdapter } from "./index.ts";

describe("a stream", () => {
  const finish: StreamPart = { type: "finish", usage: usage(53, 13), finishReason: reason("stop") };

  test("of text, and of reasoning between tags", async () => {
    const parts: StreamPart[] = [
      { type: "stream-start", warnings: [] },
      { type: "reasoning-start", id: "r" },
      { type: "reasoning-delta", id: "r", delta: "2 and" },
      { type: "reasoning-delta", id: "r", delta: " 2" },
      { type: "reasoning-end", id: "r" },
      { type: "text-start", id: "t" },
      { type: "text-delta", id: "t", delta: "It is " },
      { type: "text-delta", id: "t", delta: "4." },
      { type: "text-end", id: "t" },
      finish,
    ];
    const { chunks, result } = await read(streaming(parts));
    expect(chunks).toEqual(["<think>2 and", " 2", "</think>", "It is ", "4."]);
    expect(result).toMatchObject({
      content: "It is 4.",
      thought: "2 and 2",
      finishReason: "stop",
      usage: { promptTokens: 53, completionTokens: 13 },
    });
    const silent = await read(streaming(parts, { reasoningInStream: false }));
    expect(silent.chunks).toEqual(["It is ", "4."]);
    expect(silent.result.thought).toBe("2 and 2");
  });

  test("of two calls, told with fragments and without", async () => {
    const adapter = streaming([
      { type: "tool-input-start", id: "c1", toolName: "calculator" },
      { type: "tool-input-start", id: "c2", toolName: "calculator" },
      { type: "tool-input-delta", id: "c1", delta: '{"a":' },
      { type: "tool-input-delta", id: "c2", delta: '{"a":3}' },
      { type: "tool-input-delta", id: "c1", delta: "2}" },
      { type: "tool-input-end", id: "c1" },
      { type: "tool-input-end", id: "c2" },
      { type: "tool-call", toolCallId: "c1", toolName: "calculator", input: '{"a":2}' },
      { ...finish, finishReason: reason("tool-calls") },
    ]);
    expect((await read(adapter, { tools: [CALCULATOR] })).result).toMatchObject({
      finishReason: "function_calls",
      content: [
        { id: "c1", name: "calculator", arguments: '{"a":2}' },
        { id: "c2", name: "calculator", arguments: '{"a":3}' },
      ],
    });
  });

  const FRAGMENTS = ["{", '"a"', ":", " ", "2", ",", " ", '"b"', ":", " ", "2", "}"];

  test("of a recorded call in twelve fragments with one id gives one call", async () => {
    const id = "call_UwVVI0iGEmcPwmKUigJcuuuF";
    const asCalls = FRAGMENTS.map((input): StreamPart => ({
      type: "tool-call",
      toolCallId: id,
      toolName: "calculator",
      input,
    }));
    const asInput = FRAGMENTS.map((delta): StreamPart => ({ type: "tool-input-delta", id, delta }));
    for (const parts of [asCalls, asInput]) {
      const start: StreamPart = { type: "tool-input-start", id, toolName: "calculator" };
      const { result } = await read(streaming([...(parts === asInput ? [start] : []), ...parts, finish]), {
        tools: [CALCULATOR],
      });
      expect(result).toMatchObject({
        content: [{ id, name: "calculator", arguments: '{"a": 2, "b": 2}' }],
        usage: { promptTokens: 53, completionTokens: 13 },
      });
    }
  });

  test("that ends without its finish is cut; one with an error fails with it", async () => {
    const text: StreamPart[] = [
      { type: "text-start", id: "t" },
      { type: "text-delta", id: "t", delta: "a" },
    ];
    await expect(read(streaming(text))).rejects.toMatchObject({ code: "ERR_MODEL_STREAM_CUT" });
    const failing = (error: unknown): Promise<unknown> => read(streaming([...text, { type: "error", error }]));
    await expect(
      failing({ type: "error", error: { type: "overloaded_error", message: "busy" } }),
    ).rejects.toMatchObject({
      code: "ERR_MODEL_OVERLOADED",
    });
    await expect(failing("out of order")).rejects.toThrow(/out of order/);
    await expect(failing(new Error("socket hang up"))).rejects.toMatchObject({ name: "ModelClientError" });
  });

  test("that is left early is cancelled", async () => {
    let cancelled = false;
    const stream = new ReadableStream<StreamPart>({
      pull: (controller) => controller.enqueue({ type: "text-delta", id: "t", delta: "a" }),
      cancel: () => void (cancelled = true),
    });
    const adapter = new AISDKChatCompletionAdapter({ model: new MockModel({ doStream: { stream } }) });
    for await (const item of adapter.createStream(QUESTION)) {
      expect(item).toBe("a");
      break;
    }
    expect(cancelled).toBe(true);
  });
});
