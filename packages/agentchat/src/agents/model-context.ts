import type { Awaitable, ChatCompletionContext } from "@tesserae/core";
import { builtInMessages } from "../messages/registry.ts";
import { isStructuredTag, untypedStructuredMessage } from "../messages/structured-message.ts";
import type { ChatMessage } from "../messages/types.ts";
import { UserMessage } from "@tesserae/core";

const messagesOfTheHouse = builtInMessages();

/** Adds messages to what the model sees; a handoff first contributes the context it carries. */
export async function addToModelContext(
  modelContext: ChatCompletionContext,
  messages: readonly ChatMessage[],
): Promise<void> {
  for (const message of messages) {
    if (message.type === "HandoffMessage") {
      for (const carried of message.context) await wait(modelContext.addMessage(carried));
    }
    await wait(modelContext.addMessage(toModelMessage(message)));
  }
}

/** The message for the model, by its type, or by its shape when the type is the user's own. */
export function toModelMessage(message: ChatMessage): UserMessage {
  const { type } = message;
  if (isStructuredTag(type))
    return untypedStructuredMessage(type).toModelMessage?.(message as never) ?? byShape(message);
  return messagesOfTheHouse.isRegistered(type) ? messagesOfTheHouse.toModelMessage(message) : byShape(message);
}

/** Remembers where a model context stands and gives the function that brings it back there. */
export async function checkpointOf(modelContext: ChatCompletionContext): Promise<() => Awaitable<void>> {
  const checkpoint = modelContext.checkpoint?.();
  if (checkpoint !== undefined) return checkpoint;
  const state = await modelContext.saveState();
  return () => modelContext.loadState(state);
}

function byShape(message: ChatMessage): UserMessage {
  const { content, source } = message;
  return UserMessage({ content: typeof content === "string" ? content : JSON.stringify(content), source });
}

function wait(result: Awaitable<void>): Awaitable<void> {
  return result;
}
