export { createOpenAIResponsesAssembler } from "./assembler.ts";
export { decodeOpenAIResponses, type OpenAIResponsesProviderData } from "./decode.ts";
export type {
  OpenAIResponsesInputItem,
  OpenAIResponsesOutputItem,
  OpenAIResponsesRequest,
  OpenAIResponsesResponse,
  OpenAIResponsesStreamEvent,
  OpenAIResponsesUsage,
} from "./types.ts";
