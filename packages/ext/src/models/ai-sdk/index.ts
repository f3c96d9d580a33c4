export { AISDKChatCompletionAdapter } from "./adapter.ts";
export type { LanguageModel, LanguageModelCall, ProviderOptions } from "./language-model.ts";
export type { AISDKOptions, CallSettings } from "./options.ts";
export { SKChatCompletionAdapter } from "./sk-adapter.ts";
