import { AssistantMessage, LimitError, effect } from "@tesserae/core";
import type { Response, Turn } from "../../base/task.ts";
import { TextMessage } from "../../messages/factories.ts";
import type { ChatMessage, StreamItem } from "../../messages/types.ts";
import { addToModelContext } from "../model-context.ts";
import type { AssistantSettings } from "./settings.ts";

/**
 * The answer of an assistant whose model may not be called any more, where it has one; `undefined` for every other error.
 * The model context holds what the assistant was told and this answer.
 */
export async function limitResponse(
  { name, modelContext, onLimit }: AssistantSettings,
  error: unknown,
  messages: readonly ChatMessage[],
  turn: Turn,
  inner: readonly StreamItem[],
): Promise<Response | undefined> {
  if (onLimit === undefined || !(error instanceof LimitError)) return undefined;
  const { limit } = error;
  const { context } = turn;
  const content = await effect<string>(
    context,
    { kind: "choice", name: "limit", repeat: "safe", request: () => ({ limit }) },
    async () => onLimit(error, inner),
  );
  await addToModelContext(modelContext, messages, turn.messages);
  await modelContext.addMessage(AssistantMessage({ content, source: name }));
  const chatMessage = TextMessage({ content, source: name, metadata: { limit } }, context);
  return { type: "Response", chatMessage, innerMessages: inner };
}
