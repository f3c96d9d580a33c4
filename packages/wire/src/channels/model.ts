import type { Json } from "../json.ts";
import type { ProviderError } from "../errors/provider-error.ts";
import type { AssembledToolCall } from "../response/assembled-response.ts";
import type { FinishReason } from "../response/finish-reason.ts";
import type { Usage } from "../usage/usage.ts";
import type { ChannelOutcome, ChannelPlace, EffectSource } from "./payload.ts";

/** `tesserae:model`: one logical call of a model, its attempts included. */
export interface ModelPayload extends ChannelPlace, ChannelOutcome {
  /** The address of the effect, `null` when the call is none (a client called without a run). */
  readonly address: string | null;
  /** What the call is for: `reply`, `reflect`, `select`, `ledger`, or the user's own word. */
  readonly purpose: string;
  /** Who answers: `openai`, `anthropic`, `google`, `ollama`, or the user's own word. */
  readonly provider: string;
  /** The model that is asked for. */
  readonly model: string;
  readonly streamed: boolean;
  readonly source: EffectSource;
  readonly request: ModelCallRequest;
  readonly response?: ModelCallResponse;
  /** What the call used; absent when nobody knows. */
  readonly usage?: Usage;
  /** The cost in pico-dollars; `null` when the model has no known price. */
  readonly cost?: number | null;
  /** From the start to the first piece of a streamed answer, in milliseconds. */
  readonly firstDeltaMs?: number;
  /** The HTTP requests made; present when there were several, or one failed. */
  readonly attempts?: readonly ModelAttempt[];
  /** True when a cache of ours gave the answer. */
  readonly cached?: boolean;
}

/** What a model is asked. */
export interface ModelCallRequest {
  readonly messages: readonly Json[];
  readonly tools: readonly Json[];
  readonly toolChoice?: Json;
  /** The schema of the answer, or `true` for any JSON. */
  readonly jsonOutput?: Json;
  /** Sampling and other parameters; never keys or headers. */
  readonly parameters: { readonly [name: string]: Json };
}

/** What a model answered. */
export interface ModelCallResponse {
  readonly model: string;
  readonly text: string;
  readonly thinking: string;
  readonly toolCalls: readonly AssembledToolCall[];
  readonly finishReason: FinishReason;
  readonly rawFinishReason: string | null;
  /** The provider's id of the answer or the request. */
  readonly responseId?: string;
  readonly requestId?: string;
}

/** One HTTP request for a model call. */
export interface ModelAttempt {
  /** From 1. */
  readonly attempt: number;
  readonly startedAt: number;
  readonly durationMs: number;
  readonly status?: number;
  readonly error?: ProviderError;
  /** How long was waited before the next one, in milliseconds. */
  readonly waitedMs?: number;
}
