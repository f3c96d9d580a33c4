export { AzureOpenAIChatCompletionClient } from "./azure-openai-chat-completion-client.ts";
export type { AzureOpenAIOptions, AzureTokenProviderLike, AzureTokenSource } from "./azure-options.ts";
export { BaseOpenAIChatCompletionClient, type OpenAIService } from "./base-openai-chat-completion-client.ts";
export { OpenAIChatCompletionClient } from "./openai-chat-completion-client.ts";
export type { BaseOpenAIOptions, OpenAICallDefaults, OpenAIOptions, OpenAIStreamOptions } from "./options.ts";
export { ModelClientError, type ModelErrorCode, type ModelErrorContext } from "../model-client-error.ts";
