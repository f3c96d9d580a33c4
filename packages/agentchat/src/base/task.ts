import type { AgentId, RequestUsage, RunContext } from "@tesserae/core";
import type { MessageRegistry } from "../messages/registry.ts";
import type { ChatMessage, StreamItem } from "../messages/types.ts";

/** What a run is given: text, a message, several messages, or nothing (go on from the present state). */
export type Task = string | ChatMessage | readonly ChatMessage[];

/** How a run ended. */
export type RunStatus =
  | "finished"
  | "aborted"
  | "failed"
  /** A person's answer is missing and nobody is there; resume the run when it was given. */
  | "waiting";

/** What a run gave; the last item of every stream. */
export interface TaskResult {
  readonly type: "TaskResult";
  /** The task's messages and everything streamed after them, without chunks. */
  readonly messages: readonly StreamItem[];
  readonly stopReason?: string | undefined;
  /** `finished`, or a partial result after an abort or a failure, or while a person's answer is missing. */
  readonly status: RunStatus;
  /** What ended the run, unless it finished. */
  readonly error?: unknown;
  /** The tokens of all model calls of the run; of a run inside another, what that one used meanwhile. */
  readonly usage: RequestUsage;
  /** The price of the run in integer pico-dollars (1e-12 USD); `undefined` when a price is not known. */
  readonly cost?: number | undefined;
}

/** The answer of an agent; the last item of its stream. */
export interface Response {
  readonly type: "Response";
  readonly chatMessage: ChatMessage;
  /** What the agent did before it answered. */
  readonly innerMessages?: readonly StreamItem[] | undefined;
}

/** What one turn of an agent may be told. */
export interface TurnOptions {
  readonly signal?: AbortSignal | undefined;
  /** The run this turn belongs to. */
  readonly context?: RunContext | undefined;
}

/** Where an agent that pushes its items puts them. A returned promise asks the agent to wait. */
export interface Turn {
  readonly context: RunContext;
  /** The kinds of message that the run knows. Default: the built-in ones and what the agent produces. */
  readonly messages?: MessageRegistry | undefined;
  /** The actor of the runtime that takes the turn for the agent. Default: none does. */
  readonly actor?: AgentId | undefined;
  emit(item: StreamItem): void | Promise<void>;
}
