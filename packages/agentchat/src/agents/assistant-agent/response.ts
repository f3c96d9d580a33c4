import type { CreateResult, FunctionCall, FunctionExecutionResult, RunContext } from "@tesserae/core";
import { ValueError } from "@tesserae/core";
import type { Response } from "../../base/task.ts";
import { TextMessage, ToolCallSummaryMessage } from "../../messages/factories.ts";
import { StructuredMessage } from "../../messages/structured-message.ts";
import { fillTemplate } from "../../text/template.ts";
import type { AssistantSettings } from "./settings.ts";

/** The answer made of a model's text: structured where the assistant has an output type. */
export function textResponse(
  settings: AssistantSettings,
  result: CreateResult,
  content: string,
  id: string,
  context: RunContext,
): Response {
  const common = { source: settings.name, modelsUsage: result.usage, id };
  const contentType = settings.outputContentType;
  if (contentType === undefined) {
    return { type: "Response", chatMessage: TextMessage({ ...common, content }, context) };
  }
  const chatMessage = StructuredMessage(
    {
      ...common,
      contentType,
      content: contentType.parse(parseJson(settings.name, content)),
      formatString: settings.outputContentTypeFormat,
    },
    context,
  );
  // The content type parsed JSON text: its value is JSON.
  return { type: "Response", chatMessage: chatMessage as Response["chatMessage"] };
}

/** The answer made of tools' results, one line each. A handoff that was followed is an answer itself. */
export function summaryResponse(
  settings: AssistantSettings,
  calls: readonly FunctionCall[],
  results: readonly FunctionExecutionResult[],
  context: RunContext,
): Response {
  const toolCalls: FunctionCall[] = [];
  const toolResults: FunctionExecutionResult[] = [];
  const lines: string[] = [];
  for (const [index, call] of calls.entries()) {
    const result = results[index];
    if (result === undefined) continue;
    toolCalls.push(call);
    toolResults.push(result);
    const line = summaryLine(settings, call, result);
    lines.push(settings.tagToolCallSummary ? `${settings.name}.${call.name}: ${line}` : line);
  }
  return {
    type: "Response",
    chatMessage: ToolCallSummaryMessage(
      { content: lines.join("\n"), source: settings.name, toolCalls, results: toolResults },
      context,
    ),
  };
}

function summaryLine(settings: AssistantSettings, call: FunctionCall, result: FunctionExecutionResult): string {
  if (settings.toolCallSummaryFormatter !== undefined) return settings.toolCallSummaryFormatter(call, result);
  if (settings.toolCallSummaryFormat === "{result}") return result.content;
  return fillTemplate(settings.toolCallSummaryFormat, {
    tool_name: call.name,
    arguments: call.arguments,
    result: result.content,
    // Python's spelling: the format strings of existing files compare with it.
    is_error: result.isError === true ? "True" : "False",
  });
}

function parseJson(name: string, content: string): unknown {
  try {
    return JSON.parse(content);
  } catch (error) {
    throw new ValueError(
      `The model's answer for '${name}' is not JSON, though a structured answer was asked for: ${content.slice(0, 200)}`,
      { code: "ERR_MODEL_ANSWER", cause: error },
    );
  }
}
