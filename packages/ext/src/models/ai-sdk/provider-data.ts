import { isObject, type AssistantMessage, type Json, type JsonObject } from "@tesserae/core";

const PROTOCOL = "ai-sdk";

/** What must go back with an answer: its parts in the form of a prompt, for the provider that gave them. */
export function toProviderData(provider: string, parts: readonly JsonObject[]): Json {
  return { protocol: PROTOCOL, provider, content: parts };
}

/**
 * The parts of an earlier answer (signed reasoning, calls with their metadata), as long as they still say what the
 * message says and go to the provider that they come from; `undefined` otherwise.
 */
export function keptParts(message: AssistantMessage, provider: string): readonly JsonObject[] | undefined {
  const data = message.providerData;
  if (!isObject(data) || data["protocol"] !== PROTOCOL || data["provider"] !== provider) return undefined;
  const { content: parts } = data;
  if (!Array.isArray(parts) || !parts.every(isObject)) return undefined;
  return saysTheSame(parts, message.content) ? (parts as readonly JsonObject[]) : undefined;
}

function saysTheSame(parts: readonly Record<string, unknown>[], content: AssistantMessage["content"]): boolean {
  const calls = parts.filter((part) => part["type"] === "tool-call" && part["providerExecuted"] !== true);
  if (typeof content !== "string") {
    return calls.length === content.length && calls.every((part, index) => part["toolCallId"] === content[index]?.id);
  }
  const text = parts.map((part) => (part["type"] === "text" ? String(part["text"]) : "")).join("");
  return calls.length === 0 && text === content;
}
