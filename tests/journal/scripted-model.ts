import {
  CreateResult,
  RuntimeError,
  type ChatCompletionClient,
  type LLMMessage,
  type ModelStream,
} from "@tesserae/core";

/** What a model answers: text, an error, or what a function gives. */
export type Answer = string | Error | (() => Promise<string>);

const usage = { promptTokens: 3, completionTokens: 2 };

/** A model that says one thing after the other and counts its calls. */
export class ScriptedModel implements ChatCompletionClient {
  readonly model = "scripted";
  readonly modelInfo = {
    vision: false,
    functionCalling: true,
    jsonOutput: true,
    structuredOutput: false,
    family: "unknown",
    multipleSystemMessages: true,
  };
  calls = 0;
  readonly #answers: readonly Answer[];

  constructor(answers: readonly Answer[]) {
    this.#answers = answers;
  }

  async create(_messages: readonly LLMMessage[]): Promise<CreateResult> {
    const answer = this.#answers[this.calls];
    this.calls += 1;
    if (answer === undefined) throw new RuntimeError("The script has no further answer.");
    if (answer instanceof Error) throw answer;
    const content = typeof answer === "string" ? answer : await answer();
    return CreateResult({ finishReason: "stop", content, usage });
  }

  async *createStream(messages: readonly LLMMessage[]): ModelStream {
    yield await this.create(messages);
  }

  actualUsage(): typeof usage {
    return usage;
  }

  totalUsage(): typeof usage {
    return usage;
  }

  countTokens(): number {
    return 3;
  }

  remainingTokens(): number {
    return 1000;
  }

  cost(): number {
    return 7;
  }

  maxCost(): number {
    return 7;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
