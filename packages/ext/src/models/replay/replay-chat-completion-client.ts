import {
  CreateResult,
  performModelCall,
  performModelStream,
  throwIfAborted,
  ValueError,
  type ChatCompletionClient,
  type ComponentDefinition,
  type CreateOptions,
  type JsonObject,
  type LLMMessage,
  type ModelInfo,
  type ModelStream,
  type RequestUsage,
} from "@tesserae/core";
import { REPLAY_CONFIG_SCHEMA, replayConfig, replayOptionsOf } from "./config.ts";
import type { ReplayCall, ReplayOptions } from "./options.ts";
import { countMessageWords, countWords, wordPieces } from "./words.ts";

const NO_CAPABILITIES: ModelInfo = {
  vision: false,
  functionCalling: false,
  jsonOutput: false,
  structuredOutput: false,
  family: "unknown",
};
const NO_USAGE: RequestUsage = { promptTokens: 0, completionTokens: 0 };
const AVAILABLE_TOKENS = 10_000;

/**
 * A model that says what it was told to say, for tests and examples: one answer a call, in order. Tokens are words, and
 * cost nothing.
 *
 * An answer is used up when its call begins, so that calls at once get different ones; it counts as usage when it was
 * given. After the last one every call fails with `ValueError`, "No more mock responses available".
 */
export class ReplayChatCompletionClient implements ChatCompletionClient {
  static readonly component: ComponentDefinition<ReplayChatCompletionClient> = {
    provider: "autogen_ext.models.replay.ReplayChatCompletionClient",
    componentType: "replay_chat_completion_client",
    label: "ReplayChatCompletionClient",
    description: "A model client that replays given answers, for tests.",
    schema: REPLAY_CONFIG_SCHEMA,
    toConfig: (client) => replayConfig(client),
    fromConfig: (config: JsonObject) => new ReplayChatCompletionClient(replayOptionsOf(config)),
  };

  /** Who answers, on the diagnostics channels. */
  readonly provider = "replay";
  readonly model: string;
  readonly modelInfo: ModelInfo;
  readonly chatCompletions: readonly (string | CreateResult)[];
  /** Every call that got an answer, in order. `reset` keeps them. */
  readonly createCalls: ReplayCall[] = [];
  #next = 0;
  #cached = true;
  #last: RequestUsage = NO_USAGE;
  #total: RequestUsage = NO_USAGE;

  constructor(options: ReplayOptions) {
    if (!Array.isArray((options as ReplayOptions | undefined)?.chatCompletions)) {
      throw new ValueError("A ReplayChatCompletionClient needs chatCompletions: a list of texts or results to answer.");
    }
    this.model = options.model ?? "replay";
    this.modelInfo = options.modelInfo ?? NO_CAPABILITIES;
    this.chatCompletions = [...options.chatCompletions];
  }

  create(messages: readonly LLMMessage[], options: CreateOptions = {}): Promise<CreateResult> {
    return performModelCall(this, messages, options, async (inside) => {
      const result = this.#answer(messages, inside, false);
      this.#count(result);
      return result.result;
    });
  }

  /** An answer given as text comes word by word, then the result; an answer given as a result is the only item. */
  createStream(messages: readonly LLMMessage[], options: CreateOptions = {}): ModelStream {
    return performModelStream(this, messages, options, (inside) => this.#items(messages, inside));
  }

  /** The words of the last call. */
  actualUsage(): RequestUsage {
    return this.#last;
  }

  totalUsage(): RequestUsage {
    return this.#total;
  }

  countTokens(messages: readonly LLMMessage[]): number {
    return countMessageWords(messages);
  }

  /** What all calls so far left of 10,000 words, whatever the messages are. */
  remainingTokens(): number {
    return Math.max(0, AVAILABLE_TOKENS - this.#total.promptTokens - this.#total.completionTokens);
  }

  cost(): number {
    return 0;
  }

  maxCost(): number {
    return 0;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  /** Whether answers given as text say that a cache gave them. Default true, as in AutoGen. */
  setCachedBoolValue(cached: boolean): void {
    this.#cached = cached;
  }

  /** Begins again with the first answer and no usage. */
  reset(): void {
    this.#next = 0;
    this.#last = NO_USAGE;
    this.#total = NO_USAGE;
  }

  #answer(messages: readonly LLMMessage[], options: CreateOptions, streamed: boolean): Answer {
    throwIfAborted(options.signal);
    const given = this.chatCompletions[this.#next];
    if (given === undefined) {
      const count = this.chatCompletions.length;
      throw new ValueError(
        `No more mock responses available: all ${count} were given. Add some to chatCompletions, or call reset().`,
      );
    }
    this.#next += 1;
    const { tools, toolChoice, jsonOutput, reasoningEffort, extraCreateArgs, signal } = options;
    // The list may be the live history of an agent, which grows.
    this.createCalls.push({
      messages: [...messages],
      streamed,
      tools,
      toolChoice,
      jsonOutput,
      ...(reasoningEffort === undefined ? {} : { reasoningEffort }),
      extraCreateArgs,
      signal,
    });
    const promptTokens = countMessageWords(messages);
    if (typeof given !== "string") {
      return { result: given, usage: { promptTokens, completionTokens: given.usage.completionTokens }, pieces: [] };
    }
    const usage = { promptTokens, completionTokens: countWords(given) };
    const result = CreateResult({ finishReason: "stop", content: given, usage, cached: this.#cached });
    return { result, usage, pieces: streamed ? wordPieces(given) : [] };
  }

  async *#items(messages: readonly LLMMessage[], options: CreateOptions): AsyncGenerator<string | CreateResult> {
    const answer = this.#answer(messages, options, true);
    for (const piece of answer.pieces) {
      throwIfAborted(options.signal);
      yield piece;
    }
    throwIfAborted(options.signal);
    this.#count(answer);
    yield answer.result;
  }

  #count({ usage }: Answer): void {
    this.#last = usage;
    this.#total = {
      promptTokens: this.#total.promptTokens + usage.promptTokens,
      completionTokens: this.#total.completionTokens + usage.completionTokens,
    };
  }
}

/** One answer: what is returned, what it counts as, and how it streams. */
interface Answer {
  readonly result: CreateResult;
  readonly usage: RequestUsage;
  readonly pieces: readonly string[];
}
