import type { CacheTtl, Json, JsonObject, Logger, ModelInfo, ReasoningEffort } from "@tesserae/core";
import type { ModelCatalogue, ModelPrice } from "@tesserae/wire/catalogue";
import type { RetryPolicy } from "../../transport/retry.ts";
import type { FetchFunction, Transport } from "../../transport/types.ts";
import type { Environment } from "../shared/environment.ts";
import type { ModelCapabilities } from "../shared/resolve-model.ts";

/** Whether and how much the model thinks before it answers. */
export interface AnthropicThinking {
  /** `enabled` (with a budget), `disabled`, `adaptive`, `between_tools`, or what a later model knows. */
  readonly type: string;
  /** The most tokens to think with: at least 1024, and less than `maxTokens`. */
  readonly budgetTokens?: number | undefined;
  /** `summarized` or `omitted`. */
  readonly display?: string | undefined;
}

/** What makes an `AnthropicChatCompletionClient`. The names in a component's config are these in snake_case. */
export interface AnthropicOptions {
  /** The model's name, such as `claude-sonnet-4-6`. */
  readonly model: string;
  /** Default: the environment variable `ANTHROPIC_API_KEY`, read when the client is made. */
  readonly apiKey?: string | undefined;
  /** Default: the environment variable `ANTHROPIC_BASE_URL`, else `https://api.anthropic.com`. `/v1` at its end may be left out. */
  readonly baseUrl?: string | undefined;
  /** `baseUrl` as the vendor's SDK spells it. */
  readonly baseURL?: string | undefined;
  /** Seconds until an answer begins, and the longest silence within it. Default 600; null: no limit. */
  readonly timeout?: number | null | undefined;
  /** Tries after the first one. Default 2. */
  readonly maxRetries?: number | undefined;
  /** Headers of every request. They go before the client's own, `anthropic-version` and `anthropic-beta` too. */
  readonly defaultHeaders?: Readonly<Record<string, string>> | undefined;
  /** The most tokens of an answer, its thinking included. Default 4096. */
  readonly maxTokens?: number | undefined;
  /** Sent only when it is set: the newest models refuse it. */
  readonly temperature?: number | undefined;
  readonly topP?: number | undefined;
  readonly topK?: number | undefined;
  readonly stopSequences?: readonly string[] | undefined;
  /** `{ type: "json_object" }`: as `jsonOutput: true` in every call. Not sent. */
  readonly responseFormat?: { readonly type: "text" | "json_object" } | undefined;
  /** The provider's own record keeping, such as `{ user_id }`. */
  readonly metadata?: Readonly<Record<string, string>> | undefined;
  readonly thinking?: AnthropicThinking | undefined;
  /** How much the model reasons, for calls that do not say; `thinking` goes before what it makes of that. */
  readonly reasoningEffort?: ReasoningEffort | undefined;
  /**
   * Has the provider keep the whole of each request in its cache, for five minutes or an hour, without marks on messages:
   * what a conversation that grows wants.
   */
  readonly promptCache?: CacheTtl | undefined;
  /** Tools in the provider's own form, sent with every call before the call's: its web search, code execution, … */
  readonly tools?: readonly JsonObject[] | undefined;
  /** The choice of tools in the provider's own form, for calls that make none. */
  readonly toolChoice?: "auto" | "any" | "none" | JsonObject | undefined;
  /** What the model can do. Default: what the catalogue knows or infers. */
  readonly modelInfo?: ModelInfo | undefined;
  /** The old form of `modelInfo`, without a family. */
  readonly modelCapabilities?: ModelCapabilities | undefined;
  /** What the model costs, in place of the catalogue's price. Not part of the component's config. */
  readonly price?: ModelPrice | undefined;
  /** Whether a stream shows the model's thinking, between `<think>` and `</think>`. Default true. */
  readonly reasoningInStream?: boolean | undefined;
  /**
   * How often an answer that the provider paused (`pause_turn`) is gone on with before it is handed over with the
   * finish reason `unknown`. Default 0.
   */
  readonly maxContinuations?: number | undefined;
  /** Further parameters of every request, as the provider names them. */
  readonly extraBody?: Readonly<Record<string, Json>> | undefined;
  /** Sends the requests by this function in place of our own client. Not part of the component's config. */
  readonly fetch?: FetchFunction | undefined;
  /** Sends the requests; it is not closed with the client. Not part of the component's config. */
  readonly transport?: Transport | undefined;
  /** Pauses between tries; `maxRetries` goes before its own. Not part of the component's config. */
  readonly retry?: RetryPolicy | undefined;
  /** Models and prices. Default: the tables of this package. Not part of the component's config. */
  readonly catalogue?: ModelCatalogue | undefined;
  /** Gets the events `LLMCall`, `LLMStreamStart` and `LLMStreamEnd`. Not part of the component's config. */
  readonly logger?: Logger | undefined;
  /** Where key and address are looked for. Default: the process's environment. Read when the client is made. */
  readonly environment?: Environment | undefined;
}
