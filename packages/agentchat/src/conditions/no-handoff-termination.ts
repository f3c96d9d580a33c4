import type { ComponentDefinition } from "@tesserae/core";
import { isEvent } from "../messages/is-event.ts";
import type { StreamItem } from "../messages/types.ts";
import { CountlessCondition } from "./countless-condition.ts";
import { conditionComponent } from "./condition-component.ts";

/**
 * Stops when a participant answers without handing the conversation on. In a swarm it would otherwise be asked again and
 * again. AutoGen has none like it.
 */
export class NoHandoffTermination extends CountlessCondition {
  static readonly component: ComponentDefinition<NoHandoffTermination> = conditionComponent({
    name: "NoHandoffTermination",
    namespace: "tesserae.conditions",
    description: "Stops when a participant answers without a handoff.",
    properties: { user: { type: "string", minLength: 1 } },
    required: [],
    toConfig: (condition) => ({ user: condition.user }),
    fromConfig: (config: { readonly user?: string }) => new NoHandoffTermination(config),
  });

  /** The source of tasks, whose messages are no answers. */
  readonly user: string;
  protected readonly source = "NoHandoffTermination";

  constructor(options: { readonly user?: string | undefined } = {}) {
    super();
    this.user = options.user ?? "user";
  }

  protected evaluate(delta: readonly StreamItem[]): string | undefined {
    const answer = delta.findLast((item) => !isEvent(item));
    if (answer === undefined || answer.type === "HandoffMessage" || answer.source === this.user) return undefined;
    return `'${answer.source}' answered without a handoff`;
  }
}
