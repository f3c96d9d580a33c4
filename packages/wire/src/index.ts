export { isRawObject, type Json, type JsonObject, type RawObject } from "./json.ts";
export { WireError, type WireErrorCode } from "./wire-error.ts";

export type { SseEvent } from "./sse/sse-event.ts";
export { DEFAULT_MAX_EVENT_BYTES, SseDecoder, type SseDecoderOptions } from "./sse/sse-decoder.ts";
export { NdjsonDecoder, type NdjsonDecoderOptions } from "./sse/ndjson-decoder.ts";
export { encodeSse, type SseEventInit } from "./sse/encode-sse.ts";

export type {
  AssembledResponse,
  AssembledToolCall,
  Citation,
  Protocol,
  ProviderData,
  TokenLogprob,
} from "./response/assembled-response.ts";
export type { Delta, StreamAssembler } from "./response/delta.ts";
export { finishReasonOf, type FinishReason } from "./response/finish-reason.ts";
export type { Note, NoteCode } from "./response/note.ts";
export type { AssembleOptions } from "./response/response-builder.ts";
export { splitThinkTags, type ThinkTagSplit } from "./response/think-tags.ts";
export { normalizeToolName } from "./response/tool-name.ts";

export {
  addUsage,
  NO_USAGE,
  requestUsageOf,
  totalTokens,
  uncachedInputTokens,
  type AdditionalUsage,
  type RequestUsageView,
  type Usage,
} from "./usage/usage.ts";
export { usageOfAnthropic } from "./usage/anthropic-usage.ts";
export { usageOfGemini } from "./usage/gemini-usage.ts";
export { usageOfOllama } from "./usage/ollama-usage.ts";
export { usageOfOpenAIChat, usageOfOpenAIResponses } from "./usage/openai-usage.ts";

export { errorOfResponse, errorOfStreamEvent, type FailedResponse } from "./errors/classify.ts";
export { headerOf, type HeaderSource } from "./errors/headers.ts";
export { isRetryableKind, type ProviderError, type ProviderErrorKind } from "./errors/provider-error.ts";
export { requestIdOf, retryAfterOf, shouldRetryOf } from "./errors/retry-hint.ts";
export { cutStreamError, errorOfTransport, malformedError } from "./errors/transport.ts";

export { createOpenAIChatAssembler, decodeOpenAIChat } from "./openai-chat/assembler.ts";
export type { OpenAIChatProviderData } from "./openai-chat/provider-data.ts";
export type {
  OpenAIChatChunk,
  OpenAIChatDelta,
  OpenAIChatMessage,
  OpenAIChatPart,
  OpenAIChatRequest,
  OpenAIChatResponse,
  OpenAIChatResponseFormat,
  OpenAIChatTool,
  OpenAIChatToolCall,
  OpenAIChatUsage,
} from "./openai-chat/types.ts";

export { createAnthropicAssembler, decodeAnthropic } from "./anthropic/assembler.ts";
export type { AnthropicProviderData } from "./anthropic/blocks.ts";
export type {
  AnthropicCacheControl,
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
} from "./anthropic/types.ts";

export { createOpenAIResponsesAssembler } from "./openai-responses/assembler.ts";
export { decodeOpenAIResponses, type OpenAIResponsesProviderData } from "./openai-responses/decode.ts";
export type {
  OpenAIResponsesInputItem,
  OpenAIResponsesOutputItem,
  OpenAIResponsesRequest,
  OpenAIResponsesResponse,
  OpenAIResponsesStreamEvent,
  OpenAIResponsesUsage,
} from "./openai-responses/types.ts";

export { createGeminiAssembler, decodeGemini } from "./gemini/assembler.ts";
export type { GeminiProviderData } from "./gemini/parts.ts";
export type { GeminiContent, GeminiPart, GeminiRequest, GeminiResponse } from "./gemini/types.ts";

export { createOllamaAssembler, decodeOllama } from "./ollama/assembler.ts";
export type { OllamaMessage, OllamaRequest, OllamaResponse } from "./ollama/types.ts";

export { costOf, costParts, rateFor, type CostParts } from "./cost/cost.ts";
export { costOfCall } from "./cost/cost-of-call.ts";
export { maxCost, type CostBound } from "./cost/max-cost.ts";
export { addCosts, checkedCost, formatDollars, parseDollars, scaleCost } from "./cost/pico-dollars.ts";
