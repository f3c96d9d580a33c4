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
    modelInfo: { vision: false, functionCalling: true, jsonOutput: true, structuredOutput: false, family: "unknown" },
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

/** A model that leads a team: a thought for each question, and a ledger that lets `one` and `two` speak. */
export function leadingModel(): ChatCompletionClient {
  const entry = (answer: boolean | string): object => ({ reason: "", answer });
  let ledgers = 0;
  return {
    ...calculatingModel(),
    create: (_messages, options) => {
      const asked = options?.jsonOutput !== undefined && options.jsonOutput !== false;
      if (asked) ledgers += 1;
      const ledger = {
        is_request_satisfied: entry(false),
        is_in_loop: entry(false),
        is_progress_being_made: entry(true),
        next_speaker: entry(ledgers % 2 === 1 ? "one" : "two"),
        instruction_or_question: entry("go on"),
      };
      const content = asked ? JSON.stringify(ledger) : "a thought";
      return Promise.resolve(CreateResult({ finishReason: "stop", content, usage: USAGE }));
    },
  };
}
