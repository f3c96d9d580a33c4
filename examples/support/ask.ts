/** How the actors of the examples ask a model. */
import { callModel, type ChatCompletionClient, type LLMMessage, type MessageContext } from "@tesserae/core";

/** The answer of a model, as text. The call belongs to the run of the message that is being handled. */
export async function ask(
  { run }: MessageContext,
  modelClient: ChatCompletionClient,
  messages: readonly LLMMessage[],
): Promise<string> {
  const { content } = await callModel(run, modelClient, messages, { purpose: "reply" });
  return typeof content === "string" ? content : JSON.stringify(content);
}
