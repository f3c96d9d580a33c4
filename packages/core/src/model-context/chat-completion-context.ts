import type { JsonObject } from "../json.ts";
import type { LLMMessage } from "../models/messages.ts";

/** A value or a promise of it. */
export type Awaitable<T> = T | Promise<T>;

/**
 * The conversation an agent has with its model, and the view of it that the model gets
 * (component type `chat_completion_context`). Trimming is only a view: the state keeps every message.
 */
export interface ChatCompletionContext {
  addMessage(message: LLMMessage): Awaitable<void>;
  /** The messages for the next model call. The list is the caller's. */
  getMessages(): Awaitable<readonly LLMMessage[]>;
  clear(): Awaitable<void>;
  saveState(): Awaitable<JsonObject>;
  loadState(state: JsonObject): Awaitable<void>;
  /** Remembers where the conversation stands, cheaply; the returned function brings it back there. */
  checkpoint?(): () => void;
  /** How many messages there are, seen by the model or not. */
  size?(): number;
}
