import {
  performModelCall,
  performModelStream,
  raceSignal,
  type ChatCompletionClient,
  type CreateOptions,
  type CreateResult,
  type JsonObject,
  type LLMMessage,
  type ModelInfo,
  type ModelStream,
  type RequestUsage,
} from "@tesserae/core";
import { cutStreamError, malformedError } from "@tesserae/wire/errors";
import { ModelClientError } from "../model-client-error.ts";
import { logCall, logStreamEnd, logStreamStart } from "../shared/log-events.ts";
import { standardCatalogue } from "../shared/catalogue.ts";
import { checkCapabilities } from "../shared/check-capabilities.ts";
import { toCreateResult } from "../shared/create-result.ts";
import { ModelPricing } from "../shared/model-pricing.ts";
import { UsageCounter } from "../shared/request-usage.ts";
import { retryAndReport } from "../shared/retry-and-report.ts";
import { warnOnce } from "../shared/warn.ts";
import { Answer } from "./answer.ts";
import { boundPrompt, countPrompt } from "./count-tokens.ts";
import { encodeCall, type CallDefaults } from "./encode-call.ts";
import { errorOfModel, errorOfPart } from "./errors.ts";
import { checkLanguageModel, type LanguageModel, type LanguageModelCall } from "./language-model.ts";
import { settingsToJson, type AISDKOptions } from "./options.ts";
import { streamAnswer } from "./stream.ts";
import { toolNamer } from "./tool-names.ts";

/** What is known of a model of which nobody says anything. */
const NOTHING_PROMISED: ModelInfo = {
  vision: false,
  functionCalling: false,
  jsonOutput: false,
  structuredOutput: false,
  family: "unknown",
};
const DEFAULT_WINDOW = 128_000;

/** Makes a client of any language model of the Vercel AI SDK (the specifications v2, v3 and v4 of `@ai-sdk/provider`). */
export class AISDKChatCompletionAdapter implements ChatCompletionClient {
  /** Who answers, on the diagnostics channels: `openai` of `openai.chat`. */
  readonly provider: string;
  readonly model: string;
  readonly modelInfo: ModelInfo;
  /** The settings of every call, for records of calls. */
  readonly requestDefaults: JsonObject;
  readonly #options: AISDKOptions;
  readonly #languageModel: LanguageModel;
  readonly #defaults: CallDefaults;
  readonly #pricing: ModelPricing;
  readonly #contextWindow: number | undefined;
  readonly #maxOutputTokens: number | undefined;
  readonly #usage = new UsageCounter();

  constructor(options: AISDKOptions) {
    const { model, modelInfo = NOTHING_PROMISED, settings = {}, providerOptions, price } = options;
    checkLanguageModel(model);
    const catalogue = options.catalogue ?? standardCatalogue();
    this.#options = options;
    this.#languageModel = model;
    this.model = model.modelId;
    this.provider = model.provider.split(".", 1)[0] ?? model.provider;
    this.modelInfo = modelInfo;
    this.requestDefaults = {
      ...settingsToJson(settings),
      ...(providerOptions === undefined ? {} : { providerOptions }),
    };
    this.#defaults = { model, modelInfo, settings: this.requestDefaults };
    this.#pricing = new ModelPricing({ model: model.modelId, catalogue, query: { provider: this.provider }, price });
    const known = catalogue.lookup(model.modelId);
    this.#contextWindow = modelInfo.contextWindow ?? known?.contextWindow;
    this.#maxOutputTokens = known?.maxOutputTokens;
  }

  create(messages: readonly LLMMessage[], options: CreateOptions = {}): Promise<CreateResult> {
    return performModelCall(this, messages, options, async (inside) => {
      const call = this.#encode(messages, inside);
      const given = await this.#try(inside, () => this.#languageModel.doGenerate(call));
      const result = this.#result(Answer.ofResult(given), inside);
      logCall(this.#options.logger, this.#logged(call), result);
      return result;
    });
  }

  createStream(messages: readonly LLMMessage[], options: CreateOptions = {}): ModelStream {
    return performModelStream(this, messages, options, (inside) => this.#stream(messages, inside));
  }

  /** Every call goes to the model, so it is the same as {@link totalUsage}. */
  actualUsage(): RequestUsage {
    return this.#usage.total;
  }

  totalUsage(): RequestUsage {
    return this.#usage.total;
  }

  /** An estimate, the same for all models. */
  countTokens(messages: readonly LLMMessage[], options: Pick<CreateOptions, "tools"> = {}): number {
    return countPrompt(messages, options);
  }

  remainingTokens(messages: readonly LLMMessage[], options: Pick<CreateOptions, "tools"> = {}): number {
    return this.#window() - this.countTokens(messages, options);
  }

  cost(usage: RequestUsage): number | undefined {
    return this.#pricing.cost(usage);
  }

  maxCost(messages: readonly LLMMessage[], options: CreateOptions = {}): number | undefined {
    const limit = options.extraCreateArgs?.["maxOutputTokens"] ?? this.requestDefaults["maxOutputTokens"];
    return this.#pricing.maxCost({
      inputTokens: boundPrompt(messages, options, () => this.#window()),
      outputTokens: typeof limit === "number" ? limit : (this.#maxOutputTokens ?? this.#window()),
    });
  }

  /** Does nothing: the model's connections are the platform's. */
  close(): Promise<void> {
    return Promise.resolve();
  }

  #stream(messages: readonly LLMMessage[], options: CreateOptions): ModelStream {
    const { signal } = options;
    const { logger, reasoningInStream = true } = this.#options;
    let call: LanguageModelCall = { prompt: [] };
    return streamAnswer({
      signal,
      reasoning: reasoningInStream,
      open: () => {
        call = this.#encode(messages, options);
        return this.#try(options, () => this.#languageModel.doStream(call));
      },
      onStart: () => logStreamStart(logger, this.#logged(call)),
      finish: (answer) => {
        const result = this.#result(answer, options);
        logStreamEnd(logger, result);
        return result;
      },
      errorOf: (thrown) => errorOfModel(thrown, this.provider, signal),
      errorOfPart: (error) => errorOfPart(error, this.provider, signal),
    });
  }

  #logged({ prompt }: LanguageModelCall): JsonObject & { readonly model: string } {
    // A prompt is made of JSON alone.
    return { model: this.model, messages: prompt as readonly JsonObject[] };
  }

  #encode(messages: readonly LLMMessage[], options: CreateOptions): LanguageModelCall {
    if (this.#options.modelInfo !== undefined) checkCapabilities(this.model, this.modelInfo, messages, options);
    return encodeCall(this.#defaults, messages, options);
  }

  /** Asks the model, again where it says that this may help. An abort is heard by us, whether or not the model obeys it. */
  #try(options: CreateOptions, ask: () => PromiseLike<unknown>): Promise<unknown> {
    const { signal } = options;
    const attempt = async (): Promise<unknown> => {
      try {
        return await raceSignal(Promise.resolve(ask()), signal);
      } catch (error) {
        throw errorOfModel(error, this.provider, signal);
      }
    };
    return retryAndReport(this.#options.retry ?? {}, options, attempt);
  }

  #result(answer: Answer, { tools = [], context }: CreateOptions): CreateResult {
    if (!answer.complete) {
      const error = answer.streamed ? cutStreamError() : malformedError("it has no content");
      throw new ModelClientError(error, { provider: this.provider });
    }
    const createId = (): string => `call_${context?.id() ?? crypto.randomUUID()}`;
    const { response, providerData } = answer.finish(this.#languageModel.provider, toolNamer(tools), createId);
    const thinkTags = this.modelInfo.family === "r1";
    const decoded = toCreateResult(response, { model: this.model, thinkTags, providerData });
    const result = this.#pricing.priced(decoded, response.usage);
    this.#usage.add(result.usage);
    return result;
  }

  #window(): number {
    if (this.#contextWindow !== undefined) return this.#contextWindow;
    warnOnce(
      "TESSERAE_CONTEXT_WINDOW_UNKNOWN",
      `Nobody says how many tokens "${this.model}" takes: ${DEFAULT_WINDOW} is assumed. Set modelInfo.contextWindow.`,
    );
    return DEFAULT_WINDOW;
  }
}
