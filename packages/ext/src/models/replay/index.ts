export { ReplayChatCompletionClient } from "./replay-chat-completion-client.ts";
export type { ReplayCall, ReplayOptions } from "./options.ts";
