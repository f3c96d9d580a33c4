import {
  CreateResult,
  type ChatCompletionClient,
  type LLMMessage,
  type ModelStream,
  type RequestUsage,
} from "@tesserae/core";

const USAGE: RequestUsage = { promptTokens: 1, completionTokens: 1 };

/** A model that calls the tool `add` once in each turn, and then says what came of it. It keeps nothing. */
export function calculatingModel(): ChatCompletionClient {
  const answer = (messages: readonly LLMMessage[]): CreateResult =>
    messages.at(-1)?.type === "FunctionExecutionResultMessage"
      ? CreateResult({ finishReason: "stop", content: "done", usage: USAGE })
      : CreateResult({
          finishReason: "function_calls",
          content: [{ id: "1", name: "add", arguments: '{"a":1,"b":2}' }],
          usage: USAGE,
        });
  return {
    model: "calculating",
    modelInfo: { vision: false, functionCalling: true, jsonOutput: false, structuredOutput: false, family: "unknown" },
    create: (messages) => Promise.resolve(answer(messages)),
    createStream(messages): ModelStream {
      return {
        async *[Symbol.asyncIterator]() {
          yield answer(messages);
        },
      };
    },
    actualUsage: () => USAGE,
    totalUsage: () => USAGE,
    countTokens: () => 1,
    remainingTokens: () => 1000,
    cost: () => 0,
    maxCost: () => 0,
    close: () => Promise.resolve(),
  };
}
