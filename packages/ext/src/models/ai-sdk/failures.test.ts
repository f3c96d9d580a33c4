import { tracingChannel } from "node:diagnostics_channel";
import { CancelledError, ValueError } from "@tesserae/core";
import type { ModelPayload } from "@tesserae/wire/channels";
import { describe, expect, test } from "vitest";
import { MockModel, QUESTION, read, reason, type StreamPart, usage, whole } from "../../../test/ai-sdk.ts";
import { AISDKChatCompletionAdapter } from "./index.ts";

describe("failures", () => {
  const apiError = (status: number, headers = {}): Error =>
    Object.assign(new Error("the package's words"), {
      statusCode: status,
      isRetryable: status >= 429,
      responseHeaders: headers,
      responseBody: '{"error":{"message":"slow down"}}',
    });

  test("a busy provider is asked again, then it is a typed error", async () => {
    let calls = 0;
    const answer = {
      content: [{ type: "text" as const, text: "4" }],
      finishReason: reason("stop"),
      usage: usage(1, 1),
      warnings: [],
    };
    const model = new MockModel({
      doGenerate: () => {
        calls += 1;
        return calls === 2 ? Promise.resolve(answer) : Promise.reject(apiError(429, { "retry-after-ms": "1" }));
      },
    });
    const adapter = new AISDKChatCompletionAdapter({ model, retry: { initialDelayMs: 1, maxRetries: 1 } });
    expect((await adapter.create(QUESTION)).content).toBe("4");
    await expect(adapter.create(QUESTION)).rejects.toMatchObject({
      code: "ERR_MODEL_RATE_LIMIT",
      status: 429,
      provider: "mock-provider",
    });
    expect(calls).toBe(4);
  });

  test("its record tells of every try, where one of them failed", async () => {
    let calls = 0;
    const { model } = whole([{ type: "text", text: "4" }]);
    const answer = model.doGenerate;
    model.doGenerate = (options) => {
      calls += 1;
      return calls === 2 ? Promise.reject(apiError(503, { "retry-after-ms": "1" })) : answer(options);
    };
    const adapter = new AISDKChatCompletionAdapter({ model });
    const found: ModelPayload[] = [];
    const ignore = (): void => {};
    const handlers = {
      start: ignore,
      end: ignore,
      asyncStart: ignore,
      error: ignore,
      asyncEnd: (payload: ModelPayload) => void found.push(payload),
    };
    const channel = tracingChannel<string, ModelPayload>("tesserae:model");
    channel.subscribe(handlers);
    try {
      await adapter.create(QUESTION);
      await adapter.create(QUESTION);
    } finally {
      channel.unsubscribe(handlers);
    }
    expect(found[0]).not.toHaveProperty("attempts");
    expect(found[1]?.attempts).toMatchObject([
      { attempt: 1, status: 503, error: { kind: "overloaded", retryable: true }, waitedMs: 1 },
      { attempt: 2 },
    ]);
  });

  test("a wrong request is not, and the provider's words are told", async () => {
    let calls = 0;
    const doStream = (): Promise<never> => {
      calls += 1;
      return Promise.reject(apiError(400));
    };
    const failing = read(new AISDKChatCompletionAdapter({ model: new MockModel({ doStream }) }));
    await expect(failing).rejects.toMatchObject({ code: "ERR_MODEL_INVALID_REQUEST" });
    await expect(failing).rejects.toThrow(/slow down/);
    expect(calls).toBe(1);
  });

  test("an abort ends a call and a stream, also of a model that does not hear it", async () => {
    const never = new Promise<never>(() => {});
    const controller = new AbortController();
    let began = (): void => {};
    const asking = new Promise<void>((resolve) => void (began = resolve));
    const model = new MockModel({
      doGenerate: (options) => {
        expect(options.abortSignal).toBe(controller.signal);
        began();
        return never;
      },
      doStream: () =>
        Promise.resolve({
          stream: new ReadableStream<StreamPart>({
            start: (stream) => stream.enqueue({ type: "text-delta", id: "t", delta: "a" }),
          }),
        }),
    });
    const adapter = new AISDKChatCompletionAdapter({ model });
    const call = adapter.create(QUESTION, { signal: controller.signal });
    await asking;
    controller.abort();
    await expect(call).rejects.toThrow(CancelledError);
    const second = new AbortController();
    const reading = (async () => {
      for await (const item of adapter.createStream(QUESTION, { signal: second.signal })) {
        expect(item).toBe("a");
        second.abort();
      }
    })();
    await expect(reading).rejects.toThrow(CancelledError);
    await expect(adapter.create(QUESTION, { signal: AbortSignal.abort() })).rejects.toThrow(CancelledError);
  });

  test.each([
    undefined,
    "openai/gpt-5",
    {},
    { modelId: "m", provider: "p", doGenerate: () => 1, doStream: () => 1, specificationVersion: "v1" },
  ])("%j is no model", (model) => {
    expect(() => Reflect.construct(AISDKChatCompletionAdapter, [{ model }]) as unknown).toThrow(ValueError);
  });
});
