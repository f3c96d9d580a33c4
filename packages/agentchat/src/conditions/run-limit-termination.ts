import { ValueError, type ComponentDefinition, type RunLimits } from "@tesserae/core";
import type { ConditionContext } from "../base/termination-condition.ts";
import type { StreamItem } from "../messages/types.ts";
import { conditionComponent } from "./condition-component.ts";
import { CountlessCondition } from "./countless-condition.ts";

/** The limits that a condition can look at: all but the time, for which there is `TimeoutTermination`. */
export type CountedLimits = Omit<RunLimits, "maxDurationMs">;

const KEYS = {
  maxTurns: "max_turns",
  maxModelCalls: "max_model_calls",
  maxToolCalls: "max_tool_calls",
  maxTokens: "max_tokens",
  maxCost: "max_cost",
} as const satisfies { readonly [name in keyof CountedLimits]-?: string };

type RunLimitConfig = { readonly [key in (typeof KEYS)[keyof CountedLimits]]?: number };

/**
 * Stops the team, with a result, after the turn in which the whole run has used so much: nested agents and teams count,
 * and so does what was answered from a journal. It looks when a turn is paid for; that nothing is passed by a call is what
 * the limits of a run are for. A cost that is not known stops the team, too.
 */
export class RunLimitTermination extends CountlessCondition {
  static readonly component: ComponentDefinition<RunLimitTermination> = conditionComponent({
    namespace: "tesserae.conditions",
    name: "RunLimitTermination",
    description: "Stops when the run has used a number of turns, calls or tokens, or a sum of money.",
    // Written out: what is computed here would be a part of every program, whether it uses this condition or not.
    properties: {
      max_turns: { type: "number" },
      max_model_calls: { type: "number" },
      max_tool_calls: { type: "number" },
      max_tokens: { type: "number" },
      max_cost: { type: "number" },
    },
    required: [],
    toConfig: ({ limits }) =>
      Object.fromEntries(names().flatMap((name) => (limits[name] === undefined ? [] : [[KEYS[name], limits[name]]]))),
    fromConfig: (config: RunLimitConfig) =>
      new RunLimitTermination(Object.fromEntries(names().map((name) => [name, config[KEYS[name]]]))),
  });

  readonly limits: CountedLimits;
  protected readonly source = "RunLimitTermination";

  constructor(limits: CountedLimits) {
    super();
    this.limits = { ...limits };
    const given = names().filter((name) => this.limits[name] !== undefined);
    if (given.length === 0) throw new ValueError(`At least one of ${names().join(", ")} must be given.`);
    for (const name of given) {
      const limit: unknown = this.limits[name];
      if (!(typeof limit === "number" && limit > 0)) {
        throw new ValueError(`${name} must be a number above 0, got ${String(limit)}.`);
      }
    }
  }

  protected evaluate(_delta: readonly StreamItem[], context: ConditionContext | undefined): string | undefined {
    const meter = context?.run.meter;
    if (meter === undefined) return undefined;
    const { usage } = meter;
    const used: { readonly [name in keyof CountedLimits]-?: number } = {
      maxTurns: meter.turns,
      maxModelCalls: meter.modelCalls,
      maxToolCalls: meter.toolCalls,
      maxTokens: usage.promptTokens + usage.completionTokens,
      maxCost: meter.cost ?? Infinity,
    };
    for (const name of names()) {
      const limit = this.limits[name];
      if (limit !== undefined && used[name] >= limit) {
        const amount = used[name] === Infinity ? "a sum that is not known" : used[name];
        return `Limit of the run reached: ${name} ${limit}, used ${amount}`;
      }
    }
    return undefined;
  }
}

function names(): readonly (keyof CountedLimits)[] {
  return ["maxTurns", "maxModelCalls", "maxToolCalls", "maxTokens", "maxCost"];
}
