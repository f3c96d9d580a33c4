import type { ComponentDefinition } from "@tesserae/core";
import type { ConditionContext } from "../base/termination-condition.ts";
import type { StreamItem } from "../messages/types.ts";
import { CountlessCondition } from "./countless-condition.ts";
import { conditionComponent } from "./condition-component.ts";

/** Stops when a text message comes, of anybody or of one sender. Without a sender the task itself stops the team. */
export class TextMessageTermination extends CountlessCondition {
  static readonly component: ComponentDefinition<TextMessageTermination> = conditionComponent({
    name: "TextMessageTermination",
    description: "Stops when a text message comes.",
    properties: {
      source: { anyOf: [{ type: "string" }, { type: "null" }] },
      ignore_task: { type: "boolean" },
    },
    required: [],
    toConfig: (condition) => ({
      ...(condition.sender === undefined ? {} : { source: condition.sender }),
      ...(condition.ignoreTask ? { ignore_task: true } : {}),
    }),
    fromConfig: (config: { readonly source?: string; readonly ignore_task?: boolean }) =>
      new TextMessageTermination(config.source, { ignoreTask: config.ignore_task }),
  });

  /** Only text messages of this sender count. */
  readonly sender: string | undefined;
  readonly ignoreTask: boolean;
  protected readonly source = "TextMessageTermination";

  /** With `ignoreTask` (default false, as in AutoGen) the task's messages do not count. */
  constructor(sender?: string, options: { readonly ignoreTask?: boolean | undefined } = {}) {
    super();
    this.sender = sender;
    this.ignoreTask = options.ignoreTask ?? false;
  }

  protected evaluate(delta: readonly StreamItem[], context: ConditionContext | undefined): string | undefined {
    if (this.ignoreTask && context?.isTask === true) return undefined;
    const message = delta.find(
      (item) => item.type === "TextMessage" && (this.sender === undefined || item.source === this.sender),
    );
    return message === undefined ? undefined : `Text message received from '${message.source}'`;
  }
}
