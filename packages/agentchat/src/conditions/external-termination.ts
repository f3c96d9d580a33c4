import { choose, type Awaitable, type ComponentDefinition, type JsonObject } from "@tesserae/core";
import type { ConditionContext } from "../base/termination-condition.ts";
import type { StreamItem } from "../messages/types.ts";
import { BaseTerminationCondition } from "./base-condition.ts";
import { conditionComponent } from "./condition-component.ts";

/** Stops when somebody outside says so: a button, a signal, another program. */
export class ExternalTermination extends BaseTerminationCondition {
  static readonly component: ComponentDefinition<ExternalTermination> = conditionComponent({
    name: "ExternalTermination",
    description: "Stops when it is told to from outside.",
    properties: {},
    required: [],
    toConfig: () => ({}),
    fromConfig: () => new ExternalTermination(),
  });

  protected readonly source = "ExternalTermination";
  #set = false;

  /** Asks for the stop; it takes effect when the team next asks the condition. */
  set(): void {
    this.#set = true;
  }

  override reset(): void {
    this.#set = false;
    void super.reset();
  }

  protected override counted(): JsonObject {
    return { set: this.#set };
  }

  protected override recount({ set }: JsonObject): void {
    this.#set = set === true;
  }

  /** What comes from outside is recorded in a journaled run, so that a replay stops where the run did. */
  protected evaluate(
    delta: readonly StreamItem[],
    context: ConditionContext | undefined,
  ): Awaitable<string | undefined> {
    const { run } = context ?? {};
    if (run?.session === undefined) return reason(this.#set);
    return choose(run, "external-termination", delta, () => this.#set).then(reason);
  }
}

function reason(set: boolean): string | undefined {
  return set ? "External termination requested" : undefined;
}
