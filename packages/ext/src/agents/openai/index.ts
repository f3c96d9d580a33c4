export { OpenAIAssistantAgent } from "./assistants/openai-assistant-agent.ts";
export type { OpenAIAssistantAgentOptions } from "./assistants/options.ts";
export { OpenAIAgent } from "./responses/openai-agent.ts";
export type { OpenAIAgentOptions } from "./responses/options.ts";
export type { BuiltInTool, BuiltInToolName } from "./responses/built-in-tools.ts";
export type { OpenAIClient, OpenAIClientOptions } from "./connection/openai-client.ts";
export type { VendorOpenAIClient } from "./connection/vendor-client.ts";
