import type { Awaitable, JsonObject } from "@tesserae/core";
import type { ConditionContext, TerminationCondition } from "../base/termination-condition.ts";
import { StopMessage } from "../messages/factories.ts";
import type { StopMessage as StopMessageData, StreamItem } from "../messages/types.ts";
import { AndTerminationCondition, OrTerminationCondition } from "./combined-conditions.ts";
import { TerminatedException } from "./terminated-exception.ts";

/**
 * The base of termination conditions. A subclass says in {@link BaseTerminationCondition.evaluate} whether the new
 * messages end the run, and why.
 */
export abstract class BaseTerminationCondition implements TerminationCondition {
  #fired = false;

  /** The source of the stop message: the name of the class as AutoGen writes it. */
  protected abstract readonly source: string;

  get terminated(): boolean {
    return this.#fired;
  }

  /** The reason to stop, or nothing. */
  protected abstract evaluate(
    delta: readonly StreamItem[],
    context: ConditionContext | undefined,
  ): Awaitable<string | undefined>;

  check(delta: readonly StreamItem[], context?: ConditionContext): Awaitable<StopMessageData | undefined> {
    if (this.terminated) throw new TerminatedException();
    const reason = this.evaluate(delta, context);
    return reason instanceof Promise ? reason.then((text) => this.#stop(text, context)) : this.#stop(reason, context);
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

  #stop(reason: string | undefined, context: ConditionContext | undefined): StopMessageData | undefined {
    if (reason === undefined) return undefined;
    this.#fired = true;
    return StopMessage({ content: reason, source: this.source }, context?.run);
  }
}
