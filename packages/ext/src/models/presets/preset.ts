import type { ModelInfo } from "@tesserae/core";

/** A provider of models, as `model("provider/name")` and the clients know it. Plain data. */
export interface ModelPreset {
  /** The word before the slash. */
  readonly id: string;
  /** Other words for it. */
  readonly aliases?: readonly string[];
  /** The name for people. */
  readonly label: string;
  /** Which client speaks with it. */
  readonly protocol: "openai-chat" | "anthropic";
  readonly baseUrl: string;
  /** The environment variables that may hold the key, in order. Empty: it takes no key. */
  readonly keyVariables: readonly string[];
  /** True when it also answers without a key: servers on one's own machine. */
  readonly keyOptional?: boolean;
  /** An environment variable that may hold another base URL, as the vendor's own library reads it. */
  readonly baseUrlVariable?: string;
  /** An environment variable that may hold host and port of a server on one's own machine. */
  readonly hostVariable?: string;
  /** The provider's name in the table of prices; absent: nobody sells it. */
  readonly priceProvider?: string;
  /** Names that are this provider's alone, so that they need no provider in front. */
  readonly ownNames?: RegExp;
  /** Whether it takes `stream_options`, by which the usage of a stream is asked for. */
  readonly streamUsage: boolean;
  /** False where user messages may have no `name`. */
  readonly userNames?: false;
  /** Wants the reasoning of a turn with tool calls back as `reasoning_content`. */
  readonly returnsReasoning?: boolean;
  /** What a model of it can do when neither the caller nor the catalogue knows it; used by `model()` alone. */
  readonly assumedInfo?: ModelInfo;
}
