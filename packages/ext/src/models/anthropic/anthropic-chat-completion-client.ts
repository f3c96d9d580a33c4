import {
  performModelCall,
  performModelStream,
  ValueError,
  type ChatCompletionClient,
  type ComponentDefinition,
  type CreateOptions,
  type CreateResult,
  type JsonObject,
  type LLMMessage,
  type ModelInfo,
  type ModelStream,
  type RequestUsage,
  type ToolSchema,
} from "@tesserae/core";
import { logCall, logStreamEnd, logStreamStart } from "../shared/log-events.ts";
import { withBaseUrl } from "../shared/base-url-option.ts";
import { standardCatalogue } from "../shared/catalogue.ts";
import { checkCapabilities } from "../shared/check-capabilities.ts";
import { ModelPricing } from "../shared/model-pricing.ts";
import { resolveModel, type ResolvedModel } from "../shared/resolve-model.ts";
import { toolSchemaOf } from "../shared/tool-schema.ts";
import { UsageCounter } from "../shared/request-usage.ts";
import { anthropicConfig, anthropicOptionsOf, maskedHeaderIssues } from "./config.ts";
import { ANTHROPIC_CONFIG_SCHEMA } from "./config-schema.ts";
import { estimateRequest } from "./count-tokens.ts";
import { withEffort } from "./effort.ts";
import { encodeRequest } from "./encode-request.ts";
import { withFilesBeta } from "./files-beta.ts";
import { MessagesEndpoint, type MessagesRequest } from "./messages-endpoint.ts";
import { checkOptions } from "./check-options.ts";
import type { AnthropicOptions } from "./options.ts";
import { callParameters, defaultParameters } from "./request-parameters.ts";
import { requestBound } from "./request-bound.ts";
import { anthropicResult } from "./result.ts";
import { streamMessages } from "./stream.ts";

/** What is taken of a model's context window when nobody says how large it is. */
const CONTEXT_WINDOW = 200_000;

/**
 * A client for Anthropic's Claude models, and for whatever else speaks the protocol of its messages.
 *
 * Thinking that the provider signed stays with the message it belongs to (`providerData`) and goes back unchanged. In a
 * stream it comes between `<think>` and `</think>`. Failures are `ModelClientError`s.
 */
export class AnthropicChatCompletionClient implements ChatCompletionClient {
  static readonly component: ComponentDefinition<AnthropicChatCompletionClient> = {
    provider: "autogen_ext.models.anthropic.AnthropicChatCompletionClient",
    componentType: "model",
    aliases: ["AnthropicChatCompletionClient"],
    label: "AnthropicChatCompletionClient",
    description: "A client for Anthropic's Claude models.",
    schema: ANTHROPIC_CONFIG_SCHEMA,
    secrets: ["api_key"],
    check: maskedHeaderIssues,
    toConfig: (client, { includeSecrets }) => anthropicConfig(client.#options, includeSecrets),
    fromConfig: (config) => new AnthropicChatCompletionClient(anthropicOptionsOf(config)),
  };

  /** Who answers, on the diagnostics channels. */
  readonly provider = "anthropic";
  readonly model: string;
  readonly modelInfo: ModelInfo;
  /** The parameters that every request is sent with, for records of calls. */
  readonly requestDefaults: JsonObject;
  readonly #options: AnthropicOptions;
  readonly #resolved: ResolvedModel;
  /** {@link requestDefaults} as the provider names them. */
  readonly #defaults: JsonObject;
  readonly #contextWindow: number;
  readonly #endpoint: MessagesEndpoint;
  readonly #pricing: ModelPricing;
  readonly #usage = new UsageCounter();
  /** The tools of the last call that had some; see `encodeRequest`. */
  #lastTools: readonly ToolSchema[] = [];

  constructor(given: AnthropicOptions) {
    checkOptions(given);
    const options = withBaseUrl(given);
    const { model, catalogue = standardCatalogue(), modelInfo, modelCapabilities } = options;
    this.#options = options;
    const resolved = resolveModel({ model, catalogue, client: "anthropic", modelInfo, modelCapabilities });
    this.model = model;
    this.modelInfo = resolved.info;
    this.#resolved = resolved;
    this.#contextWindow = resolved.contextWindow ?? CONTEXT_WINDOW;
    this.#defaults = defaultParameters(options);
    const { reasoningEffort } = options;
    this.requestDefaults =
      reasoningEffort === undefined ? this.#defaults : { ...this.#defaults, reasoning_effort: reasoningEffort };
    this.#endpoint = new MessagesEndpoint(options);
    this.#pricing = new ModelPricing({ model, catalogue, query: { provider: "anthropic" }, price: options.price });
  }

  create(messages: readonly LLMMessage[], options: CreateOptions = {}): Promise<CreateResult> {
    return performModelCall(this, messages, options, async (inside) => {
      const request = this.#prepare(messages, inside);
      const answer = await this.#endpoint.ask(request, inside);
      const result = this.#pricing.priced(anthropicResult(this.model, answer), answer.usage);
      logCall(this.#options.logger, { ...request.body, model: this.model }, result);
      return this.#counted(result);
    });
  }

  createStream(messages: readonly LLMMessage[], options: CreateOptions = {}): ModelStream {
    const { logger, reasoningInStream = true } = this.#options;
    return performModelStream(this, messages, options, (inside) =>
      streamMessages({
        endpoint: this.#endpoint,
        options: inside,
        reasoning: reasoningInStream,
        encode: () => this.#prepare(messages, inside),
        onStart: logger === undefined ? undefined : (request) => logStreamStart(logger, request.body),
        finish: (answer) => {
          const result = this.#pricing.priced(anthropicResult(this.model, answer), answer.usage);
          logStreamEnd(logger, result);
          return this.#counted(result);
        },
      }),
    );
  }

  /** Every call goes to the provider, so it is the same as {@link totalUsage}. */
  actualUsage(): RequestUsage {
    return this.#usage.total;
  }

  totalUsage(): RequestUsage {
    return this.#usage.total;
  }

  /** An estimate by AutoGen's rules. {@link countTokensAsync} asks the provider. */
  countTokens(messages: readonly LLMMessage[], options: Pick<CreateOptions, "tools"> = {}): number {
    return estimateRequest(messages, options);
  }

  /** The tokens of a request as the provider counts them; a request of its own, which costs nothing. */
  countTokensAsync(messages: readonly LLMMessage[], options: CreateOptions = {}): Promise<number> {
    return this.#endpoint.countTokens(() => this.#encode(messages, options), options);
  }

  remainingTokens(messages: readonly LLMMessage[], options: Pick<CreateOptions, "tools"> = {}): number {
    return this.#contextWindow - this.countTokens(messages, options);
  }

  cost(usage: RequestUsage): number | undefined {
    return this.#pricing.cost(usage);
  }

  /**
   * The most that a request can cost, in pico-dollars; `undefined` when the price is not known, or how often a tool that
   * the provider runs may be used (`max_uses`).
   */
  maxCost(messages: readonly LLMMessage[], options: CreateOptions = {}): number | undefined {
    const { body } = this.#encode(messages, options);
    const bound = requestBound(body, this.#contextWindow);
    if (bound === undefined) return undefined;
    const requests = 1 + (this.#options.maxContinuations ?? 0);
    return this.#pricing.maxCost({
      ...bound,
      inputTokens: bound.inputTokens * requests,
      outputTokens: bound.outputTokens * requests,
      webSearches: (bound.webSearches ?? 0) * requests,
    });
  }

  /** Closes the connections; calls in flight reject with `CancelledError`. */
  close(): Promise<void> {
    return this.#endpoint.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #encode(messages: readonly LLMMessage[], options: CreateOptions): MessagesRequest {
    if (messages.length === 0) throw new ValueError("There are no messages to send. Give at least one.");
    const { tools = [], toolChoice, jsonOutput = this.#wantsJson() } = options;
    const { reasoningEffort = this.#options.reasoningEffort } = options;
    const { abilities, traits } = this.#resolved;
    // No model behind this protocol takes recordings: the parts themselves are refused.
    const info = { ...abilities, audio: undefined };
    checkCapabilities(this.model, info, messages, { ...options, jsonOutput, reasoningEffort });
    const { body: extra, headers, timeoutMs } = callParameters(options.extraCreateArgs);
    const parameters = mergeParameters(this.#defaults, extra);
    const body = encodeRequest({
      model: this.model,
      parameters: withEffort(parameters, reasoningEffort, this.model, traits),
      messages,
      tools,
      toolChoice,
      jsonOutput,
      lastTools: this.#lastTools,
      strictTools: this.modelInfo.structuredOutput,
    });
    return { body, headers: withFilesBeta(body, headers, this.#options.defaultHeaders), timeoutMs };
  }

  /** Writes the request of a call that is about to be sent, and remembers its tools. */
  #prepare(messages: readonly LLMMessage[], options: CreateOptions): MessagesRequest {
    const request = this.#encode(messages, options);
    const { tools = [] } = options;
    if (tools.length > 0) this.#lastTools = tools.map(toolSchemaOf);
    return request;
  }

  #wantsJson(): true | undefined {
    return this.#options.responseFormat?.type === "json_object" ? true : undefined;
  }

  #counted(result: CreateResult): CreateResult {
    this.#usage.add(result.usage);
    return result;
  }
}

/** The parameters of a call go before those of its client; tools are added to one another; null takes one away. */
function mergeParameters(defaults: JsonObject, extra: JsonObject): JsonObject {
  const { tools } = defaults;
  const merged: JsonObject = { ...defaults, ...extra };
  const both = Array.isArray(tools) && Array.isArray(extra["tools"]) ? [...tools, ...extra["tools"]] : undefined;
  const all = both === undefined ? merged : { ...merged, tools: both };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== null));
}
