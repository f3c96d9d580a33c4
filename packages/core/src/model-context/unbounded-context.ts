import type { LLMMessage } from "../models/messages.ts";
import { BaseChatCompletionContext } from "./base-context.ts";
import { defineContextComponent } from "./context-component.ts";
import type { ComponentDefinition } from "../components/component.ts";

/** Shows the model every message. */
export class UnboundedChatCompletionContext extends BaseChatCompletionContext {
  static readonly component: ComponentDefinition<UnboundedChatCompletionContext> =
    /* @__PURE__ */ defineContextComponent({
      name: "UnboundedChatCompletionContext",
      description: "Shows the model the whole conversation.",
      properties: {},
      required: [],
      toConfig: () => ({}),
      fromConfig: (_config, initialMessages) => new UnboundedChatCompletionContext({ initialMessages }),
    });

  override getMessages(): readonly LLMMessage[] {
    return this.messages.slice();
  }
}
