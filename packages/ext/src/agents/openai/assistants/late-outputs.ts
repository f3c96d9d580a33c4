import type { FunctionExecutionResult, LLMMessage } from "@tesserae/core";

/** What a run is told of calls that were made for another one, which was over before their results were there. */
export function lateOutputs(asking: LLMMessage | undefined, results: readonly FunctionExecutionResult[]): string {
  const calls = asking?.type === "AssistantMessage" && typeof asking.content !== "string" ? asking.content : [];
  const lines = results.map(({ callId, name, content }) => {
    const call = calls.find(({ id }) => id === callId);
    return `${name}(${call?.arguments ?? ""}) gave: ${content}`;
  });
  return [
    "You called tools in a run that was over before their results were there. These are the results; do not call the " +
      "tools again for them. Go on with the answer.",
    ...lines,
  ].join("\n\n");
}
