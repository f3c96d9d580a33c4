import type { StopCondition } from "./tool-loop.ts";

/** Ends the tool loop after so many rounds of tool calls. */
export function stepCountIs(count: number): StopCondition {
  return ({ steps }) => steps.length >= count;
}

/** Ends the tool loop after a round in which this tool was called. */
export function hasToolCall(name: string): StopCondition {
  return ({ steps }) => steps.at(-1)?.toolCalls.some((call) => call.name === name) ?? false;
}
