import type { ComponentDefinition } from "@tesserae/core";
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

  protected evaluate(_delta: readonly StreamItem[]): string | undefined {
    return this.#set ? "External termination requested" : undefined;
  }
}
