import { registerHooks } from "node:module";
import type { OpenAIProvider, OpenAIProviderSettings } from "@ai-sdk/openai";
import type { LanguageModelV3, LanguageModelV3CallOptions, LanguageModelV3StreamPart } from "@ai-sdk/provider";
import { UserMessage, type CreateOptions, type CreateResult, type LLMMessage } from "@tesserae/core";
import type { MockLanguageModelV3 } from "ai/test";
import { AISDKChatCompletionAdapter, type AISDKOptions } from "../src/models/ai-sdk/index.ts";

// The tests run with the export condition "source", under which this dependency of the AI SDK offers sources of its
// own, and Node runs none that lie in node_modules.
registerHooks({
  resolve(specifier, context, next) {
    if (!specifier.startsWith("eventsource-parser")) return next(specifier, context);
    return next(specifier, {
      ...context,
      conditions: context.conditions.filter((condition) => condition !== "source"),
    });
  },
});

const { MockLanguageModelV3: Mock, convertArrayToReadableStream } = await import("ai/test");
const { createOpenAI: makeOpenAI } = await import("@ai-sdk/openai");

/** The AI SDK's own scripted model. */
export const MockModel: typeof MockLanguageModelV3 = Mock;
/** Makes the AI SDK's own client for OpenAI. */
export const createOpenAI: (settings: OpenAIProviderSettings) => OpenAIProvider = makeOpenAI;

export type StreamPart = LanguageModelV3StreamPart;
export type Content = Awaited<ReturnType<LanguageModelV3["doGenerate"]>>["content"];
export type Unified = Extract<StreamPart, { type: "finish" }>["finishReason"]["unified"];

/** What every test asks, and the tool that it may give. */
export const QUESTION: readonly LLMMessage[] = [UserMessage({ content: "What is 2 + 2?", source: "user" })];
export const CALCULATOR = {
  name: "calculator",
  description: "Adds.",
  parameters: { type: "object", properties: { a: { type: "number" } } },
} as const;

export const usage = (input: number, output: number): Extract<StreamPart, { type: "finish" }>["usage"] => ({
  inputTokens: { total: input, noCache: input, cacheRead: 0, cacheWrite: undefined },
  outputTokens: { total: output, text: output, reasoning: undefined },
});

export const reason = (unified: Unified): { unified: Unified; raw: string } => ({ unified, raw: unified });

/** A model that answers this as a whole (usage 10 and 5), and its adapter. */
export function whole(
  content: Content,
  more: object = {},
): { model: MockLanguageModelV3; adapter: AISDKChatCompletionAdapter } {
  const model = new Mock({
    doGenerate: { content, finishReason: reason("stop"), usage: usage(10, 5), warnings: [], ...more },
  });
  return { model, adapter: new AISDKChatCompletionAdapter({ model, retry: { initialDelayMs: 1 } }) };
}

/** The adapter of a model that streams these parts. */
export function streaming(parts: StreamPart[], options: Partial<AISDKOptions> = {}): AISDKChatCompletionAdapter {
  const doStream = (): Promise<{ stream: ReadableStream<StreamPart> }> =>
    Promise.resolve({ stream: convertArrayToReadableStream(parts) });
  return new AISDKChatCompletionAdapter({ model: new Mock({ doStream }), retry: { initialDelayMs: 1 }, ...options });
}

/** Reads a stream to its end. */
export async function read(
  adapter: AISDKChatCompletionAdapter,
  options: CreateOptions = {},
  messages: readonly LLMMessage[] = QUESTION,
): Promise<{ chunks: string[]; result: CreateResult }> {
  const chunks: string[] = [];
  let result: CreateResult | undefined;
  for await (const item of adapter.createStream(messages, options)) {
    if (result !== undefined) throw new Error("the result was not the last item");
    if (typeof item === "string") chunks.push(item);
    else result = item;
  }
  if (result === undefined) throw new Error("the stream gave no result");
  return { chunks, result };
}

/** What the model is asked. */
export async function asked(
  messages: readonly LLMMessage[],
  options: CreateOptions = {},
  more: Partial<AISDKOptions> = {},
): Promise<LanguageModelV3CallOptions> {
  const { model } = whole([{ type: "text", text: "4" }]);
  await new AISDKChatCompletionAdapter({ model, ...more }).create(messages, options);
  const [call] = model.doGenerateCalls;
  if (call === undefined) throw new Error("the model was not asked");
  return call;
}
