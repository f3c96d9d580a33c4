import { isObject, type Json, type JsonObject } from "@tesserae/core";
import type { AssembledResponse } from "@tesserae/wire/response";
import { addUsage } from "@tesserae/wire/usage";

/** True for an answer that the provider paused in the middle of its own tools, to be asked to go on. */
export function isPaused(response: AssembledResponse): boolean {
  return response.rawFinishReason === "pause_turn";
}

/** The body that asks the provider to go on with an answer: the same, with the answer so far at its end. */
export function continuedBody(body: JsonObject, paused: AssembledResponse): JsonObject {
  const messages = Array.isArray(body["messages"]) ? (body["messages"] as readonly Json[]) : [];
  return { ...body, messages: [...messages, { role: "assistant", content: blocksOf(paused) }] };
}

/** One answer of its parts: the texts joined, the usages added up; why it stopped is what the last part says. */
export function joinResponses(parts: readonly AssembledResponse[], last: AssembledResponse): AssembledResponse {
  if (parts.length === 0) return last;
  const all = [...parts, last];
  const usages = all.flatMap(({ usage }) => (usage === null ? [] : [usage]));
  const container = all.map(({ providerData }) => dataOf(providerData?.data)["container"]).findLast(Boolean);
  return {
    ...last,
    text: all.map(({ text }) => text).join(""),
    thinking: all.map(({ thinking }) => thinking).join(""),
    toolCalls: all.flatMap(({ toolCalls }) => toolCalls),
    citations: all.flatMap(({ citations }) => citations ?? []),
    usage: usages.length === 0 ? null : usages.reduce(addUsage),
    providerData: {
      protocol: "anthropic",
      data: { content: all.flatMap(blocksOf), ...(typeof container === "string" ? { container } : {}) },
    },
    notes: all.flatMap(({ notes }) => notes),
  };
}

function blocksOf(response: AssembledResponse): readonly Json[] {
  const { content } = dataOf(response.providerData?.data);
  if (Array.isArray(content)) return content as readonly Json[];
  return response.text === "" ? [] : [{ type: "text", text: response.text }];
}

function dataOf(data: unknown): Readonly<Record<string, unknown>> {
  return isObject(data) ? data : {};
}
