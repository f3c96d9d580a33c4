import type { ComponentDefinition } from "@tesserae/core";
import type { StreamItem } from "../messages/types.ts";
import { BaseTerminationCondition } from "./base-condition.ts";
import { conditionComponent } from "./condition-component.ts";

/** Stops when a text message comes, of anybody or of one sender. Without a sender the task itself stops the team. */
export class TextMessageTermination extends BaseTerminationCondition {
  static readonly component: ComponentDefinition<TextMessageTermination> = conditionComponent({
    name: "TextMessageTermination",
    description: "Stops when a text message comes.",
    properties: { source: { anyOf: [{ type: "string" }, { type: "null" }] } },
    required: [],
    toConfig: (condition) => (condition.sender === undefined ? {} : { source: condition.sender }),
    fromConfig: (config: { readonly source?: string }) => new TextMessageTermination(config.source),
  });

  /** Only text messages of this sender count. */
  readonly sender: string | undefined;
  protected readonly source = "TextMessageTermination";

  constructor(sender?: string) {
    super();
    this.sender = sender;
  }

  protected evaluate(delta: readonly StreamItem[]): string | undefined {
    const message = delta.find(
      (item) => item.type === "TextMessage" && (this.sender === undefined || item.source === this.sender),
    );
    return message === undefined ? undefined : `Text message received from '${message.source}'`;
  }
}
