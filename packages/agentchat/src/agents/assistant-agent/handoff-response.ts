import {
  AssistantMessage,
  FunctionExecutionResultMessage,
  type FunctionCall,
  type FunctionExecutionResult,
  type LLMMessage,
  type RunContext,
} from "@tesserae/core";
import type { Response } from "../../base/task.ts";
import { HandoffMessage } from "../../messages/factories.ts";
import { notFound } from "./offered-tools.ts";
import type { AssistantSettings } from "./settings.ts";

/** The answer that gives the conversation away, if one of the calls is a handoff; the first one counts. */
export function handoffResponse(
  settings: AssistantSettings,
  calls: readonly FunctionCall[],
  results: readonly FunctionExecutionResult[],
  thought: string | undefined,
  context: RunContext,
): Response | undefined {
  const handoffCalls = calls.filter(
    ({ name }, index) => settings.handoffs.has(name) && results[index]?.content !== notFound(name),
  );
  const [selected] = handoffCalls;
  const handoff = settings.handoffs.get(selected?.name ?? "");
  if (selected === undefined || handoff === undefined) return undefined;
  if (handoffCalls.length > 1) {
    process.emitWarning(
      `Multiple handoffs detected: ${handoffCalls.map((call) => call.name).join(", ")}. Only the first is followed. ` +
        "Switch parallel tool calls off in the model client.",
      { code: "TESSERAE_MULTIPLE_HANDOFFS" },
    );
  }
  const result = results[calls.indexOf(selected)];
  return {
    type: "Response",
    chatMessage: HandoffMessage(
      {
        content: result === undefined || result.isError === true ? handoff.message : result.content,
        target: handoff.target,
        source: settings.name,
        context: handedOver(settings, calls, results, thought),
      },
      context,
    ),
  };
}

/** What the target's model should know: the other calls of the same turn and their results, or the thought. */
function handedOver(
  settings: AssistantSettings,
  calls: readonly FunctionCall[],
  results: readonly FunctionExecutionResult[],
  thought: string | undefined,
): readonly LLMMessage[] {
  const others = calls.flatMap((call, index) => {
    const result = results[index];
    return settings.handoffs.has(call.name) || result === undefined ? [] : [{ call, result }];
  });
  if (others.length > 0) {
    return [
      AssistantMessage({ content: others.map(({ call }) => call), source: settings.name, thought }),
      FunctionExecutionResultMessage({ content: others.map(({ result }) => result) }),
    ];
  }
  return thought ? [AssistantMessage({ content: thought, source: settings.name })] : [];
}
