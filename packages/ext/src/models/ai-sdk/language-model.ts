import { isObject, ValueError, type Json } from "@tesserae/core";

/** Provider options by the provider's name, such as `{ openai: { reasoningEffort: "low" } }`. */
export type ProviderOptions = Readonly<Record<string, { readonly [name: string]: Json }>>;

/** What a model of the AI SDK is asked, as far as this adapter writes it. The wide types fit all three specifications. */
export interface LanguageModelCall {
  readonly prompt: unknown[];
  readonly abortSignal?: AbortSignal;
}

/**
 * A language model of the Vercel AI SDK: what `@ai-sdk/provider` calls `LanguageModelV2`, `V3` or `V4`. Any of their
 * objects fits; what it answers is looked at before it is believed.
 */
export interface LanguageModel {
  readonly specificationVersion: "v2" | "v3" | "v4";
  /** Such as `openai.chat`. */
  readonly provider: string;
  readonly modelId: string;
  doGenerate(call: LanguageModelCall): PromiseLike<unknown>;
  doStream(call: LanguageModelCall): PromiseLike<unknown>;
}

/** The versions of the specification that are understood. */
const VERSIONS: readonly unknown[] = ["v2", "v3", "v4"];

/** @throws ValueError unless the value is a model of a version that is understood. */
export function checkLanguageModel(model: unknown): asserts model is LanguageModel {
  const isModel =
    isObject(model) && typeof model["doGenerate"] === "function" && typeof model["doStream"] === "function";
  if (!isModel || typeof model["modelId"] !== "string" || typeof model["provider"] !== "string") {
    throw new ValueError(
      'AISDKChatCompletionAdapter needs a language model of the AI SDK, such as openai("gpt-5"); a name alone is none.',
    );
  }
  if (!VERSIONS.includes(model["specificationVersion"])) {
    throw new ValueError(
      `The model "${model["modelId"]}" follows the specification ${JSON.stringify(model["specificationVersion"])}; ` +
        "understood are v2, v3 and v4. Update its package, or this one.",
    );
  }
}
