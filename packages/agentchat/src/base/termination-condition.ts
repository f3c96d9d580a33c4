import type { StopMessage, StreamItem } from "../messages/types.ts";
import type { Awaitable, RunContext } from "@tesserae/core";

/** What a condition may ask. */
export interface ConditionContext {
  /** The run's clock and seam. */
  readonly run: RunContext;
}

/**
 * Says when a team stops. Stateful: it is called with the messages since its last call, answers with a stop message
 * or nothing, and must be reset before it is called again after it fired.
 */
export interface TerminationCondition {
  readonly terminated: boolean;
  /** A subclass of the user's own may answer `true` instead of a message. */
  check(delta: readonly StreamItem[], context?: ConditionContext): Awaitable<StopMessage | boolean | undefined>;
  reset(): Awaitable<void>;
  and(other: TerminationCondition): TerminationCondition;
  or(other: TerminationCondition): TerminationCondition;
}
