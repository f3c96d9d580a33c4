import {
  performModelCall,
  performModelStream,
  type ChatCompletionClient,
  type CreateOptions,
  type CreateResult,
  type JsonObject,
  type LLMMessage,
  type ModelInfo,
  type ModelStream,
  type RequestUsage,
} from "@tesserae/core";
import { DEFAULT_CONTEXT_WINDOW, type ModelCatalogue, type ModelPrice } from "@tesserae/wire/catalogue";
import { malformedError } from "@tesserae/wire/errors";
import { createOpenAIResponsesAssembler, decodeOpenAIResponses } from "@tesserae/wire/openai-responses";
import type { AssembledResponse } from "@tesserae/wire/response";
import { ModelClientError } from "../../../models/model-client-error.ts";
import { requestBound } from "../../../models/openai/request-bound.ts";
import { estimateTokens } from "../../../models/shared/estimate-tokens.ts";
import { ModelPricing } from "../../../models/shared/model-pricing.ts";
import { modelStream } from "../../../models/shared/model-stream.ts";
import { UsageCounter } from "../../../models/shared/request-usage.ts";
import { joinUrl } from "../../../models/shared/secret-url.ts";
import type { HttpResponse } from "../../../transport/types.ts";
import type { OpenAIConnection } from "../connection/openai-client.ts";
import { readAnswer } from "./read-answer.ts";
import { fixedParameters, withoutSecrets, type RequestSettings } from "./request-settings.ts";
import { boundedBody, encodeResponsesRequest } from "./responses-request.ts";

/** What a {@link ResponsesClient} is made of. */
export interface ResponsesClientOptions {
  readonly settings: RequestSettings;
  readonly connection: OpenAIConnection;
  readonly catalogue: ModelCatalogue;
  readonly price?: ModelPrice | undefined;
}

/**
 * OpenAI's Responses API as a model. What the provider keeps of a conversation is not sent again: where an earlier answer
 * has an id, only what came after it goes out. A provider that has forgotten the answer is told all.
 */
export class ResponsesClient implements ChatCompletionClient {
  readonly model: string;
  readonly modelInfo: ModelInfo;
  readonly provider: string;
  readonly requestDefaults: JsonObject;
  readonly #settings: RequestSettings;
  readonly #connection: OpenAIConnection;
  readonly #pricing: ModelPricing;
  readonly #usage = new UsageCounter();

  constructor({ settings, connection, catalogue, price }: ResponsesClientOptions) {
    const { model, resolved, builtInTools } = settings;
    this.model = model;
    this.modelInfo = { ...resolved.info, multipleSystemMessages: true };
    this.provider = connection.service.provider;
    this.requestDefaults = {
      ...fixedParameters(settings),
      ...(builtInTools.length === 0 ? {} : { tools: builtInTools.map(withoutSecrets) }),
    };
    this.#settings = settings;
    this.#connection = connection;
    this.#pricing = new ModelPricing({
      model: resolved.resolvedName,
      catalogue,
      query: connection.service.price,
      price,
    });
  }

  create(messages: readonly LLMMessage[], options: CreateOptions = {}): Promise<CreateResult> {
    return performModelCall(this, messages, options, (inside) => this.#create(messages, inside));
  }

  createStream(messages: readonly LLMMessage[], options: CreateOptions = {}): ModelStream {
    return performModelStream(this, messages, options, (inside) => this.#stream(messages, inside));
  }

  actualUsage(): RequestUsage {
    return this.#usage.total;
  }

  totalUsage(): RequestUsage {
    return this.#usage.total;
  }

  /** An estimate: the provider counts what it keeps of the conversation, too. */
  countTokens(messages: readonly LLMMessage[], options: Pick<CreateOptions, "tools"> = {}): number {
    return estimateTokens(JSON.stringify(boundedBody(this.#settings, messages, options)));
  }

  remainingTokens(messages: readonly LLMMessage[], options: Pick<CreateOptions, "tools"> = {}): number {
    const window = this.#settings.resolved.contextWindow ?? DEFAULT_CONTEXT_WINDOW;
    return window - this.countTokens(messages, options);
  }

  cost(usage: RequestUsage): number | undefined {
    return this.#pricing.cost(usage);
  }

  maxCost(messages: readonly LLMMessage[], options: CreateOptions = {}): number | undefined {
    const bound = requestBound(boundedBody(this.#settings, messages, options), this.#settings.resolved);
    return bound === undefined ? undefined : this.#pricing.maxCost(bound);
  }

  close(): Promise<void> {
    return this.#connection.endpoint.close();
  }

  async #create(messages: readonly LLMMessage[], options: CreateOptions): Promise<CreateResult> {
    const text = await this.#send(messages, options, false, (response) => response.text());
    return this.#result(decodeOpenAIResponses(this.#parse(text)), false);
  }

  #stream(messages: readonly LLMMessage[], options: CreateOptions): ModelStream {
    return modelStream({
      signal: options.signal,
      // What is shown is the answer.
      reasoning: false,
      assembler: createOpenAIResponsesAssembler(),
      open: () => this.#send(messages, options, true, (response) => response),
      finish: (response) => this.#result(response, true),
      errorOf: (thrown) => this.#connection.endpoint.errorOf(thrown),
    });
  }

  #result(response: AssembledResponse, streamed: boolean): CreateResult {
    const { store } = this.#settings;
    const result = readAnswer(response, {
      context: this.#connection.endpoint.context,
      model: this.model,
      store,
      streamed,
    });
    this.#usage.add(result.usage);
    return this.#pricing.priced(result, response.usage);
  }

  async #send<T>(
    messages: readonly LLMMessage[],
    options: CreateOptions,
    stream: boolean,
    read: (response: HttpResponse) => T | Promise<T>,
  ): Promise<T> {
    const asked = { stream, chained: this.#settings.store };
    const body = encodeResponsesRequest(this.#settings, messages, options, asked);
    try {
      return await this.#post(body, options, read);
    } catch (error) {
      if (!(error instanceof ModelClientError) || error.providerCode !== "previous_response_not_found") throw error;
      const whole = encodeResponsesRequest(this.#settings, messages, options, { ...asked, chained: false });
      return this.#post(whole, options, read);
    }
  }

  async #post<T>(
    body: JsonObject,
    options: CreateOptions,
    read: (response: HttpResponse) => T | Promise<T>,
  ): Promise<T> {
    const { service, endpoint } = this.#connection;
    const headers = await service.headers();
    const { idempotencyKey } = options;
    const request = {
      url: joinUrl(service.url, "/responses"),
      headers: idempotencyKey === undefined ? headers : { ...headers, "x-tesserae-effect": idempotencyKey },
      body: JSON.stringify(body),
    };
    return endpoint.post(request, options, read);
  }

  #parse(text: string): unknown {
    try {
      return JSON.parse(text);
    } catch (cause) {
      const error = malformedError(`it is no JSON but ${JSON.stringify(text.slice(0, 80))}`);
      throw new ModelClientError(error, { ...this.#connection.endpoint.context, cause });
    }
  }
}
