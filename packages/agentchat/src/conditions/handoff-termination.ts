import type { ComponentDefinition } from "@tesserae/core";
import type { StreamItem } from "../messages/types.ts";
import { CountlessCondition } from "./countless-condition.ts";
import { checkText } from "./check-arguments.ts";
import { conditionComponent } from "./condition-component.ts";

/** Stops when the conversation is handed to a target: often a person. */
export class HandoffTermination extends CountlessCondition {
  static readonly component: ComponentDefinition<HandoffTermination> = conditionComponent({
    name: "HandoffTermination",
    description: "Stops when the conversation is handed to a target.",
    properties: { target: { type: "string", minLength: 1 } },
    required: ["target"],
    toConfig: (condition) => ({ target: condition.target }),
    fromConfig: (config: { readonly target: string }) => new HandoffTermination(config.target),
  });

  readonly target: string;
  protected readonly source = "HandoffTermination";

  constructor(target: string) {
    super();
    checkText("target of a HandoffTermination", target);
    this.target = target;
  }

  protected evaluate(delta: readonly StreamItem[]): string | undefined {
    for (const item of delta) {
      if (item.type === "HandoffMessage" && item.target === this.target) {
        return `Handoff to ${item.target} from ${item.source} detected.`;
      }
    }
    return undefined;
  }
}
