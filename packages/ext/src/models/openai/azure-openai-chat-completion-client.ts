import {
  type ComponentDefinition,
  type DumpContext,
  isComponentInstance,
  type JsonObject,
  ValueError,
} from "@tesserae/core";
import type { AzureOpenAIOptions, AzureTokenProviderLike } from "./azure-options.ts";
import { azureService } from "./azure-service.ts";
import { BaseOpenAIChatCompletionClient } from "./base-openai-chat-completion-client.ts";
import { checkModel, warnOfUnknownOptions } from "./check-options.ts";
import { AZURE_CONFIG_SCHEMA, optionsFromConfig, optionsToConfig } from "./config.ts";

/**
 * A client for chat completions of a deployment in Azure OpenAI. `model` says what the deployment runs: its limits and
 * prices. The key is `apiKey`, else `AZURE_OPENAI_API_KEY`; a token of Microsoft Entra ID goes before a key.
 */
export class AzureOpenAIChatCompletionClient extends BaseOpenAIChatCompletionClient {
  static readonly component: ComponentDefinition<AzureOpenAIChatCompletionClient> = {
    provider: "autogen_ext.models.openai.AzureOpenAIChatCompletionClient",
    componentType: "model",
    aliases: ["azure_openai_chat_completion_client", "AzureOpenAIChatCompletionClient"],
    label: "AzureOpenAIChatCompletionClient",
    description: "A client for models that are deployed in Azure OpenAI.",
    schema: AZURE_CONFIG_SCHEMA,
    secrets: ["api_key", "azure_ad_token"],
    toConfig: (client, context) => ({
      ...optionsToConfig(client.options, context.includeSecrets),
      ...tokenProvider(client.options, context),
    }),
    fromConfig: async (config: JsonObject, context) => {
      const options = optionsFromConfig<AzureOpenAIOptions>(config);
      const { azure_ad_token_provider: nested } = config;
      if (nested === undefined || nested === null) return new AzureOpenAIChatCompletionClient(options);
      const provider = await context.component<AzureTokenProviderLike>(nested, "/azure_ad_token_provider");
      return new AzureOpenAIChatCompletionClient({ ...options, azureAdTokenProvider: provider });
    },
  };

  /** What the client was made with. */
  readonly options: AzureOpenAIOptions;

  /** @throws ValueError when `azureEndpoint` or `apiVersion` is missing, and as the OpenAI client does. */
  constructor(options: AzureOpenAIOptions) {
    checkModel(options, "AzureOpenAIChatCompletionClient");
    warnOfUnknownOptions(options, "AzureOpenAIChatCompletionClient");
    super(options, azureService(options));
    this.options = options;
  }
}

function tokenProvider({ azureAdTokenProvider: provider }: AzureOpenAIOptions, context: DumpContext): JsonObject {
  if (provider === undefined || provider === null) return {};
  if (isComponentInstance(provider)) return { azure_ad_token_provider: context.component(provider) };
  throw new ValueError(
    "azureAdTokenProvider is a plain function, which JSON cannot hold: use a provider that is a component.",
    {
      code: "ERR_COMPONENT_NOT_SERIALIZABLE",
    },
  );
}
