import type { Awaitable, JsonObject } from "@tesserae/core";
import type { ConditionContext, TerminationCondition } from "../base/termination-condition.ts";
import type { StopMessage as StopMessageData, StreamItem } from "../messages/types.ts";
import { AndTerminationCondition, OrTerminationCondition } from "./combined-conditions.ts";
import { stopOf, type Verdict } from "./stop-of.ts";
import { TerminatedException } from "./terminated-exception.ts";

/**
 * The base of termination conditions, the user's own too. A subclass says in {@link BaseTerminationCondition.evaluate}
 * whether the new messages end the run, and why.
 */
export abstract class BaseTerminationCondition implements TerminationCondition {
  #fired = false;

  /** The source of the stop message, such as the name of the class. */
  protected abstract readonly source: string;

  get terminated(): boolean {
    return this.#fired;
  }

  /** The reason to stop, a bare yes or no, the stop message itself, or nothing. */
  protected abstract evaluate(delta: readonly StreamItem[], context: ConditionContext | undefined): Awaitable<Verdict>;

  check(delta: readonly StreamItem[], context?: ConditionContext): Awaitable<StopMessageData | undefined> {
    if (this.terminated) throw new TerminatedException();
    const verdict = this.evaluate(delta, context);
    return verdict instanceof Promise
      ? verdict.then((known: Verdict) => this.#stop(known, context))
      : this.#stop(verdict, context);
  }

  reset(): Awaitable<void> {
    this.#fired = false;
  }

  /** What {@link BaseTerminationCondition.counted} gives, and whether the condition has fired. */
  saveState(): JsonObject | undefined {
    const counted = this.counted();
    return counted === undefined ? undefined : { ...counted, fired: this.#fired };
  }

  loadState(state: JsonObject): void {
    this.#fired = state["fired"] === true;
    this.recount(state);
  }

  /**
   * What the condition has counted since its last reset, `{}` when it counts nothing. By default `undefined`: it cannot
   * be told, and a journal keeps no states of a team with this condition.
   */
  protected counted(): JsonObject | undefined {
    return undefined;
  }

  /** Takes back what {@link BaseTerminationCondition.counted} gave. */
  protected recount(_counted: JsonObject): void {
    // Nothing was counted.
  }

  /** Stops when both have fired, not necessarily at the same time. */
  and(other: TerminationCondition): AndTerminationCondition {
    return new AndTerminationCondition(this, other);
  }

  /** Stops when either fires. */
  or(other: TerminationCondition): OrTerminationCondition {
    return new OrTerminationCondition(this, other);
  }

  #stop(verdict: Verdict, context: ConditionContext | undefined): StopMessageData | undefined {
    const stop = stopOf(verdict, this.source, context?.run);
    if (stop !== undefined) this.#fired = true;
    return stop;
  }
}
