export { FallbackChatCompletionClient } from "./fallback-chat-completion-client.ts";
export type { FallbackCondition, FallbackOptions, ModelSwitch } from "./options.ts";
