import type { Json, Logger, ModelInfo } from "@tesserae/core";
import type { ModelCatalogue, ModelPrice } from "@tesserae/wire/catalogue";
import type { RetryPolicy } from "../../transport/retry.ts";
import type { LanguageModel, ProviderOptions } from "./language-model.ts";

/** The settings of a call, as the AI SDK names them. */
export interface CallSettings {
  readonly maxOutputTokens?: number | undefined;
  readonly temperature?: number | undefined;
  readonly topP?: number | undefined;
  readonly topK?: number | undefined;
  readonly presencePenalty?: number | undefined;
  readonly frequencyPenalty?: number | undefined;
  readonly stopSequences?: readonly string[] | undefined;
  readonly seed?: number | undefined;
  /** `none`, `low`, … For models of the specification v4. */
  readonly reasoning?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** What makes an `AISDKChatCompletionAdapter`. */
export interface AISDKOptions {
  /** A language model of the AI SDK, such as `openai("gpt-5")`. */
  readonly model: LanguageModel;
  /**
   * What the model can do. A call that asks for more is refused. Default: nothing is promised (all false, family
   * `unknown`), and nothing is refused: the model itself must say what it cannot do.
   */
  readonly modelInfo?: ModelInfo | undefined;
  readonly providerOptions?: ProviderOptions | undefined;
  /** Settings of every call; those of a call's `extraCreateArgs` go before them. */
  readonly settings?: CallSettings | undefined;
  /** Whether a stream shows the model's reasoning, between `<think>` and `</think>`. Default true. */
  readonly reasoningInStream?: boolean | undefined;
  /** Gets the events `LLMCall`, `LLMStreamStart` and `LLMStreamEnd`. */
  readonly logger?: Logger | undefined;
  /** How often a call is tried again before its first piece came. The AI SDK's models do not try again themselves. */
  readonly retry?: RetryPolicy | undefined;
  /** What the model costs, in place of the catalogue's price. */
  readonly price?: ModelPrice | undefined;
  /** Models and prices. Default: the tables of this package. */
  readonly catalogue?: ModelCatalogue | undefined;
}

/** The settings, and whatever else `extraCreateArgs` may hold. */
export const SETTINGS: readonly (keyof CallSettings)[] = [
  "maxOutputTokens",
  "temperature",
  "topP",
  "topK",
  "presencePenalty",
  "frequencyPenalty",
  "stopSequences",
  "seed",
  "reasoning",
  "headers",
];

/** The settings as JSON, without those that are not set. */
export function settingsToJson(settings: CallSettings): Record<string, Json> {
  const found: Record<string, Json> = {};
  for (const name of SETTINGS) {
    const value = settings[name];
    if (value !== undefined) found[name] = value;
  }
  return found;
}
