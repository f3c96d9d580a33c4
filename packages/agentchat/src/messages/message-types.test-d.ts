import { StructuredMessage, TextMessage, ToolCallRequestEvent, type StreamItem } from "../index.ts";

/** A message's type has the name of its factory, so that one import serves both. */
export const text: TextMessage = TextMessage({ content: "hello", source: "user" });
export const event: ToolCallRequestEvent = ToolCallRequestEvent({ content: [], source: "assistant" });
export const answer: StructuredMessage<{ readonly degrees: number }> = StructuredMessage({
  content: { degrees: 21 },
  contentType: { name: "Weather" },
  source: "assistant",
});

/** A stream's items narrow by their tag. */
export function degreesOrText(item: StreamItem): string {
  return item.type === "TextMessage" ? item.content : item.type;
}
