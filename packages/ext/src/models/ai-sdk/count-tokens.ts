import { type CreateOptions, type LLMMessage, partKind } from "@tesserae/core";
import { estimateTokens } from "../shared/estimate-tokens.ts";
import { fileTokens } from "../shared/file-tokens.ts";
import { toolSchemaOf } from "../shared/tool-schema.ts";

/** Role and separators of a message, by OpenAI's count. */
const MESSAGE = 4;
/** An image of 1024 by 1024 pixels, by OpenAI's count. */
const IMAGE = 765;
/** Real counts of other vocabularies stay below the estimate by this factor. */
const MARGIN = 2;

/** An estimate of a request's tokens, with OpenAI's vocabulary: which one the model has is not known. */
export function countPrompt(messages: readonly LLMMessage[], { tools = [] }: Pick<CreateOptions, "tools">): number {
  let tokens = 0;
  for (const { content } of messages) {
    tokens += MESSAGE;
    if (typeof content === "string") tokens += estimateTokens(content);
    else for (const part of content) tokens += countPart(part);
  }
  for (const tool of tools) tokens += estimateTokens(JSON.stringify(toolSchemaOf(tool)));
  return tokens;
}

/** More tokens than a request can have: what limits reserve. A file may have as many as the window takes. */
export function boundPrompt(
  messages: readonly LLMMessage[],
  options: Pick<CreateOptions, "tools">,
  window: () => number,
): number {
  return messages.some(hasFile) ? window() : MARGIN * countPrompt(messages, options);
}

function hasFile({ content }: LLMMessage): boolean {
  if (typeof content === "string") return false;
  return content.some((part) => typeof part !== "string" && "mediaType" in part && partKind(part) === "file");
}

function countPart(part: Exclude<LLMMessage["content"], string>[number]): number {
  if (typeof part === "string") return estimateTokens(part);
  if ("callId" in part) return estimateTokens(part.content);
  if ("arguments" in part) return estimateTokens(part.name) + estimateTokens(part.arguments);
  return part.type === "File" ? fileTokens(part, estimateTokens, IMAGE) : IMAGE;
}
