export { createOpenAIChatAssembler, decodeOpenAIChat } from "./assembler.ts";
export type { OpenAIChatProviderData } from "./provider-data.ts";
export type {
  OpenAIChatChunk,
  OpenAIChatDelta,
  OpenAIChatMessage,
  OpenAIChatPart,
  OpenAIChatTextPart,
  OpenAIChatRequest,
  OpenAIChatResponse,
  OpenAIChatResponseFormat,
  OpenAIChatTool,
  OpenAIChatToolCall,
  OpenAIChatUsage,
} from "./types.ts";
