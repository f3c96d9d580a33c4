import { isObject, ValueError, type JsonObject } from "@tesserae/core";
import { dataOf, wordOf } from "./assistants-api.ts";

/** The first text of the newest message. @throws ValueError `ERR_MODEL_ANSWER` where there is none. */
export function lastText(page: JsonObject): string {
  const [message] = dataOf(page);
  if (message === undefined) throw unanswered("No messages received from the assistant.");
  const content = dataOf({ data: message["content"] ?? [] });
  if (content.length === 0) throw unanswered("No content in the last message of the assistant.");
  for (const { type, text } of content) {
    if (type === "text" && isObject(text) && typeof text["value"] === "string") return text["value"];
  }
  const kinds = content.map(({ type }) => wordOf(type)).join(", ");
  throw unanswered(`Expected text content in the last message of the assistant, and found ${kinds}.`);
}

function unanswered(message: string): ValueError {
  return new ValueError(message, { code: "ERR_MODEL_ANSWER" });
}
