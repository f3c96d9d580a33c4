import type { Json, JsonObject } from "../json.ts";
import type { RunContext } from "../run/run-context.ts";
import type { Tool, ToolSchema } from "../tools/tool.ts";
import type { CreateResult, LLMMessage, RequestUsage } from "./messages.ts";
import type { ModelInfo } from "./model-info.ts";

/** The shape that a structured answer must have. */
export interface OutputSchema {
  /** The name under which the provider gets the schema. */
  readonly name: string;
  /** A JSON Schema. */
  readonly schema: JsonObject;
  readonly description?: string | undefined;
  /** Whether the provider holds the model to the schema as it stands. Default: yes, in its strict form, where it has one. */
  readonly strict?: boolean | undefined;
}

/** Which tools the model may or must call. */
export type ToolChoice = "auto" | "required" | "none" | Tool | ToolSchema;

/** How much a model reasons before it answers. Which of them a model takes, and what they cost, is its provider's to say. */
export type ReasoningEffort = "none" | "minimal" | "low" | "medium" | "high" | "xhigh" | "max";

/** What a model call may be given beside the messages. */
export interface CreateOptions {
  readonly tools?: readonly (Tool | ToolSchema)[] | undefined;
  /** Default `"auto"`; sent only when there are tools. */
  readonly toolChoice?: ToolChoice | undefined;
  /** `true`: JSON mode; a schema: structured output (the content stays JSON text); `false`: plain text. */
  readonly jsonOutput?: boolean | OutputSchema | undefined;
  /**
   * How much the model reasons. Each client says it in its provider's words; a model of which the catalogue knows that it
   * does not reason is refused.
   */
  readonly reasoningEffort?: ReasoningEffort | undefined;
  /** Parameters for the provider, as it names them. They override the client's defaults. */
  readonly extraCreateArgs?: Readonly<Record<string, Json>> | undefined;
  readonly signal?: AbortSignal | undefined;
  /** The run this call belongs to. Without it `currentRun()` is asked. */
  readonly context?: RunContext | undefined;
  /** The same for every repetition of the same effect; sent to the gateway as `x-tesserae-effect`. */
  readonly idempotencyKey?: string | undefined;
}

/**
 * The text of an answer as it comes, then exactly one {@link CreateResult}, last.
 *
 * `batches`, where a client has it, gives the same items in groups that arrived together: one promise for many deltas.
 */
export interface ModelStream extends AsyncIterable<string | CreateResult> {
  batches?(): AsyncIterator<readonly (string | CreateResult)[]>;
}

/** A client for a chat model (component type `model`). */
export interface ChatCompletionClient {
  /** The model's name as the provider knows it. */
  readonly model: string;
  readonly modelInfo: ModelInfo;
  /** Who answers, for records: `openai`, `anthropic`, `google`, `ollama`, or a word of the client's own. */
  readonly provider?: string | undefined;
  /** The parameters sent with every call unless it overrides them, for records: never keys, headers or addresses. */
  readonly requestDefaults?: Readonly<Record<string, Json>> | undefined;
  create(messages: readonly LLMMessage[], options?: CreateOptions): Promise<CreateResult>;
  createStream(messages: readonly LLMMessage[], options?: CreateOptions): ModelStream;
  /** The tokens of the calls that were not answered from a cache, since construction. */
  actualUsage(): RequestUsage;
  /** The tokens of all calls since construction. */
  totalUsage(): RequestUsage;
  /** An estimate of the tokens of a request. */
  countTokens(messages: readonly LLMMessage[], options?: Pick<CreateOptions, "tools">): number;
  /** What is left of the model's context window after a request. */
  remainingTokens(messages: readonly LLMMessage[], options?: Pick<CreateOptions, "tools">): number;
  /** The price of a usage in integer pico-dollars (1e-12 USD); `undefined` when the price is not known. */
  cost(usage: RequestUsage): number | undefined;
  /** The most that a request can cost, in pico-dollars: what limits reserve; `undefined` when the price is not known. */
  maxCost(messages: readonly LLMMessage[], options?: CreateOptions): number | undefined;
  close(): Promise<void>;
}
