import {
  ValueError,
  isObject,
  type Awaitable,
  type ComponentDefinition,
  type JsonObject,
  type LoadContext,
} from "@tesserae/core";
import type { ConditionContext, TerminationCondition } from "../base/termination-condition.ts";
import { loadList, type ComponentJson } from "../components/config.ts";
import { STOP_MESSAGE } from "../messages/built-in-definitions.ts";
import { StopMessage } from "../messages/factories.ts";
import type { StopMessage as StopMessageData, StreamItem } from "../messages/types.ts";
import { checkCondition } from "./check-arguments.ts";
import { stopOf } from "./stop-of.ts";
import { TerminatedException } from "./terminated-exception.ts";

type ConditionsConfig = { readonly conditions: readonly ComponentJson[] };

const SCHEMA: JsonObject = {
  type: "object",
  properties: { conditions: { type: "array", minItems: 1, items: { "x-component": ["termination"] } } },
  required: ["conditions"],
};

/** What AND and OR share. */
abstract class CombinedCondition implements TerminationCondition {
  readonly conditions: readonly TerminationCondition[];

  constructor(...conditions: readonly TerminationCondition[]) {
    if (conditions.length === 0) throw new ValueError("A combined termination condition needs at least one condition.");
    conditions.forEach(checkCondition);
    this.conditions = conditions;
  }

  abstract readonly terminated: boolean;
  protected abstract readonly source: string;

  abstract check(delta: readonly StreamItem[], context?: ConditionContext): Awaitable<StopMessageData | undefined>;

  async reset(): Promise<void> {
    for (const condition of this.conditions) await condition.reset();
  }

  saveState(): JsonObject | undefined {
    const states = this.conditions.map((condition) => condition.saveState?.());
    const known = states.filter((state) => state !== undefined);
    return known.length === states.length ? { conditions: known } : undefined;
  }

  loadState(state: JsonObject): void {
    const { conditions: states } = state;
    for (const [index, condition] of this.conditions.entries()) {
      const own: unknown = Array.isArray(states) ? states[index] : undefined;
      // What `saveState` gave of this condition.
      if (isObject(own)) condition.loadState?.(own as JsonObject);
    }
  }

  and(other: TerminationCondition): AndTerminationCondition {
    return new AndTerminationCondition(this, other);
  }

  or(other: TerminationCondition): OrTerminationCondition {
    return new OrTerminationCondition(this, other);
  }

  /** What the conditions say of the same messages, in their order. A bare `true` gets words. */
  protected async ask(
    conditions: readonly TerminationCondition[],
    delta: readonly StreamItem[],
    context: ConditionContext | undefined,
  ): Promise<readonly (StopMessageData | undefined)[]> {
    // All are asked at once; one that throws at once must not leave the others' answers unobserved.
    const answers = await Promise.all(conditions.map(async (condition) => condition.check(delta, context)));
    return answers.map((answer) => stopOf(answer, this.source, context?.run));
  }

  protected joined(stops: readonly StopMessageData[], context: ConditionContext | undefined): StopMessageData {
    return StopMessage(
      {
        content: stops.map((stop) => stop.content).join(", "),
        source: stops.map((stop) => stop.source).join(", "),
      },
      context?.run,
    );
  }
}

/** Stops when all its conditions have fired, at the same time or one after the other. */
export class AndTerminationCondition extends CombinedCondition {
  static readonly component: ComponentDefinition<AndTerminationCondition> = {
    provider: "autogen_agentchat.base.AndTerminationCondition",
    componentType: "termination",
    label: "AndTerminationCondition",
    description: "Stops when all of its conditions have fired.",
    schema: SCHEMA,
    toConfig: (condition, dump) => ({ conditions: condition.conditions.map((one) => dump.component(one)) }),
    fromConfig: async (config: ConditionsConfig, load: LoadContext) =>
      new AndTerminationCondition(...(await loadList<TerminationCondition>(load, config.conditions, "/conditions"))),
  };

  protected readonly source = "AndTerminationCondition";
  #stops: StopMessageData[] = [];

  get terminated(): boolean {
    return this.conditions.every((condition) => condition.terminated);
  }

  async check(delta: readonly StreamItem[], context?: ConditionContext): Promise<StopMessageData | undefined> {
    if (this.terminated) throw new TerminatedException();
    const open = this.conditions.filter((condition) => !condition.terminated);
    const answers = await this.ask(open, delta, context);
    const stops = answers.filter((answer) => answer !== undefined);
    this.#stops.push(...stops);
    return stops.length === open.length ? this.joined(this.#stops, context) : undefined;
  }

  override async reset(): Promise<void> {
    this.#stops = [];
    await super.reset();
  }

  override saveState(): JsonObject | undefined {
    const state = super.saveState();
    return state === undefined ? undefined : { ...state, stops: this.#stops.map((stop) => STOP_MESSAGE.toJson(stop)) };
  }

  override loadState(state: JsonObject): void {
    super.loadState(state);
    const { stops } = state;
    this.#stops = Array.isArray(stops) ? stops.map((stop) => STOP_MESSAGE.fromJson(stop as JsonObject)) : [];
  }
}

/** Stops when one of its conditions fires. */
export class OrTerminationCondition extends CombinedCondition {
  static readonly component: ComponentDefinition<OrTerminationCondition> = {
    provider: "autogen_agentchat.base.OrTerminationCondition",
    componentType: "termination",
    label: "OrTerminationCondition",
    description: "Stops when one of its conditions fires.",
    schema: SCHEMA,
    toConfig: (condition, dump) => ({ conditions: condition.conditions.map((one) => dump.component(one)) }),
    fromConfig: async (config: ConditionsConfig, load: LoadContext) =>
      new OrTerminationCondition(...(await loadList<TerminationCondition>(load, config.conditions, "/conditions"))),
  };

  protected readonly source = "OrTerminationCondition";

  get terminated(): boolean {
    return this.conditions.some((condition) => condition.terminated);
  }

  async check(delta: readonly StreamItem[], context?: ConditionContext): Promise<StopMessageData | undefined> {
    if (this.terminated) throw new TerminatedException();
    const answers = await this.ask(this.conditions, delta, context);
    const stops = answers.filter((answer) => answer !== undefined);
    return stops.length === 0 ? undefined : this.joined(stops, context);
  }
}
