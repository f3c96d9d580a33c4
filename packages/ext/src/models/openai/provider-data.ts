import { type AssistantMessage, isObject, type Json, type JsonObject } from "@tesserae/core";
import type { AssembledResponse } from "@tesserae/wire/response";

/** What of an answer goes back to the provider that gave it. */
export interface ReturnedData {
  /** Fields of the message. */
  readonly message: { readonly reasoning_details?: Json; readonly reasoning_content?: string };
  /** `extra_content` of the calls, by their place; `null` for none. */
  readonly calls: readonly Json[];
}

const NOTHING: ReturnedData = { message: {}, calls: [] };

/**
 * What must come back with the next request: signed reasoning (OpenRouter), thought signatures of calls (Gemini),
 * the reasoning itself (DeepSeek, beside calls). The provider's name is kept with it, since others refuse such fields.
 */
export function providerDataOf(
  response: AssembledResponse,
  provider: string,
  returnsReasoning: boolean,
): Json | undefined {
  const found = response.providerData?.data;
  const reasoning = returnsReasoning && response.thinking !== "" && response.toolCalls.length > 0;
  if (found === undefined && !reasoning) return undefined;
  const data: JsonObject = {
    ...(isObject(found) ? found : {}),
    ...(reasoning ? { reasoning_content: response.thinking } : {}),
  };
  return { protocol: "openai-chat", provider, data };
}

/** Reads {@link providerDataOf} for a request; what another provider or protocol gave is left out. */
export function returnedData({ providerData }: AssistantMessage, provider: string): ReturnedData {
  if (!isObject(providerData) || providerData["protocol"] !== "openai-chat" || providerData["provider"] !== provider) {
    return NOTHING;
  }
  const { data } = providerData;
  if (!isObject(data)) return NOTHING;
  const { reasoning_details: details, reasoning_content: reasoning, tool_call_extra_content: calls } = data;
  return {
    message: {
      ...(details === undefined ? {} : { reasoning_details: details }),
      ...(typeof reasoning === "string" ? { reasoning_content: reasoning } : {}),
    },
    calls: Array.isArray(calls) ? calls : [],
  };
}
