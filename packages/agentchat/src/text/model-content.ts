import { functionCallToJson, functionExecutionResultToJson, partKind, type LLMMessage } from "@tesserae/core";

/**
 * The content of a message for a model as one text: parts on lines of their own, `<image>` for an image, `<file>` or
 * `<audio>` for a file, calls and results as JSON.
 */
export function contentToStr(content: LLMMessage["content"]): string {
  if (typeof content === "string") return content;
  return content.map(partToStr).join("\n");
}

type Part = Exclude<LLMMessage["content"], string>[number];

function partToStr(part: Part): string {
  if (typeof part === "string") return part;
  if ("mediaType" in part) return `<${partKind(part)}>`;
  return JSON.stringify("callId" in part ? functionExecutionResultToJson(part) : functionCallToJson(part));
}

/** The messages with the text `<image>` in the place of each image, for a model that cannot see. */
export function removeImages(messages: readonly LLMMessage[]): readonly LLMMessage[] {
  return messages.map((message) => {
    if (message.type !== "UserMessage" || typeof message.content === "string") return message;
    const content = message.content.map((part) =>
      typeof part !== "string" && partKind(part) === "image" ? "<image>" : part,
    );
    return { ...message, content: content.every((part) => typeof part === "string") ? content.join("\n") : content };
  });
}
