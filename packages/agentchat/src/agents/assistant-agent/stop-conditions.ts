import { ValueError } from "@tesserae/core";
import type { StopCondition } from "./tool-loop.ts";

/** Ends the tool loop after so many rounds of tool calls. @throws ValueError for a count that is never reached. */
export function stepCountIs(count: number): StopCondition {
  if (!Number.isInteger(count) || count < 1) {
    throw new ValueError(`stepCountIs takes a whole number above 0, got ${count}.`);
  }
  return ({ steps }) => steps.length >= count;
}

/** Ends the tool loop after a round in which this tool was called. */
export function hasToolCall(name: string): StopCondition {
  return ({ steps }) => steps.at(-1)?.toolCalls.some((call) => call.name === name) ?? false;
}
