import {
  CancelledError,
  CreateResult,
  RuntimeError,
  functionCallFromJson,
  llmMessageToJson,
  modelInfoFromJson,
  requestUsageFromJson,
  type ChatCompletionClient,
  type CreateOptions,
  type Json,
  type JsonObject,
  type LLMMessage,
  type ModelInfo,
  type RequestUsage,
} from "@tesserae/core";
import { makeError } from "../errors.ts";
import { listOf, objectOf, textOf } from "../golden.ts";
import { Hold } from "./hold.ts";

const TOKENS_PER_MESSAGE = 10;
const CONTEXT_SIZE = 100;
const DEFAULT_INFO: JsonObject = {
  vision: false,
  function_calling: true,
  json_output: true,
  family: "unknown",
  structured_output: true,
  multiple_system_messages: true,
};

/** A model that answers from a script and writes down what it was asked. Each call takes the next entry. */
export class ScriptedModel implements ChatCompletionClient {
  readonly model: string;
  readonly modelInfo: ModelInfo;
  readonly calls: JsonObject[] = [];
  /** Resolves when the script has come to a `wait`. */
  readonly waiting: Promise<void>;
  readonly hold: Hold = new Hold();
  readonly #script: readonly Json[];
  #nowWaiting: () => void = () => undefined;
  #total: RequestUsage = { promptTokens: 0, completionTokens: 0 };

  constructor(name: string, spec: JsonObject) {
    this.model = name;
    this.modelInfo = modelInfoFromJson({ ...DEFAULT_INFO, ...objectOf(spec["model_info"] ?? {}) });
    this.#script = listOf(spec["script"], "script");
    this.waiting = new Promise((resolve) => {
      this.#nowWaiting = resolve;
    });
  }

  async create(messages: readonly LLMMessage[], options: CreateOptions = {}): Promise<CreateResult> {
    return this.#finish(this.#next(messages, options, false), options);
  }

  async *createStream(
    messages: readonly LLMMessage[],
    options: CreateOptions = {},
  ): AsyncGenerator<string | CreateResult> {
    const entry = this.#next(messages, options, true);
    const { content } = entry;
    const chunks = entry["chunks"] ?? (typeof content === "string" ? [content] : []);
    for (const chunk of listOf(chunks)) yield textOf(chunk);
    yield await this.#finish(entry, options);
  }

  actualUsage(): RequestUsage {
    return this.#total;
  }

  totalUsage(): RequestUsage {
    return this.#total;
  }

  countTokens(messages: readonly LLMMessage[]): number {
    return TOKENS_PER_MESSAGE * messages.length;
  }

  remainingTokens(messages: readonly LLMMessage[]): number {
    return CONTEXT_SIZE - this.countTokens(messages);
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

  #next(messages: readonly LLMMessage[], options: CreateOptions, stream: boolean): JsonObject {
    const { tools = [], toolChoice = "auto", jsonOutput } = options;
    this.calls.push({
      stream,
      messages: messages.map(llmMessageToJson),
      tools: tools.map((tool) => tool.name),
      tool_choice: typeof toolChoice === "string" ? toolChoice : toolChoice.name,
      json_output: typeof jsonOutput === "object" ? jsonOutput.name : (jsonOutput ?? null),
    });
    const entry = this.#script[this.calls.length - 1];
    if (entry === undefined) throw new RuntimeError("The script has no further answer");
    return objectOf(entry, "entry");
  }

  async #finish(entry: JsonObject, { signal }: CreateOptions): Promise<CreateResult> {
    if (entry["wait"] === true) await this.#wait(signal);
    if (entry["hold"] === true) await this.hold.stopHere();
    if (entry["error"] !== undefined) throw makeError(entry["error"]);
    const { content, thought } = entry;
    const usage = requestUsageFromJson(entry["usage"] ?? { prompt_tokens: 10, completion_tokens: 5 });
    this.#total = {
      promptTokens: this.#total.promptTokens + usage.promptTokens,
      completionTokens: this.#total.completionTokens + usage.completionTokens,
    };
    return CreateResult({
      finishReason: typeof content === "string" ? "stop" : "function_calls",
      content: typeof content === "string" ? content : listOf(content).map((call) => functionCallFromJson(call)),
      usage,
      ...(typeof thought === "string" ? { thought } : {}),
    });
  }

  #wait(signal: AbortSignal | undefined): Promise<never> {
    return new Promise((_, reject) => {
      signal?.addEventListener("abort", () => reject(new CancelledError()), { once: true });
      this.#nowWaiting();
    });
  }
}
