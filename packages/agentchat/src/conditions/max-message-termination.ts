import type { ComponentDefinition, JsonObject } from "@tesserae/core";
import { checkCount } from "../base/check-numbers.ts";
import { isEvent } from "../messages/is-event.ts";
import type { StreamItem } from "../messages/types.ts";
import { BaseTerminationCondition } from "./base-condition.ts";
import { conditionComponent } from "./condition-component.ts";

/** Stops after a number of messages; the task's messages count. */
export class MaxMessageTermination extends BaseTerminationCondition {
  static readonly component: ComponentDefinition<MaxMessageTermination> = conditionComponent({
    name: "MaxMessageTermination",
    description: "Stops after a number of messages.",
    properties: { max_messages: { type: "integer", minimum: 1 }, include_agent_event: { type: "boolean" } },
    required: ["max_messages"],
    toConfig: (condition) => ({
      max_messages: condition.maxMessages,
      include_agent_event: condition.includeAgentEvent,
    }),
    fromConfig: (config: { readonly max_messages: number; readonly include_agent_event?: boolean }) =>
      new MaxMessageTermination(config.max_messages, { includeAgentEvent: config.include_agent_event }),
  });

  readonly maxMessages: number;
  readonly includeAgentEvent: boolean;
  protected readonly source = "MaxMessageTermination";
  #count = 0;

  /** `includeAgentEvent` (default false) counts events too. */
  constructor(maxMessages: number, options: { readonly includeAgentEvent?: boolean | undefined } = {}) {
    super();
    checkCount("maxMessages", maxMessages);
    this.maxMessages = maxMessages;
    this.includeAgentEvent = options.includeAgentEvent ?? false;
  }

  override get terminated(): boolean {
    return this.#count >= this.maxMessages;
  }

  override reset(): void {
    this.#count = 0;
  }

  protected override counted(): JsonObject {
    return { count: this.#count };
  }

  protected override recount({ count }: JsonObject): void {
    this.#count = typeof count === "number" ? count : 0;
  }

  protected evaluate(delta: readonly StreamItem[]): string | undefined {
    this.#count += this.includeAgentEvent ? delta.length : delta.filter((item) => !isEvent(item)).length;
    return this.terminated
      ? `Maximum number of messages ${this.maxMessages} reached, current message count: ${this.#count}`
      : undefined;
  }
}
