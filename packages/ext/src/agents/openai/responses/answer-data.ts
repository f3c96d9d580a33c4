import { isObject, type AssistantMessage, type Json, type JsonObject, type LLMMessage } from "@tesserae/core";

/** The protocol, in the provider data of answers. */
export const PROTOCOL = "openai-responses";

/** What an answer keeps for the next request, and for the message that is made of it. */
export interface AnswerData {
  /** Under which the provider keeps the conversation up to this answer. */
  readonly responseId: string | undefined;
  /** The answer's items, where its text and its calls do not tell all. */
  readonly output: readonly JsonObject[] | undefined;
  /** Sources named in the text. */
  readonly citations: readonly JsonObject[];
}

const NOTHING: AnswerData = { responseId: undefined, output: undefined, citations: [] };

/** Writes {@link AnswerData} into provider data; parts without content are left out. */
export function writeAnswerData({ responseId, output, citations }: AnswerData): JsonObject {
  return {
    protocol: PROTOCOL,
    ...(responseId === undefined ? {} : { response_id: responseId }),
    ...(output === undefined ? {} : { data: { output } }),
    ...(citations.length === 0 ? {} : { citations }),
  };
}

/** Reads {@link writeAnswerData}; nothing of an answer that another protocol gave. */
export function readAnswerData({ providerData }: Pick<AssistantMessage, "providerData">): AnswerData {
  if (!isObject(providerData) || providerData["protocol"] !== PROTOCOL) return NOTHING;
  const { response_id: id, data, citations } = providerData;
  return {
    responseId: typeof id === "string" ? id : undefined,
    output: isObject(data) && Array.isArray(data["output"]) ? objectsOf(data["output"]) : undefined,
    citations: objectsOf(citations),
  };
}

/** Where the provider can go on, and what it has not seen; `undefined` where it keeps nothing. */
export function sinceLastResponse(
  messages: readonly LLMMessage[],
): { readonly responseId: string; readonly messages: readonly LLMMessage[] } | undefined {
  for (let index = messages.length - 1; index >= 0; index -= 1) {
    const message = messages[index];
    if (message?.type !== "AssistantMessage") continue;
    const { responseId } = readAnswerData(message);
    if (responseId !== undefined) return { responseId, messages: messages.slice(index + 1) };
  }
  return undefined;
}

/** The objects of a list. */
export function objectsOf(value: unknown): readonly JsonObject[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [];
  return list.filter((entry): entry is JsonObject => isObject(entry));
}

/** A text, or `undefined` for everything else. */
export function textOf(value: Json | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}
