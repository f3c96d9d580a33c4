import {
  callModel,
  raceSignal,
  streamModel,
  type CreateOptions,
  type CreateResult,
  type RunContext,
} from "@tesserae/core";
import type { Response, Turn } from "../../base/task.ts";
import type { StreamItem } from "../../messages/types.ts";
import type { AssistantSettings } from "./settings.ts";
import { assistantStep, type StepAnswer, type StepRequest } from "./step.ts";
import { callTools } from "./tool-calls.ts";
import { askForOfferedTools, type OfferedTools } from "./offered-tools.ts";
import { chunkEmitter } from "../chunk-emitter.ts";
import { forModel } from "../model-context.ts";

/** Runs a step: performs what it asks for through the seam, until it has its response. */
export async function driveStep(settings: AssistantSettings, turn: Turn, inner: StreamItem[]): Promise<Response> {
  const { context } = turn;
  const offered =
    settings.offered ?? (await askForOfferedTools(context, settings.workbenches, settings.handoffs.values()));
  const emit = (item: StreamItem): void | Promise<void> => {
    if (item.type !== "ModelClientStreamingChunkEvent") inner.push(item);
    return turn.emit(item);
  };
  const step = assistantStep(settings, context);
  let next = step.next();
  while (next.done !== true) {
    const answer = perform(settings, context, offered, next.value, emit);
    next = step.next(answer instanceof Promise ? await answer : answer);
  }
  return { ...next.value, innerMessages: inner };
}

function perform(
  settings: AssistantSettings,
  context: RunContext,
  offered: OfferedTools,
  request: StepRequest,
  emit: (item: StreamItem) => void | Promise<void>,
): StepAnswer | Promise<StepAnswer> {
  switch (request.do) {
    case "emit":
      return noAnswer(emit(request.item));
    case "remember":
      return noAnswer(settings.modelContext.addMessage(request.message));
    case "call-tools":
      return callTools(settings, context, offered, request, emit);
    case "call-model":
      return performModelCall(settings, context, offered, request, emit);
  }
}

function noAnswer(waiting: void | Promise<void>): undefined | Promise<undefined> {
  return waiting instanceof Promise ? waiting.then(() => undefined) : undefined;
}

async function performModelCall(
  settings: AssistantSettings,
  context: RunContext,
  offered: OfferedTools,
  request: Extract<StepRequest, { do: "call-model" }>,
  emit: (item: StreamItem) => void | Promise<void>,
): Promise<CreateResult> {
  const { modelClient } = settings;
  const seen = await settings.modelContext.getMessages();
  const messages = forModel([...settings.system, ...seen], modelClient.modelInfo);
  const options: CreateOptions & { purpose: string; agent: string } = {
    purpose: request.purpose,
    agent: settings.name,
    ...(request.purpose === "reflect"
      ? { toolChoice: "none" }
      : offered.tools.length > 0
        ? { tools: offered.tools }
        : {}),
    ...(settings.outputSchema === undefined ? {} : { jsonOutput: settings.outputSchema }),
  };
  const answering = settings.modelClientStream
    ? streamModel(context, modelClient, messages, options, chunkEmitter(settings.name, emit, request.messageId))
    : callModel(context, modelClient, messages, options);
  // A client that does not watch the signal must not keep the step from being undone.
  return raceSignal(answering, context.signal);
}
