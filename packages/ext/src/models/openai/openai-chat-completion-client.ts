import type { ComponentDefinition, JsonObject } from "@tesserae/core";
import { checkModel, warnOfUnknownOptions } from "./check-options.ts";
import { BaseOpenAIChatCompletionClient } from "./base-openai-chat-completion-client.ts";
import { OPENAI_CONFIG_SCHEMA, optionsFromConfig, optionsToConfig } from "./config.ts";
import { withBaseUrl } from "../shared/base-url-option.ts";
import type { OpenAIOptions } from "./options.ts";
import { openAIService } from "./service.ts";

/**
 * A client for chat completions of OpenAI and of every server that speaks its protocol: Gemini, Groq, Mistral, DeepSeek,
 * OpenRouter, Ollama, LM Studio, vLLM, LiteLLM. Compatible servers differ: give those `baseUrl` and `modelInfo`, and try.
 *
 * @example
 * const client = new OpenAIChatCompletionClient({ model: "gpt-4o" });
 * const result = await client.create([UserMessage({ content: "What is the capital of France?", source: "user" })]);
 */
export class OpenAIChatCompletionClient extends BaseOpenAIChatCompletionClient {
  static readonly component: ComponentDefinition<OpenAIChatCompletionClient> = {
    provider: "autogen_ext.models.openai.OpenAIChatCompletionClient",
    componentType: "model",
    aliases: ["openai_chat_completion_client", "OpenAIChatCompletionClient"],
    label: "OpenAIChatCompletionClient",
    description: "A client for OpenAI's models, and for servers that speak its protocol.",
    schema: OPENAI_CONFIG_SCHEMA,
    secrets: ["api_key"],
    toConfig: (client, { includeSecrets }) => optionsToConfig(client.options, includeSecrets),
    fromConfig: (config: JsonObject) => new OpenAIChatCompletionClient(optionsFromConfig<OpenAIOptions>(config)),
  };

  /** What the client was made with. */
  readonly options: OpenAIOptions;

  /** @throws ValueError for a model that is not known and has no `modelInfo`, and for options that cannot be used. */
  constructor(options: OpenAIOptions) {
    checkModel(options, "OpenAIChatCompletionClient");
    const given = withBaseUrl(options);
    warnOfUnknownOptions(given, "OpenAIChatCompletionClient");
    super(given, openAIService(given));
    this.options = given;
  }
}
