export { AnthropicChatCompletionClient } from "./anthropic-chat-completion-client.ts";
export { ANTHROPIC_VERSION } from "./connection.ts";
export type { AnthropicOptions, AnthropicThinking } from "./options.ts";
