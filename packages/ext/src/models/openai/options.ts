import type { CreateOptions, JsonObject, Logger, ModelInfo } from "@tesserae/core";
import type { ModelCatalogue, ModelPrice } from "@tesserae/wire/catalogue";
import type { RetryPolicy } from "../../transport/retry.ts";
import type { FetchFunction, Transport } from "../../transport/types.ts";
import type { Environment } from "../shared/environment.ts";
import type { ModelCapabilities } from "../shared/resolve-model.ts";

/** Parameters that every call of a client is sent with; `extraCreateArgs` of a call override them. Null counts as absent. */
export interface OpenAICallDefaults {
  readonly frequencyPenalty?: number | null | undefined;
  readonly logitBias?: Readonly<Record<string, number>> | null | undefined;
  readonly logprobs?: boolean | null | undefined;
  readonly maxCompletionTokens?: number | null | undefined;
  /** For older models and compatible servers; OpenAI's reasoning models take `maxCompletionTokens` only. */
  readonly maxTokens?: number | null | undefined;
  readonly metadata?: Readonly<Record<string, string>> | null | undefined;
  readonly parallelToolCalls?: boolean | null | undefined;
  readonly presencePenalty?: number | null | undefined;
  readonly promptCacheKey?: string | null | undefined;
  /** `none`, `minimal`, `low`, `medium`, `high`, `xhigh` or `max`, as far as the model takes it. */
  readonly reasoningEffort?: string | null | undefined;
  /** As the API has it: `{ type: "json_object" }`. For structured output use the call's `jsonOutput`. */
  readonly responseFormat?: JsonObject | null | undefined;
  readonly safetyIdentifier?: string | null | undefined;
  readonly seed?: number | null | undefined;
  readonly serviceTier?: string | null | undefined;
  readonly stop?: string | readonly string[] | null | undefined;
  readonly store?: boolean | null | undefined;
  readonly streamOptions?: { readonly includeUsage?: boolean | undefined } | null | undefined;
  readonly temperature?: number | null | undefined;
  readonly topLogprobs?: number | null | undefined;
  readonly topP?: number | null | undefined;
  readonly user?: string | null | undefined;
  readonly verbosity?: string | null | undefined;
  readonly webSearchOptions?: JsonObject | null | undefined;
}

/** What the clients for OpenAI and for Azure have in common. */
export interface BaseOpenAIOptions extends OpenAICallDefaults {
  /** The model's name. Required. */
  readonly model: string;
  readonly apiKey?: string | undefined;
  /** Seconds until an answer begins, and the longest silence within it. Default 600; null: no limit. */
  readonly timeout?: number | null | undefined;
  /** Tries after the first one. Default 2. */
  readonly maxRetries?: number | undefined;
  /** Headers of every request. */
  readonly defaultHeaders?: Readonly<Record<string, string>> | null | undefined;
  /** More headers of every request; they go before `defaultHeaders`. */
  readonly extraHeaders?: Readonly<Record<string, string>> | null | undefined;
  /** Fields that are added to every request's body as they are, over all others. */
  readonly extraBody?: JsonObject | null | undefined;
  /** What the model can do; needed for models that the catalogue does not know. */
  readonly modelInfo?: ModelInfo | undefined;
  /** @deprecated Use `modelInfo`. */
  readonly modelCapabilities?: ModelCapabilities | undefined;
  /** Begins what a user says with a line `<source> said:`. Default false. */
  readonly addNamePrefixes?: boolean | undefined;
  /** Sends a user's `source` as `name`. Default true; some compatible servers refuse it. */
  readonly includeNameInMessage?: boolean | undefined;
  /** Whether a stream shows the reasoning, between `<think>` and `</think>`. Default true. */
  readonly reasoningInStream?: boolean | undefined;
  /** Who answers, for prices and records, such as `openai`; needed when the base URL does not tell. */
  readonly provider?: string | undefined;

  // What follows is no part of the component's JSON.
  /** What the model costs, for models without a known price. */
  readonly price?: ModelPrice | undefined;
  /** Sends the requests in place of our own client, as the platform's `fetch` does: for proxies, other runtimes, tests. */
  readonly fetch?: FetchFunction | undefined;
  /** Sends the requests; belongs to the caller, who closes it. */
  readonly transport?: Transport | undefined;
  /** The pauses between tries. `maxRetries` goes before its own. */
  readonly retry?: RetryPolicy | undefined;
  /** Models of the caller's own. Default: the built-in tables. */
  readonly catalogue?: ModelCatalogue | undefined;
  /** Counts the tokens of a text, for exact numbers: `countTokens` of `gpt-tokenizer/encoding/o200k_base`, for example. */
  readonly tokenizer?: ((text: string) => number) | undefined;
  /** Gets the events `LLMCall`, `LLMStreamStart` and `LLMStreamEnd`. */
  readonly logger?: Logger | undefined;
  /** Where keys are looked for. Default: the process's environment. Read at construction. */
  readonly environment?: Environment | undefined;
}

/** Options of an `OpenAIChatCompletionClient`. */
export interface OpenAIOptions extends BaseOpenAIOptions {
  /** Sent as `OpenAI-Organization`. Default: `OPENAI_ORG_ID`. */
  readonly organization?: string | null | undefined;
  /** Sent as `OpenAI-Project`. Default: `OPENAI_PROJECT_ID`. */
  readonly project?: string | null | undefined;
  /** The address up to `/chat/completions`. Default: by the model's name, else `OPENAI_BASE_URL`, else OpenAI's. */
  readonly baseUrl?: string | null | undefined;
  /** `baseUrl` as the vendor's SDK spells it. */
  readonly baseURL?: string | null | undefined;
}

/** Options of one `createStream`. */
export interface OpenAIStreamOptions extends CreateOptions {
  /** Asks for the usage at the end of the stream. Default: true for OpenAI and Azure, not said to other servers. */
  readonly includeUsage?: boolean | undefined;
  /** @deprecated Has no effect: empty chunks are always passed over. */
  readonly maxConsecutiveEmptyChunkTolerance?: number | undefined;
}
