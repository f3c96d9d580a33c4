import type { ComponentDefinition } from "../components/component.ts";
import type { LLMMessage } from "../models/messages.ts";
import { BaseChatCompletionContext, checkSize, type ModelContextOptions } from "./base-context.ts";
import { defineContextComponent } from "./context-component.ts";
import { isResults, withoutLeadingResults } from "./tool-pairs.ts";

/** Options of a {@link BufferedChatCompletionContext}. */
export interface BufferedContextOptions extends ModelContextOptions {
  /** How many of the last messages the model sees. */
  readonly bufferSize: number;
  /** Never show results without their calls. Default true; false drops at most one, as AutoGen does. */
  readonly keepToolPairs?: boolean | undefined;
}

/** Shows the model the last messages. */
export class BufferedChatCompletionContext extends BaseChatCompletionContext {
  static readonly component: ComponentDefinition<BufferedChatCompletionContext> =
    /* @__PURE__ */ defineContextComponent({
      name: "BufferedChatCompletionContext",
      description: "Shows the model the last messages of the conversation.",
      properties: { buffer_size: { type: "integer", minimum: 1 }, keep_tool_pairs: { type: "boolean" } },
      required: ["buffer_size"],
      toConfig: (context) => ({
        buffer_size: context.bufferSize,
        ...(context.keepToolPairs ? {} : { keep_tool_pairs: false }),
      }),
      fromConfig: (config: { buffer_size: number; keep_tool_pairs?: boolean }, initialMessages) =>
        new BufferedChatCompletionContext({
          bufferSize: config.buffer_size,
          keepToolPairs: config.keep_tool_pairs,
          initialMessages,
        }),
    });

  readonly bufferSize: number;
  readonly keepToolPairs: boolean;

  constructor(options: BufferedContextOptions) {
    super(options);
    checkSize("bufferSize", options.bufferSize);
    this.bufferSize = options.bufferSize;
    this.keepToolPairs = options.keepToolPairs ?? true;
  }

  override getMessages(): readonly LLMMessage[] {
    const last = this.messages.slice(-this.bufferSize);
    if (this.keepToolPairs) return withoutLeadingResults(last);
    return isResults(last[0]) ? last.slice(1) : last;
  }
}
