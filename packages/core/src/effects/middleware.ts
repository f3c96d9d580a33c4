import type { Awaitable } from "../model-context/chat-completion-context.ts";
import type { ChatCompletionClient, CreateOptions } from "../models/chat-completion-client.ts";
import type { CreateResult, LLMMessage } from "../models/messages.ts";
import type { RunContext } from "../run/run-context.ts";
import type { ToolResult } from "../tools/workbench.ts";
import type { ToolCall } from "./call-tool.ts";

/** Goes on with a call, changed where `changes` says so. Each time it is called, the call is made once. */
export type Next<Changes, Answer> = (changes?: Changes) => Promise<Answer>;

/** Where a call stands. */
interface Place {
  /** The agent that calls; `undefined` where it is no agent. */
  readonly agent: string | undefined;
  /** The run, its path and its signal. What a middleware takes from the world it takes with `effect(call.context, …)`. */
  readonly context: RunContext;
}

/** A call of a model as a {@link Middleware} sees it. */
export interface MiddlewareModelCall extends Omit<CreateOptions, "context">, Place {
  readonly modelClient: ChatCompletionClient;
  /** What the model is going to see, its instructions included. */
  readonly messages: readonly LLMMessage[];
  /** What the call is for: `reply`, `reflect`, `select`, `ledger`, or a word of the caller's own. */
  readonly purpose: string;
  /** The answer is shown as it comes. What passes is not seen here. */
  readonly streamed: boolean;
}

/** What a {@link Middleware} may change of a call of a model. */
export type ModelCallChanges = Partial<Omit<MiddlewareModelCall, keyof Place | "purpose" | "streamed">>;

/** A call of a tool as a {@link Middleware} sees it: before policies and people are asked about it. */
export interface MiddlewareToolCall extends ToolCall, Place {}

/** What a {@link Middleware} may change of a call of a tool. Another name means another tool of the same workbench. */
export type ToolCallChanges = Partial<Pick<ToolCall, "name" | "arguments">>;

/**
 * Stands around the calls of models and tools of a run or of an agent: changes what is asked, answers itself, changes
 * the answer, calls again, or throws. Of several the first is outermost.
 *
 * It is code of the run, like an agent: a replay and a resume run it again. What it decides must follow from the call
 * and from what it takes through `call.context`; an answer of its own, given without calling `next`, is recorded.
 */
export interface Middleware {
  /** For errors. */
  readonly name?: string | undefined;
  modelCall?(call: MiddlewareModelCall, next: Next<ModelCallChanges, CreateResult>): Awaitable<CreateResult>;
  toolCall?(call: MiddlewareToolCall, next: Next<ToolCallChanges, ToolResult>): Awaitable<ToolResult>;
}
