import type { Awaitable, Middleware, Next, RunContext } from "@tesserae/core";
import type { ChatMessage, StreamItem } from "../messages/types.ts";
import type { Response } from "./task.ts";

/** A turn of an agent as an {@link AgentMiddleware} sees it. */
export interface MiddlewareTurn {
  /** The agent that takes the turn. */
  readonly agent: string;
  /** What is new to the agent. */
  readonly messages: readonly ChatMessage[];
  /** The run, its path and its signal. Give it to the factories of messages: their ids are then those of the record. */
  readonly context: RunContext;
  /** Shows something on the stream, and keeps it in the result. */
  emit(item: StreamItem): void | Promise<void>;
}

/** What an {@link AgentMiddleware} may change of a turn. */
export type TurnChanges = Partial<Pick<MiddlewareTurn, "messages">>;

/**
 * A middleware that may also stand around whole turns of agents. On an `AssistantAgent` it stands around that agent's, on
 * a run around those of all agents. A turn's answer is not recorded: what it is made of is.
 */
export interface AgentMiddleware extends Middleware {
  turn?(turn: MiddlewareTurn, next: Next<TurnChanges, Response>): Awaitable<Response>;
}
