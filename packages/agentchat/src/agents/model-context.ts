import {
  UserMessage,
  type Awaitable,
  type ChatCompletionContext,
  type LLMMessage,
  type ModelInfo,
} from "@tesserae/core";
import { definitionByShape } from "../messages/by-shape.ts";
import { knownDefinition, type MessageRegistry } from "../messages/registry.ts";
import type { ChatMessage } from "../messages/types.ts";
import { removeImages } from "../text/model-content.ts";

/**
 * Adds messages to what the model sees; a handoff first contributes the context it carries. `registry` knows the
 * messages of the user's own.
 */
export async function addToModelContext(
  modelContext: ChatCompletionContext,
  messages: readonly ChatMessage[],
  registry?: MessageRegistry,
): Promise<void> {
  for (const message of messages) {
    if (message.type === "HandoffMessage") {
      for (const carried of message.context) await modelContext.addMessage(carried);
    }
    const adding = modelContext.addMessage(toModelMessage(message, registry));
    if (adding instanceof Promise) await adding;
  }
}

/** The message for the model, by its type, or by its shape when the type is not known. */
export function toModelMessage(message: ChatMessage, registry?: MessageRegistry): UserMessage {
  if (message.type === "TextMessage") return UserMessage({ content: message.content, source: message.source });
  if (registry !== undefined) return registry.toModelMessage(message);
  const definition = knownDefinition(message.type) ?? definitionByShape(message.type);
  return (
    definition.toModelMessage?.(message) ?? UserMessage({ content: definition.toText(message), source: message.source })
  );
}

/** Remembers where a model context stands and gives the function that brings it back there. */
export async function checkpointOf(modelContext: ChatCompletionContext): Promise<() => Awaitable<void>> {
  const checkpoint = modelContext.checkpoint?.();
  if (checkpoint !== undefined) return checkpoint;
  const state = await modelContext.saveState();
  return () => modelContext.loadState(state);
}

/**
 * The messages as a model can take them: text in the place of images for a model without eyes, and one system message,
 * in front, for a model that takes no more; what a memory added later then comes as a user's message.
 */
export function forModel(messages: readonly LLMMessage[], info: ModelInfo): readonly LLMMessage[] {
  const seen = info.vision ? messages : removeImages(messages);
  return info.multipleSystemMessages === false ? withOneSystemMessage(seen) : seen;
}

function withOneSystemMessage(messages: readonly LLMMessage[]): readonly LLMMessage[] {
  let leading = 0;
  while (messages[leading]?.type === "SystemMessage") leading += 1;
  const rest = messages
    .slice(leading)
    .map((message) =>
      message.type === "SystemMessage" ? UserMessage({ content: message.content, source: "system" }) : message,
    );
  if (leading < 2) return [...messages.slice(0, leading), ...rest];
  const texts = messages.slice(0, leading).map((message) => (message.type === "SystemMessage" ? message.content : ""));
  return [{ type: "SystemMessage", content: texts.join("\n") }, ...rest];
}
