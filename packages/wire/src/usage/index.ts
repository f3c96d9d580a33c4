export {
  addUsage,
  NO_USAGE,
  requestUsageOf,
  totalTokens,
  uncachedInputTokens,
  type AdditionalUsage,
  type RequestUsageView,
  type Usage,
} from "./usage.ts";
export { usageOfAnthropic } from "./anthropic-usage.ts";
export { usageOfGemini } from "./gemini-usage.ts";
export { usageOfOllama } from "./ollama-usage.ts";
export { usageOfOpenAIChat, usageOfOpenAIResponses } from "./openai-usage.ts";
