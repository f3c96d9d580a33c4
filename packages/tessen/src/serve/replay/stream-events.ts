import type { RawObject } from "@tesserae/wire";
import { encodeSse } from "@tesserae/wire/sse";
import type { ServedProtocol } from "../traffic-request.ts";
import { anthropicEvents } from "./anthropic-events.ts";
import { openAIChatChunks } from "./openai-chat-chunks.ts";
import { openAIResponsesEvents } from "./openai-responses-events.ts";

/**
 * The server-sent events as which a whole body could have been streamed, one text an event. Every member of the body
 * comes somewhere, those that are not known here too.
 */
export function streamEventsOf(protocol: ServedProtocol, body: RawObject, withUsage: boolean): readonly string[] {
  if (protocol === "openai-chat") {
    const chunks = openAIChatChunks(body, withUsage).map((chunk) => encodeSse({ data: JSON.stringify(chunk) }));
    return [...chunks, encodeSse({ data: "[DONE]" })];
  }
  const events = protocol === "anthropic" ? anthropicEvents(body) : openAIResponsesEvents(body);
  return events.map((event) => encodeSse({ event: String(event["type"]), data: JSON.stringify(event) }));
}
