import {
  AssistantMessage,
  FunctionExecutionResultMessage,
  ValueError,
  type CreateResult,
  type FunctionCall,
  type FunctionExecutionResult,
  type LLMMessage,
  type RunContext,
} from "@tesserae/core";
import type { Response } from "../../base/task.ts";
import { ThoughtEvent, ToolCallExecutionEvent, ToolCallRequestEvent } from "../../messages/factories.ts";
import type { StreamItem } from "../../messages/types.ts";
import type { AssistantSettings } from "./settings.ts";
import { handoffResponse } from "./handoff-response.ts";
import { summaryResponse, textResponse } from "./response.ts";
import type { ToolStep } from "./tool-loop.ts";

/** What a step of the assistant asks its driver to do. */
export type StepRequest =
  | {
      readonly do: "call-model";
      readonly purpose: "reply" | "reflect";
      readonly messageId: string;
      readonly steps: readonly ToolStep[];
    }
  | { readonly do: "ask-whether-to-stop"; readonly steps: readonly ToolStep[] }
  | { readonly do: "call-tools"; readonly calls: readonly FunctionCall[]; readonly firstIndex: number }
  | { readonly do: "remember"; readonly message: LLMMessage }
  | { readonly do: "emit"; readonly item: StreamItem };

/** What the driver gives back: a model's answer, tools' results, a yes or no, or nothing. */
export type StepAnswer = CreateResult | readonly FunctionExecutionResult[] | boolean | undefined | void;

/** A step of the assistant. It knows no I/O: it asks for what it needs and is told the outcome. */
export type AssistantStep = Generator<StepRequest, Response, StepAnswer>;

/**
 * One step, after the incoming messages and the memory are in the model context: call the model, run the tools it
 * asks for, again up to the limit, then answer by text, handoff, reflection or summary.
 */
export function* assistantStep(settings: AssistantSettings, context: RunContext): AssistantStep {
  let messageId = context.id();
  let steps: readonly ToolStep[] = [];
  let result = yield* callModel(settings, context, "reply", messageId, steps);
  let callsBefore = 0;
  for (let iteration = 1; ; iteration += 1) {
    const { content } = result;
    if (typeof content === "string") return textResponse(settings, result, content, messageId, context);
    yield emit(ToolCallRequestEvent({ content, source: settings.name, modelsUsage: result.usage }, context));
    const results = yield* callTools(content, callsBefore);
    callsBefore += content.length;
    yield { do: "remember", message: FunctionExecutionResultMessage({ content: results }) };
    yield emit(ToolCallExecutionEvent({ content: results, source: settings.name }, context));
    const handoff = handoffResponse(settings, content, results, result.thought, context);
    if (handoff !== undefined) return handoff;
    steps = [...steps, { toolCalls: content, toolResults: results, thought: result.thought, usage: result.usage }];
    if (
      iteration >= settings.maxToolIterations ||
      (settings.stopWhen !== undefined && (yield { do: "ask-whether-to-stop", steps }) === true)
    ) {
      return settings.reflectOnToolUse
        ? yield* reflect(settings, context, steps)
        : summaryResponse(settings, content, results, context);
    }
    messageId = context.id();
    result = yield* callModel(settings, context, "reply", messageId, steps);
  }
}

/** Asks for a last answer in the light of the tools' results, without tools. */
function* reflect(settings: AssistantSettings, context: RunContext, steps: readonly ToolStep[]): AssistantStep {
  const messageId = context.id();
  const result = yield* callModel(settings, context, "reflect", messageId, steps);
  if (typeof result.content !== "string") {
    throw new ValueError(
      `The reflection of '${settings.name}' produced no valid text response: the model called tools that it was not offered.`,
      { code: "ERR_MODEL_ANSWER" },
    );
  }
  return textResponse(settings, result, result.content, messageId, context);
}

function* callModel(
  settings: AssistantSettings,
  context: RunContext,
  purpose: "reply" | "reflect",
  messageId: string,
  steps: readonly ToolStep[],
): Generator<StepRequest, CreateResult, StepAnswer> {
  const result = yield { do: "call-model", purpose, messageId, steps };
  if (
    typeof result !== "object" ||
    !("content" in result) ||
    !(typeof result.content === "string" || Array.isArray(result.content))
  ) {
    throw new ValueError("A model call was not answered.");
  }
  const { thought } = result;
  if (thought !== undefined && thought !== "") {
    yield emit(ThoughtEvent({ content: thought, source: settings.name }, context));
  }
  yield {
    do: "remember",
    message: AssistantMessage({
      content: result.content,
      source: settings.name,
      thought,
      providerData: result.providerData,
    }),
  };
  return result;
}

function* callTools(
  calls: readonly FunctionCall[],
  firstIndex: number,
): Generator<StepRequest, readonly FunctionExecutionResult[], StepAnswer> {
  const results = yield { do: "call-tools", calls, firstIndex };
  if (!isResults(results)) throw new ValueError("Tool calls were not answered.");
  return results;
}

function isResults(answer: StepAnswer): answer is readonly FunctionExecutionResult[] {
  return Array.isArray(answer);
}

function emit(item: StreamItem): StepRequest {
  return { do: "emit", item };
}
