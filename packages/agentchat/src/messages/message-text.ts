import { builtInMessages } from "./registry.ts";
import type { StreamItem } from "./types.ts";

const messagesOfTheHouse = builtInMessages();

/** A message for people, by its type, or by its shape when the type is the user's own. */
export function messageText(item: StreamItem): string {
  if (messagesOfTheHouse.definition(item.type) !== undefined) return messagesOfTheHouse.toText(item);
  const content: unknown = "content" in item ? item.content : undefined;
  return typeof content === "string" ? content : JSON.stringify(content ?? null);
}
