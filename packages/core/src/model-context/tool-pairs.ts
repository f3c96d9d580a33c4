import type { LLMMessage } from "../models/messages.ts";

/** True for an assistant message that calls tools. */
export function hasCalls(message: LLMMessage | undefined): boolean {
  return message?.type === "AssistantMessage" && typeof message.content !== "string";
}

/** True for the results of tool calls. */
export function isResults(message: LLMMessage | undefined): boolean {
  return message?.type === "FunctionExecutionResultMessage";
}

/** Where the unit that holds the message at `index` begins and ends: calls and the results after them are one unit. */
export function unitAround(messages: readonly LLMMessage[], index: number): { start: number; end: number } {
  let start = index;
  while (isResults(messages[start]) && start > 0) start -= 1;
  if (start < index && !hasCalls(messages[start])) start += 1;
  let end = start + 1;
  if (hasCalls(messages[start]) || isResults(messages[start])) while (isResults(messages[end])) end += 1;
  return { start, end: Math.max(end, index + 1) };
}

/** The messages without the results at their beginning, whose calls are not among them. */
export function withoutLeadingResults(messages: readonly LLMMessage[]): readonly LLMMessage[] {
  let first = 0;
  while (isResults(messages[first])) first += 1;
  return first === 0 ? messages : messages.slice(first);
}

/** The messages without calls at their end, whose results are not among them. */
export function withoutTrailingCalls(messages: readonly LLMMessage[]): readonly LLMMessage[] {
  return hasCalls(messages.at(-1)) ? messages.slice(0, -1) : messages;
}
