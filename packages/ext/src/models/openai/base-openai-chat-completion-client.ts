import {
  type ChatCompletionClient,
  type CreateOptions,
  type CreateResult,
  type JsonObject,
  type LLMMessage,
  type ModelInfo,
  type ModelStream,
  performModelCall,
  performModelStream,
  type RequestUsage,
} from "@tesserae/core";
import type { AssembledResponse } from "@tesserae/wire/response";
import { DEFAULT_CONTEXT_WINDOW, type PriceQuery } from "@tesserae/wire/catalogue";
import { malformedError } from "@tesserae/wire/errors";
import { createOpenAIChatAssembler, decodeOpenAIChat } from "@tesserae/wire/openai-chat";
import { ModelClientError } from "../model-client-error.ts";
import { ModelEndpoint } from "../shared/model-endpoint.ts";
import { ModelPricing } from "../shared/model-pricing.ts";
import { modelStream } from "../shared/model-stream.ts";
import { UsageCounter } from "../shared/request-usage.ts";
import type { ResolvedModel } from "../shared/resolve-model.ts";
import { secondsToMilliseconds } from "../shared/seconds.ts";
import { warnOnce } from "../shared/warn.ts";
import { countTokens, textCounter } from "./count-tokens.ts";
import type { CountText } from "./count-tool-tokens.ts";
import { decodeAnswer, type DecodeRules } from "./decode.ts";
import { logCall, logStreamEnd, logStreamStart } from "../shared/log-events.ts";
import type { BaseOpenAIOptions, OpenAIStreamOptions } from "./options.ts";
import {
  type EncodedRequest,
  encodeRequest,
  messageRules,
  type RequestBody,
  type RequestRules,
} from "./request-body.ts";
import { requestBound } from "./request-bound.ts";
import { resolveSettings } from "./settings.ts";

/** Where a client sends its requests, and as whom. */
export interface OpenAIService {
  /** Who answers, as records name it: `openai`, `azure`, `groq`. */
  readonly provider: string;
  /** The name for people. */
  readonly label: string;
  /** The whole address. */
  readonly url: string;
  /** The variable that the key was looked for in. */
  readonly keyVariable: string | undefined;
  /** The headers of a request, key included. Throws when there is no key. */
  readonly headers: () => Readonly<Record<string, string>> | Promise<Readonly<Record<string, string>>>;
  readonly streamUsage: boolean;
  readonly returnsReasoning: boolean;
  readonly price: PriceQuery;
}

/** What the clients for OpenAI (and everything that speaks its protocol) and for Azure share. */
export abstract class BaseOpenAIChatCompletionClient implements ChatCompletionClient {
  readonly model: string;
  readonly modelInfo: ModelInfo;
  /** Who answers, for records and prices. */
  readonly provider: string;
  /** The parameters of every call, by the API's names. */
  readonly requestDefaults: JsonObject;
  readonly #options: BaseOpenAIOptions;
  readonly #service: OpenAIService;
  readonly #endpoint: ModelEndpoint;
  readonly #resolved: ResolvedModel;
  readonly #rules: RequestRules;
  readonly #pricing: ModelPricing;
  readonly #usage = new UsageCounter();
  readonly #count: CountText;

  protected constructor(options: BaseOpenAIOptions, service: OpenAIService) {
    const settings = resolveSettings(options, service);
    this.model = options.model;
    this.modelInfo = settings.resolved.info;
    this.provider = service.provider;
    this.requestDefaults = settings.rules.defaults;
    this.#options = options;
    this.#service = service;
    this.#endpoint = new ModelEndpoint(settings.endpoint);
    this.#resolved = settings.resolved;
    this.#rules = settings.rules;
    this.#pricing = new ModelPricing(settings.pricing);
    this.#count = textCounter(options.model, options.tokenizer);
  }

  /** @deprecated Use `modelInfo`. */
  get capabilities(): ModelInfo {
    warnOnce("TESSERAE_DEPRECATED_OPTION", "The member capabilities of a model client is deprecated: use modelInfo.");
    return this.modelInfo;
  }

  /** True after {@link close}. */
  get closed(): boolean {
    return this.#endpoint.closed;
  }

  /**
   * Asks the model.
   *
   * @throws ValueError for what the model cannot do and for arguments that contradict; ModelClientError when the
   * provider refuses or fails, after all retries; CancelledError on abort.
   */
  create(messages: readonly LLMMessage[], options: CreateOptions = {}): Promise<CreateResult> {
    return performModelCall(this, messages, options, (inside) => this.#create(messages, inside));
  }

  /** Like {@link create}, with the text as it comes. Nothing is asked for before the first `next()`. */
  createStream(messages: readonly LLMMessage[], options: OpenAIStreamOptions = {}): ModelStream {
    if ((options.maxConsecutiveEmptyChunkTolerance ?? 0) !== 0) {
      const text =
        "maxConsecutiveEmptyChunkTolerance is deprecated and has no effect: empty chunks are always passed over.";
      warnOnce("TESSERAE_DEPRECATED_OPTION", text);
    }
    const { includeUsage } = options;
    return performModelStream(this, messages, options, (inside) => this.#stream(messages, inside, includeUsage));
  }

  /** The tokens of all calls: nothing is answered from a cache here. */
  actualUsage(): RequestUsage {
    return this.#usage.total;
  }

  totalUsage(): RequestUsage {
    return this.#usage.total;
  }

  /** The tokens of a request: exact with the option `tokenizer`, else an estimate. */
  countTokens(messages: readonly LLMMessage[], options: Pick<CreateOptions, "tools"> = {}): number {
    return countTokens(messages, options, messageRules(this.#rules), this.#count);
  }

  remainingTokens(messages: readonly LLMMessage[], options: Pick<CreateOptions, "tools"> = {}): number {
    const { contextWindow } = this.#resolved;
    if (contextWindow === undefined) {
      const text = `Nobody says how many tokens ${this.model} takes: ${DEFAULT_CONTEXT_WINDOW} is assumed. Set contextWindow in modelInfo.`;
      warnOnce("TESSERAE_CONTEXT_WINDOW_UNKNOWN", text);
    }
    return (contextWindow ?? DEFAULT_CONTEXT_WINDOW) - this.countTokens(messages, options);
  }

  /** The price of a usage in pico-dollars; `undefined` when the price is not known. */
  cost(usage: RequestUsage): number | undefined {
    return this.#pricing.cost(usage);
  }

  /** The most that a request can cost in pico-dollars; `undefined` when the price, the longest answer, or what the server's own tools take, is not known. */
  maxCost(messages: readonly LLMMessage[], options: CreateOptions = {}): number | undefined {
    const { body } = encodeRequest(this.#rules, messages, options, { stream: false });
    const bound = requestBound(body, this.#resolved);
    if (bound === undefined) return undefined;
    if ((bound.webSearches ?? 0) > 0 && !this.#pricing.pricesSearches(body.model)) return undefined;
    return this.#pricing.maxCost(bound, body.model);
  }

  /** Closes the connections; calls in flight are aborted and later ones refused. May be called twice. */
  close(): Promise<void> {
    return this.#endpoint.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #create(messages: readonly LLMMessage[], options: CreateOptions): Promise<CreateResult> {
    const request = encodeRequest(this.#rules, messages, options, { stream: false });
    const text = await this.#post(request, options, (response) => response.text());
    const result = this.#decode(decodeOpenAIChat(this.#parse(text)), request.body, false);
    logCall(this.#options.logger, request.body, result);
    this.#usage.add(result.usage);
    return result;
  }

  #stream(messages: readonly LLMMessage[], options: CreateOptions, includeUsage: boolean | undefined): ModelStream {
    const { logger } = this.#options;
    let body: RequestBody = { model: this.model };
    return modelStream({
      signal: options.signal,
      reasoning: this.#options.reasoningInStream !== false,
      assembler: createOpenAIChatAssembler(),
      open: async () => {
        const request = encodeRequest(this.#rules, messages, options, { stream: true, includeUsage });
        body = request.body;
        return this.#post(request, options, (response) => response);
      },
      ...(logger === undefined ? {} : { onStart: () => logStreamStart(logger, body) }),
      finish: (response) => {
        const result = this.#decode(response, body, true);
        logStreamEnd(logger, result);
        this.#usage.add(result.usage);
        return result;
      },
      errorOf: (thrown) => this.#endpoint.errorOf(thrown),
    });
  }

  async #post<T>(
    { body, timeout }: EncodedRequest,
    options: CreateOptions,
    read: Parameters<typeof ModelEndpoint.prototype.post<T>>[2],
  ): Promise<T> {
    const made = this.#service.headers();
    const headers = made instanceof Promise ? await made : made;
    const { idempotencyKey } = options;
    const request = {
      url: this.#service.url,
      headers: idempotencyKey === undefined ? headers : { ...headers, "x-tesserae-effect": idempotencyKey },
      body: JSON.stringify(body),
      timeoutMs: secondsToMilliseconds("extraCreateArgs.timeout", timeout),
    };
    return this.#endpoint.post(request, options, read);
  }

  #parse(text: string): unknown {
    try {
      return JSON.parse(text);
    } catch (cause) {
      const error = malformedError(`it is no JSON but ${JSON.stringify(text.slice(0, 80))}`);
      throw new ModelClientError(error, { ...this.#endpoint.context, cause });
    }
  }

  #decode(response: AssembledResponse, body: RequestBody, streamed: boolean): CreateResult {
    const rules = this.#decodeRules(body);
    const result = decodeAnswer(response, rules, streamed);
    const { usage } = response;
    if (usage === null || body["web_search_options"] === undefined || usage.webSearchRequests > 0) {
      return this.#pricing.priced(result, usage, rules.resolvedName);
    }
    // The models of this parameter search once a call, which their usage does not tell; see OpenAI's page of prices.
    const priced = this.#pricing.priced(result, { ...usage, webSearchRequests: 1 }, rules.resolvedName);
    return this.#pricing.pricesSearches(rules.resolvedName) ? priced : { ...priced, cost: null };
  }

  #decodeRules(body: RequestBody): DecodeRules {
    const { provider, returnsReasoning } = this.#service;
    const { model } = body;
    return {
      context: this.#endpoint.context,
      provider,
      returnsReasoning,
      model,
      resolvedName: model === this.model ? this.#resolved.resolvedName : model,
      thinkTags: this.modelInfo.family === "r1",
    };
  }
}
