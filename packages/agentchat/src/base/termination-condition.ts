import type { StopMessage, StreamItem } from "../messages/types.ts";
import type { Awaitable, JsonObject, RunContext } from "@tesserae/core";

/** What a condition may ask. */
export interface ConditionContext {
  /** The run's clock and seam. */
  readonly run: RunContext;
  /** True when the messages are the task's, at the start of a run. */
  readonly isTask?: boolean | undefined;
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
  /**
   * What was counted since the last reset: a journal that keeps states needs it to go on in the middle of a run.
   * `undefined`, or no such method: it cannot be told, and the journal keeps no states.
   */
  saveState?(): JsonObject | undefined;
  /** Takes back what {@link TerminationCondition.saveState} gave. */
  loadState?(state: JsonObject): void;
  and(other: TerminationCondition): TerminationCondition;
  or(other: TerminationCondition): TerminationCondition;
}
