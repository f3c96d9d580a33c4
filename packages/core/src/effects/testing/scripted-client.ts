import type { ChatCompletionClient, CreateOptions, ModelStream } from "../../models/chat-completion-client.ts";
import { CreateResult, type LLMMessage, type RequestUsage } from "../../models/messages.ts";

/** A model that says what it is told to say, and counts. */
export class ScriptedClient implements ChatCompletionClient {
  readonly model: string = "scripted";
  readonly modelInfo = {
    vision: false,
    functionCalling: true,
    jsonOutput: true,
    structuredOutput: true,
    family: "unknown",
  };
  readonly provider = "scripted";
  readonly #answers: readonly (string | Partial<CreateResult> | Error)[];
  readonly options: CreateOptions[] = [];
  /** Pico-dollars for one token; `undefined`: the price is not known. */
  price: number | undefined = 1000;
  #at = 0;

  constructor(answers: readonly (string | Partial<CreateResult> | Error)[]) {
    this.#answers = answers;
  }

  /** How often it was called. */
  get calls(): number {
    return this.#at;
  }

  async create(_messages: readonly LLMMessage[], options: CreateOptions = {}): Promise<CreateResult> {
    return this.#next(options);
  }

  createStream(_messages: readonly LLMMessage[], options: CreateOptions = {}): ModelStream {
    const next = (): CreateResult => this.#next(options);
    return {
      async *[Symbol.asyncIterator]() {
        const result = next();
        if (result.thought !== undefined) yield* result.thought.split(/(?<= )/);
        if (typeof result.content === "string") yield* result.content.split(/(?<= )/);
        yield result;
      },
    };
  }

  actualUsage(): RequestUsage {
    return { promptTokens: 0, completionTokens: 0 };
  }

  totalUsage(): RequestUsage {
    return this.actualUsage();
  }

  countTokens(messages: readonly LLMMessage[]): number {
    return messages.length * 10;
  }

  remainingTokens(): number {
    return 1000;
  }

  cost(usage: RequestUsage): number | undefined {
    return this.price === undefined ? undefined : (usage.promptTokens + usage.completionTokens) * this.price;
  }

  maxCost(messages: readonly LLMMessage[]): number | undefined {
    return this.price === undefined ? undefined : (this.countTokens(messages) + 100) * this.price;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #next(options: CreateOptions): CreateResult {
    this.options.push(options);
    const answer = this.#answers[this.#at % this.#answers.length] ?? "";
    this.#at += 1;
    if (answer instanceof Error) throw answer;
    const given = typeof answer === "string" ? { content: answer } : answer;
    const usage = { promptTokens: 10, completionTokens: 5 };
    return CreateResult({ finishReason: "stop", content: "", usage, ...given });
  }
}
