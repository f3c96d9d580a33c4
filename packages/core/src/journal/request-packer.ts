import type { Json } from "../json.ts";
import type { LLMMessage } from "../models/messages.ts";

/** Writes requests for a journal: large parts become references, and a message is written and hashed once. */
export interface RequestPacker {
  /** Any JSON. */
  value(json: Json): Json;
  /** A list whose items stay the same objects from call to call, such as a conversation. */
  messages(messages: readonly LLMMessage[]): Json;
}
