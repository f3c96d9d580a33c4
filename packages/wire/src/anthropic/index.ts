export { createAnthropicAssembler, decodeAnthropic } from "./assembler.ts";
export type { AnthropicProviderData } from "./blocks.ts";
export type {
  AnthropicCacheControl,
  AnthropicContainerUpload,
  AnthropicDocumentBlock,
  AnthropicDelta,
  AnthropicMessage,
  AnthropicRequest,
  AnthropicRequestBlock,
  AnthropicResponse,
  AnthropicResponseBlock,
  AnthropicStreamEvent,
  AnthropicTextBlock,
  AnthropicTool,
  AnthropicToolUseBlock,
  AnthropicUsage,
} from "./types.ts";
