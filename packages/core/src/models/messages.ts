import { checkGiven } from "../errors/check-given.ts";
import { isObject, type Json } from "../json.ts";
import type { CacheTtl, ContentPart } from "./file-part.ts";

/** A call of a tool, as a model asked for it. */
export interface FunctionCall {
  /** The provider's id of the call; may repeat and may be empty. */
  readonly id: string;
  /** The arguments as JSON text, exactly as the model wrote them. */
  readonly arguments: string;
  readonly name: string;
}

/** What one tool call gave. */
export interface FunctionExecutionResult {
  readonly content: string;
  readonly name: string;
  readonly callId: string;
  readonly isError?: boolean | undefined;
}

/** What every message may say. */
export interface CacheMark {
  /**
   * Asks the provider to keep all up to the end of this message in its cache, where it has marks for that; a provider
   * that caches by itself, or not at all, ignores it. Anthropic takes four marks a request.
   */
  readonly cache?: CacheTtl | undefined;
}

/** Instructions for the model, from the developer. */
export interface SystemMessage extends CacheMark {
  readonly type: "SystemMessage";
  readonly content: string;
}

/** What a user or another agent said to the model. */
export interface UserMessage extends CacheMark {
  readonly type: "UserMessage";
  readonly content: string | readonly ContentPart[];
  readonly source: string;
}

/** What the model answered: text, or the calls it wants. */
export interface AssistantMessage extends CacheMark {
  readonly type: "AssistantMessage";
  readonly content: string | readonly FunctionCall[];
  /** The model's reasoning, or the text that stood beside the calls. */
  readonly thought?: string | undefined;
  readonly source: string;
  /** The provider's raw blocks that must go back unchanged (signed thinking). Opaque, plain JSON. */
  readonly providerData?: Json | undefined;
}

/** The results of the calls of the assistant message before it. */
export interface FunctionExecutionResultMessage extends CacheMark {
  readonly type: "FunctionExecutionResultMessage";
  readonly content: readonly FunctionExecutionResult[];
}

/** A message in a conversation with a model. */
export type LLMMessage = SystemMessage | UserMessage | AssistantMessage | FunctionExecutionResultMessage;

/** The tokens of one model call. */
export interface RequestUsage {
  readonly promptTokens: number;
  readonly completionTokens: number;
  /** Of the prompt tokens: read from the provider's cache. */
  readonly cachedPromptTokens?: number | undefined;
  /** Of the prompt tokens: written to the provider's cache. */
  readonly cacheWriteTokens?: number | undefined;
  /** Of the completion tokens: spent on reasoning. */
  readonly reasoningTokens?: number | undefined;
}

/** Why the model stopped. */
export type FinishReason = "stop" | "length" | "function_calls" | "content_filter" | "unknown";

/** An alternative the model considered for a token. */
export interface TopLogprob {
  readonly logprob: number;
  readonly bytes?: readonly number[] | undefined;
}

/** The log probability of one token. */
export interface ChatCompletionTokenLogprob {
  readonly token: string;
  readonly logprob: number;
  readonly topLogprobs?: readonly TopLogprob[] | undefined;
  readonly bytes?: readonly number[] | undefined;
}

/** The whole answer of a model call. */
export interface CreateResult {
  readonly type: "CreateResult";
  readonly finishReason: FinishReason;
  /** An array exactly when the model called functions. */
  readonly content: string | readonly FunctionCall[];
  readonly usage: RequestUsage;
  /** True when a cache answered. */
  readonly cached: boolean;
  readonly logprobs?: readonly ChatCompletionTokenLogprob[] | undefined;
  readonly thought?: string | undefined;
  readonly providerData?: Json | undefined;
  /**
   * What the call cost in pico-dollars (1e-12 USD), where `usage` does not tell all that is billed: caches of an hour,
   * searches of the web, other models inside the call. `null`: a part of it has no known price. Absent: the client's
   * `cost(usage)` is exact.
   */
  readonly cost?: number | null | undefined;
}

/** Refuses what a provider would refuse later, in words that do not say where it came from. */
function checkContent(name: string, init: unknown, wanted: "text" | "a list" | "text or a list"): void {
  const content = isObject(init) ? init["content"] : undefined;
  const isRight = (wanted !== "a list" && typeof content === "string") || (wanted !== "text" && Array.isArray(content));
  checkGiven(name, content, isRight, wanted);
}

/** Makes a {@link SystemMessage}. */
export function SystemMessage(init: Omit<SystemMessage, "type">): SystemMessage {
  checkContent("content of a SystemMessage", init, "text");
  return { type: "SystemMessage", ...init };
}

/** Makes a {@link UserMessage}. */
export function UserMessage(init: Omit<UserMessage, "type">): UserMessage {
  checkContent("content of a UserMessage", init, "text or a list");
  return { type: "UserMessage", ...init };
}

/** Makes an {@link AssistantMessage}. */
export function AssistantMessage(init: Omit<AssistantMessage, "type">): AssistantMessage {
  checkContent("content of an AssistantMessage", init, "text or a list");
  return { type: "AssistantMessage", ...init };
}

/** Makes a {@link FunctionExecutionResultMessage}. */
export function FunctionExecutionResultMessage(
  init: Omit<FunctionExecutionResultMessage, "type">,
): FunctionExecutionResultMessage {
  checkContent("content of a FunctionExecutionResultMessage", init, "a list");
  return { type: "FunctionExecutionResultMessage", ...init };
}

/** Makes a {@link CreateResult}; `cached` defaults to false. */
export function CreateResult(
  init: Omit<CreateResult, "type" | "cached"> & { readonly cached?: boolean },
): CreateResult {
  return { type: "CreateResult", ...init, cached: init.cached ?? false };
}
