import { type CreateOptions, isFilePart, isImage, type LLMMessage } from "@tesserae/core";
import type { OpenAIChatMessage } from "@tesserae/wire/openai-chat";
import { estimateTokens, type Vocabulary } from "../shared/estimate-tokens.ts";
import { fileTokens } from "../shared/file-tokens.ts";
import { mergeSystemMessages } from "../shared/system-messages.ts";
import { type CountText, countToolTokens } from "./count-tool-tokens.ts";
import { encodeMessage, type MessageRules } from "./encode-messages.ts";
import { encodeTools } from "./encode-tools.ts";
import { imageTokens, UNKNOWN_IMAGE_TOKENS } from "./image-tokens.ts";
import { functionTools } from "./provider-tools.ts";

const TOKENS_PER_MESSAGE = 3;
const TOKENS_PER_NAME = 1;
const TOKENS_OF_REPLY = 3;

/** Names whose models have the newer vocabulary (https://github.com/openai/tiktoken, model.py). */
const O200K = /^(ft:)?(o\d|chatgpt-4o|gpt-4o|gpt-4\.[1-9]|gpt-[5-9]|gpt-oss|codex)/;

/** Counts text for a model: by the caller's tokenizer, else by an estimate. */
export function textCounter(model: string, tokenizer: CountText | undefined): CountText {
  if (tokenizer !== undefined) return tokenizer;
  const vocabulary: Vocabulary = O200K.test(model.slice(model.lastIndexOf("/") + 1)) ? "o200k" : "cl100k";
  return (text) => estimateTokens(text, vocabulary);
}

/**
 * The tokens of a request by the formula that AutoGen took from OpenAI's cookbook: 3 for each message and every value
 * in it, images by their size, tools by their schemas, 3 for the reply.
 */
export function countTokens(
  messages: readonly LLMMessage[],
  { tools = [] }: Pick<CreateOptions, "tools">,
  rules: MessageRules,
  count: CountText,
): number {
  const merged = rules.multipleSystemMessages ? messages : mergedWherePossible(messages);
  let tokens = TOKENS_OF_REPLY + countToolTokens(encodeTools(functionTools(tools)), count);
  for (const message of merged) tokens += tokensOfMessage(message, rules, count);
  return tokens;
}

function tokensOfMessage(message: LLMMessage, rules: MessageRules, count: CountText): number {
  const encoded: OpenAIChatMessage[] = [];
  encodeMessage(message, rules, encoded);
  let tokens = TOKENS_PER_MESSAGE;
  for (const part of encoded) {
    for (const [key, value] of Object.entries(part)) {
      if (value === null) continue;
      if (key === "content" && message.type === "UserMessage" && Array.isArray(value)) {
        tokens += tokensOfParts(message, value, count);
      } else {
        tokens += count(typeof value === "string" ? value : JSON.stringify(value));
        if (key === "name") tokens += TOKENS_PER_NAME;
      }
    }
  }
  return tokens;
}

function tokensOfParts(
  { content }: Extract<LLMMessage, { type: "UserMessage" }>,
  encoded: readonly unknown[],
  count: CountText,
): number {
  let tokens = 0;
  for (let index = 0; index < encoded.length; index += 1) {
    const part = content[index];
    if (isImage(part)) tokens += imageTokens(part);
    else if (isFilePart(part)) tokens += fileTokens(part, count, UNKNOWN_IMAGE_TOKENS);
    else tokens += count(JSON.stringify(encoded[index]));
  }
  return tokens;
}

/** A count must not fail where the call would: a conversation may be counted before it is put right. */
function mergedWherePossible(messages: readonly LLMMessage[]): readonly LLMMessage[] {
  const first = messages.findIndex((message) => message.type === "SystemMessage");
  const last = messages.findLastIndex((message) => message.type === "SystemMessage");
  const adjacent = messages.slice(first, last).every((message) => message.type === "SystemMessage");
  return first !== -1 && adjacent ? mergeSystemMessages(messages) : messages;
}
