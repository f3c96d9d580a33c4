import type { ComponentDefinition } from "../components/component.ts";
import { UserMessage, type LLMMessage } from "../models/messages.ts";
import { BaseChatCompletionContext, checkSize, type ModelContextOptions } from "./base-context.ts";
import { defineContextComponent } from "./context-component.ts";
import { isResults, withoutLeadingResults, withoutTrailingCalls } from "./tool-pairs.ts";

/** Options of a {@link HeadAndTailChatCompletionContext}. */
export interface HeadAndTailContextOptions extends ModelContextOptions {
  /** How many of the first messages the model sees. */
  readonly headSize: number;
  /** How many of the last messages the model sees. */
  readonly tailSize: number;
  /** Never part calls from their results, and count what is really left out. Default true; false is AutoGen's way. */
  readonly keepToolPairs?: boolean | undefined;
}

/** Shows the model the first and the last messages, and how many were left out between them. */
export class HeadAndTailChatCompletionContext extends BaseChatCompletionContext {
  static readonly component: ComponentDefinition<HeadAndTailChatCompletionContext> =
    /* @__PURE__ */ defineContextComponent({
      name: "HeadAndTailChatCompletionContext",
      description: "Shows the model the first and the last messages of the conversation.",
      properties: {
        head_size: { type: "integer", minimum: 1 },
        tail_size: { type: "integer", minimum: 1 },
        keep_tool_pairs: { type: "boolean" },
      },
      required: ["head_size", "tail_size"],
      toConfig: (context) => ({
        head_size: context.headSize,
        tail_size: context.tailSize,
        ...(context.keepToolPairs ? {} : { keep_tool_pairs: false }),
      }),
      fromConfig: (config: { head_size: number; tail_size: number; keep_tool_pairs?: boolean }, initialMessages) =>
        new HeadAndTailChatCompletionContext({
          headSize: config.head_size,
          tailSize: config.tail_size,
          keepToolPairs: config.keep_tool_pairs,
          initialMessages,
        }),
    });

  readonly headSize: number;
  readonly tailSize: number;
  readonly keepToolPairs: boolean;

  constructor(options: HeadAndTailContextOptions) {
    super(options);
    checkSize("headSize", options.headSize);
    checkSize("tailSize", options.tailSize);
    this.headSize = options.headSize;
    this.tailSize = options.tailSize;
    this.keepToolPairs = options.keepToolPairs ?? true;
  }

  override getMessages(): readonly LLMMessage[] {
    const total = this.messages.length;
    const cut = total - this.headSize - this.tailSize;
    if (cut <= 0) return this.messages.slice();
    const head = withoutTrailingCalls(this.messages.slice(0, this.headSize));
    const last = this.messages.slice(-this.tailSize);
    const tail = this.keepToolPairs ? withoutLeadingResults(last) : isResults(last[0]) ? last.slice(1) : last;
    const skipped = this.keepToolPairs ? total - head.length - tail.length : cut;
    return [...head, UserMessage({ content: `Skipped ${skipped} messages.`, source: "System" }), ...tail];
  }
}
