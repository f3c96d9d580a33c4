import type { LazyComponent } from "@tesserae/core";
import type { Transport } from "../transport/types.ts";

/**
 * The model clients of component files with another transport, for a registry: whatever model a file names, and whatever
 * agent asks a model by itself, sends its requests by it. They are dumped as their classes are, without the transport.
 *
 * @example
 * const registry = defaultRegistry().register(...routedModels(new GatewayTransport({ url, routes: presetRoutes() })));
 */
export function routedModels(transport: Transport): readonly LazyComponent[] {
  return [
    {
      provider: "autogen_ext.models.openai.OpenAIChatCompletionClient",
      componentType: "model",
      aliases: ["openai_chat_completion_client", "OpenAIChatCompletionClient"],
      load: async () => {
        const { OpenAIChatCompletionClient } = await import("../models/openai/index.ts");
        const { optionsFromConfig } = await import("../models/openai/config.ts");
        return {
          ...OpenAIChatCompletionClient.component,
          fromConfig: (config) => new OpenAIChatCompletionClient({ ...optionsFromConfig(config), transport }),
        };
      },
    },
    {
      provider: "autogen_ext.models.anthropic.AnthropicChatCompletionClient",
      componentType: "model",
      aliases: ["AnthropicChatCompletionClient"],
      load: async () => {
        const { AnthropicChatCompletionClient } = await import("../models/anthropic/index.ts");
        const { anthropicOptionsOf } = await import("../models/anthropic/config.ts");
        return {
          ...AnthropicChatCompletionClient.component,
          fromConfig: (config) => new AnthropicChatCompletionClient({ ...anthropicOptionsOf(config), transport }),
        };
      },
    },
    {
      provider: "autogen_ext.agents.openai.OpenAIAgent",
      componentType: "agent",
      load: async () => {
        const { OpenAIAgent } = await import("../agents/openai/index.ts");
        const { openAIAgentComponent } = await import("../agents/openai/responses/component.ts");
        return openAIAgentComponent((options) => new OpenAIAgent({ ...options, client: { transport } }));
      },
    },
  ];
}
