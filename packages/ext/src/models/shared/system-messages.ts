import { type LLMMessage, SystemMessage, ValueError } from "@tesserae/core";

/**
 * Joins system messages that follow one another into one, for models that take no more: their texts with a line feed
 * between them, the end trimmed, in the place of the first. An empty one is dropped.
 *
 * @throws ValueError when another message stands between two of them.
 */
export function mergeSystemMessages(messages: readonly LLMMessage[]): readonly LLMMessage[] {
  const first = messages.findIndex((message) => message.type === "SystemMessage");
  if (first === -1) return messages;
  let end = first;
  let content = "";
  for (let next = messages[end]; next?.type === "SystemMessage"; next = messages[end]) {
    content += end === first ? next.content : `\n${next.content}`;
    end += 1;
  }
  const rest = messages.slice(end);
  if (rest.some((message) => message.type === "SystemMessage")) {
    throw new ValueError(
      "The model takes system messages only next to one another, but another message stands between two of them. " +
        "Join them, or set multipleSystemMessages in the model info if the model takes them anywhere.",
    );
  }
  const merged = content.trimEnd();
  return [...messages.slice(0, first), ...(merged === "" ? [] : [SystemMessage({ content: merged })]), ...rest];
}
