import { RuntimeError } from "../errors/kinds.ts";
import type { ChatCompletionClient, CreateOptions } from "../models/chat-completion-client.ts";
import { CreateResult, type FunctionCall, type LLMMessage, type RequestUsage } from "../models/messages.ts";
import type { ModelInfo } from "../models/model-info.ts";

/** What a function makes of a call. */
export type ScriptedReply = (
  options: CreateOptions,
  call: ScriptedCall,
) => Promise<string | CreateResult> | string | CreateResult;

/** What a call answers: text, a result, an error, or what a function makes of the call. */
export type ScriptedAnswer = string | CreateResult | Error | ScriptedReply;

/** A call that was made. */
export interface ScriptedCall {
  readonly messages: readonly LLMMessage[];
  readonly options: CreateOptions;
  readonly streamed: boolean;
}

const CAPABLE: ModelInfo = {
  vision: true,
  functionCalling: true,
  jsonOutput: true,
  structuredOutput: true,
  family: "unknown",
  multipleSystemMessages: true,
};

/** The usage of every scripted answer that says nothing else. */
export const SCRIPTED_USAGE: RequestUsage = { promptTokens: 10, completionTokens: 5 };

/** Options of {@link ScriptedClient}. */
export interface ScriptedClientOptions {
  /** Waited for before each answer, for example a turn of a schedule. */
  readonly before?: ((call: ScriptedCall) => Promise<void> | void) | undefined;
}

/**
 * A model for tests: each call takes the next answer, or asks the one function there is. A streamed text comes word by
 * word. A call costs a pico-dollar a token, so that limits can be tested.
 */
export class ScriptedClient implements ChatCompletionClient {
  readonly model = "scripted";
  readonly modelInfo: ModelInfo;
  /** Every call, in order. */
  readonly calls: ScriptedCall[] = [];
  readonly #answers: readonly ScriptedAnswer[] | ScriptedReply;
  readonly #before: ScriptedClientOptions["before"];

  /** @param info what the model can do; default: everything. */
  constructor(
    answers: readonly ScriptedAnswer[] | ScriptedReply,
    info: Partial<ModelInfo> = {},
    options: ScriptedClientOptions = {},
  ) {
    this.#answers = answers;
    this.#before = options.before;
    this.modelInfo = { ...CAPABLE, ...info };
  }

  create(messages: readonly LLMMessage[], options: CreateOptions = {}): Promise<CreateResult> {
    return this.#answer(messages, options, false);
  }

  async *createStream(
    messages: readonly LLMMessage[],
    options: CreateOptions = {},
  ): AsyncGenerator<string | CreateResult> {
    const result = await this.#answer(messages, options, true);
    if (typeof result.content === "string") yield* result.content.split(/(?<= )/);
    yield result;
  }

  actualUsage(): RequestUsage {
    return this.totalUsage();
  }

  totalUsage(): RequestUsage {
    const { length } = this.calls;
    return {
      promptTokens: length * SCRIPTED_USAGE.promptTokens,
      completionTokens: length * SCRIPTED_USAGE.completionTokens,
    };
  }

  /** 10 a message. */
  countTokens(messages: readonly LLMMessage[]): number {
    return 10 * messages.length;
  }

  remainingTokens(messages: readonly LLMMessage[]): number {
    return 1000 - this.countTokens(messages);
  }

  /** A pico-dollar a token. */
  cost(usage: RequestUsage): number {
    return usage.promptTokens + usage.completionTokens;
  }

  maxCost(): number {
    return 100;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  async #answer(messages: readonly LLMMessage[], options: CreateOptions, streamed: boolean): Promise<CreateResult> {
    const call: ScriptedCall = { messages: [...messages], options, streamed };
    const number = this.calls.push(call);
    await this.#before?.(call);
    const entry = typeof this.#answers === "function" ? this.#answers : this.#answers[number - 1];
    if (entry === undefined) throw new RuntimeError("The script has no further answer.");
    if (entry instanceof Error) throw entry;
    const answer = typeof entry === "function" ? await entry(options, call) : entry;
    return typeof answer === "string" ? answerOf({ content: answer }) : answer;
  }
}

/** A result with the usual usage. */
export function answerOf(init: {
  readonly content: string | readonly FunctionCall[];
  readonly thought?: string;
  readonly usage?: RequestUsage;
}): CreateResult {
  const finishReason = typeof init.content === "string" ? "stop" : "function_calls";
  return CreateResult({ usage: SCRIPTED_USAGE, finishReason, ...init });
}

/** Calls of tools, `c1`, `c2`, … each by its name and arguments. */
export function callsOf(...calls: readonly (readonly [name: string, args: unknown])[]): CreateResult {
  return answerOf({
    content: calls.map(([name, args], index) => ({
      id: `c${index + 1}`,
      name,
      arguments: typeof args === "string" ? args : JSON.stringify(args),
    })),
  });
}
