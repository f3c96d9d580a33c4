/** Tools from the AI SDK for agents, and tools of ours for the AI SDK. */
export { AISDKToolAdapter, fromAISDKTool, type AISDKTool } from "./from-ai-sdk-tool.ts";
export { toAISDKTool, type MadeAISDKTool } from "./to-ai-sdk-tool.ts";
