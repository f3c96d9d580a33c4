import type { LLMMessage } from "@tesserae/core";

/** The number of words: what the replay client counts in place of tokens. */
export function countWords(text: string): number {
  return text.match(/\S+/g)?.length ?? 0;
}

/** The words of messages. As in AutoGen only texts count: images, calls and results are no words. */
export function countMessageWords(messages: readonly LLMMessage[]): number {
  let words = 0;
  for (const { content } of messages) if (typeof content === "string") words += countWords(content);
  return words;
}

/** A text in pieces of one word, each with the white space after it. Joined they are the text. */
export function wordPieces(text: string): readonly string[] {
  return text.match(/^\s*\S+\s*|\S+\s*/g) ?? (text === "" ? [] : [text]);
}
