import { checkGiven, type ComponentDefinition } from "@tesserae/core";
import type { ConditionContext } from "../base/termination-condition.ts";
import { isEvent } from "../messages/is-event.ts";
import { messageText } from "../messages/message-text.ts";
import type { StreamItem } from "../messages/types.ts";
import { CountlessCondition } from "./countless-condition.ts";
import { checkTexts } from "./check-arguments.ts";
import { conditionComponent } from "./condition-component.ts";

/** What narrows a {@link TextMentionTermination}. */
export interface TextMentionOptions {
  /** Only messages of these senders count. Default: all. */
  readonly sources?: readonly string[] | undefined;
  /** The task's messages do not count. Default false, as in AutoGen. */
  readonly ignoreTask?: boolean | undefined;
  /** Events (thoughts, tool calls) do not count. Default false, as in AutoGen. */
  readonly ignoreEvents?: boolean | undefined;
}

/** Stops when a text occurs in a message or an event. */
export class TextMentionTermination extends CountlessCondition {
  static readonly component: ComponentDefinition<TextMentionTermination> = conditionComponent({
    name: "TextMentionTermination",
    description: "Stops when a text is mentioned.",
    properties: {
      text: { type: "string", minLength: 1 },
      sources: { anyOf: [{ type: "array", items: { type: "string" } }, { type: "null" }] },
      ignore_task: { type: "boolean" },
      ignore_events: { type: "boolean" },
    },
    required: ["text"],
    toConfig: (condition) => ({
      text: condition.text,
      ...(condition.sources === undefined ? {} : { sources: condition.sources }),
      ...(condition.ignoreTask ? { ignore_task: true } : {}),
      ...(condition.ignoreEvents ? { ignore_events: true } : {}),
    }),
    fromConfig: (config: {
      readonly text: string;
      readonly sources?: readonly string[];
      readonly ignore_task?: boolean;
      readonly ignore_events?: boolean;
    }) =>
      new TextMentionTermination(config.text, {
        sources: config.sources,
        ignoreTask: config.ignore_task,
        ignoreEvents: config.ignore_events,
      }),
  });

  readonly text: string;
  readonly sources: readonly string[] | undefined;
  readonly ignoreTask: boolean;
  readonly ignoreEvents: boolean;
  protected readonly source = "TextMentionTermination";

  constructor(text: string, options: TextMentionOptions = {}) {
    super();
    // Every message mentions an empty one.
    const isRight = typeof text === "string" && text !== "";
    checkGiven("text of a TextMentionTermination", text, isRight, "a text that is not empty");
    if (options.sources !== undefined) checkTexts("sources of a TextMentionTermination", options.sources);
    this.text = text;
    this.sources = options.sources;
    this.ignoreTask = options.ignoreTask ?? false;
    this.ignoreEvents = options.ignoreEvents ?? false;
  }

  protected evaluate(delta: readonly StreamItem[], context: ConditionContext | undefined): string | undefined {
    const task = this.ignoreTask && context?.isTask === true;
    return !task && delta.some((item) => this.#counts(item) && messageText(item).includes(this.text))
      ? `Text '${this.text}' mentioned`
      : undefined;
  }

  #counts(item: StreamItem): boolean {
    if (this.sources !== undefined && !this.sources.includes(item.source)) return false;
    return !(this.ignoreEvents && isEvent(item));
  }
}
