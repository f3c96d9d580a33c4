import type { RequestUsage, RunContext } from "@tesserae/core";
import type { ChatMessage, StreamItem } from "../messages/types.ts";

/** What a run is given: text, a message, several messages, or nothing (go on from the present state). */
export type Task = string | ChatMessage | readonly ChatMessage[];

/** How a run ended. */
export type RunStatus = "finished" | "aborted" | "failed";

/** What a run gave; the last item of every stream. */
export interface TaskResult {
  readonly type: "TaskResult";
  /** The task's messages and everything streamed after them, without chunks. */
  readonly messages: readonly StreamItem[];
  readonly stopReason?: string | undefined;
  /** `finished`, or a partial result after an abort or a failure. */
  readonly status: RunStatus;
  /** What ended the run, unless it finished. */
  readonly error?: unknown;
  /** The tokens of all model calls of the run. */
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
  emit(item: StreamItem): void | Promise<void>;
}
