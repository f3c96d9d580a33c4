export { encodeAnthropicBody, encodeAnthropicEvents, encodeAnthropicStream } from "./anthropic.ts";
export { encodeError, type EncodedError, type ErrorDialect, type ScriptedError } from "./errors.ts";
export { encodeOpenAIChatBody, encodeOpenAIChatChunks, encodeOpenAIChatStream } from "./openai-chat.ts";
export {
  encodeOpenAIResponsesBody,
  encodeOpenAIResponsesEvents,
  encodeOpenAIResponsesStream,
} from "./openai-responses.ts";
export { splitWords, type EncodeOptions, type ScriptedResponse } from "./script.ts";
