import type { CreateOptions, CreateResult, LLMMessage, ModelInfo } from "@tesserae/core";

/** What makes a `ReplayChatCompletionClient`. */
export interface ReplayOptions {
  /** What the model answers, in order: text, or whole results. */
  readonly chatCompletions: readonly (string | CreateResult)[];
  /** Default: no capability, family `unknown`. */
  readonly modelInfo?: ModelInfo | undefined;
  /** The name of the model. Default `replay`. Not part of the component's config, as AutoGen's has no such key. */
  readonly model?: string | undefined;
}

/** A call that got an answer, for tests to look at. */
export interface ReplayCall extends Pick<
  CreateOptions,
  "tools" | "toolChoice" | "jsonOutput" | "reasoningEffort" | "extraCreateArgs" | "signal"
> {
  /** The messages as they were then. */
  readonly messages: readonly LLMMessage[];
  /** Whether it was `createStream`. */
  readonly streamed: boolean;
}
