import type { ChatCompletionClient, Logger } from "@tesserae/core";
import type { ProviderErrorKind } from "@tesserae/wire/errors";

/** What of a failed call makes the next client be asked: an HTTP status, a class of them, or a kind of error. */
export type FallbackCondition = number | "4xx" | "5xx" | Exclude<ProviderErrorKind, "aborted">;

/** A client that failed, and the one that is asked in its place. */
export interface ModelSwitch {
  /** The model of the client that failed. */
  readonly from: string;
  /** The model of the client that is asked now. */
  readonly to: string;
  /** The message of the error. */
  readonly reason: string;
  readonly error: unknown;
}

/** What makes a `FallbackChatCompletionClient`. */
export interface FallbackOptions {
  /** In the order in which they are asked; names such as `"openai/gpt-5-mini"` too. */
  readonly clients: readonly (ChatCompletionClient | string)[];
  /**
   * For which failures the next one is asked. Default: no connection or a broken one, no answer in time, 408, 429 and
   * every 5xx. An abort never is one.
   */
  readonly on?: readonly FallbackCondition[] | undefined;
  /**
   * For so many seconds a client that failed is asked after the others; for longer when its provider asks for that.
   * Default 30; 0: always in order.
   */
  readonly cooldownSeconds?: number | undefined;
  /** How often a client is asked before the next one is; its own retries are inside of each time. Default 1. */
  readonly attemptsPerClient?: number | undefined;
  /** Called for each switch. Not part of the component's config. */
  readonly onSwitch?: ((change: ModelSwitch) => void) | undefined;
  /** Gets a warning for each switch. Not part of the component's config. */
  readonly logger?: Logger | undefined;
}
