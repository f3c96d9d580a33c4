export { ChatCompletionCache } from "./chat-completion-cache.ts";
export type { ChatCompletionCacheOptions } from "./options.ts";
