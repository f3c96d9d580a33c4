import {
  addRequestUsage,
  callModel,
  choose,
  raceSignal,
  streamModel,
  type CreateResult,
  type ModelCallOptions,
  type RunContext,
} from "@tesserae/core";
import type { Response, Turn } from "../../base/task.ts";
import type { StreamItem } from "../../messages/types.ts";
import type { AssistantSettings } from "./settings.ts";
import { prepareCall, type PreparedCall } from "./prepare-call.ts";
import type { ToolStep } from "./tool-loop.ts";
import { assistantStep, type StepAnswer, type StepRequest } from "./step.ts";
import { callTools } from "./tool-calls.ts";
import { askForOfferedTools, type OfferedTools } from "./offered-tools.ts";
import { chunkEmitter } from "../chunk-emitter.ts";
import { forModel } from "../model-context.ts";
import type { OpenTurn } from "../open-turn.ts";

const NO_TOOLS: OfferedTools = { tools: [], owners: new Map() };

/** Runs a step: performs what it asks for through the seam, until it has its response. */
export async function driveStep(settings: AssistantSettings, turn: Turn, open: OpenTurn): Promise<Response> {
  const { context } = turn;
  const offered =
    settings.offered ?? (await askForOfferedTools(context, settings.workbenches, settings.handoffs.values()));
  const emit = (item: StreamItem): void | Promise<void> => {
    if (item.type !== "ModelClientStreamingChunkEvent") open.shown.push(item);
    return turn.emit(item);
  };
  const step = assistantStep(settings, context);
  const tools: LoopTools = { offered, active: offered };
  let next = step.next();
  while (next.done !== true) {
    const answer = perform(settings, context, tools, next.value, emit, open);
    next = step.next(answer instanceof Promise ? await answer : answer);
  }
  return { ...next.value, innerMessages: open.shown };
}

/** The tools of a step. */
interface LoopTools {
  readonly offered: OfferedTools;
  /** Those of the last model call. */
  active: OfferedTools;
}

function perform(
  settings: AssistantSettings,
  context: RunContext,
  tools: LoopTools,
  request: StepRequest,
  emit: (item: StreamItem) => void | Promise<void>,
  open: OpenTurn,
): StepAnswer | Promise<StepAnswer> {
  switch (request.do) {
    case "emit":
      return open.isCatchingUp ? undefined : emit(request.item);
    case "remember":
      return open.isCatchingUp ? undefined : settings.modelContext.addMessage(request.message);
    case "call-tools":
      return open.answer(() => callTools(settings, context, tools.active, request, emit, open));
    case "call-model":
      return open.answer(() => performModelCall(settings, context, tools, request, emit));
    case "ask-whether-to-stop":
      return open.answer(() => askWhetherToStop(settings, context, request.steps));
  }
}

/** What the conditions say is recorded. */
function askWhetherToStop(
  { stopWhen = [] }: AssistantSettings,
  context: RunContext,
  steps: readonly ToolStep[],
): Promise<boolean> {
  return choose(context, "stop-when", steps.at(-1)?.toolCalls ?? [], async () => {
    const usage = steps.map((step) => step.usage).reduce(addRequestUsage);
    for (const condition of stopWhen) if (await condition({ steps, usage })) return true;
    return false;
  });
}

async function performModelCall(
  settings: AssistantSettings,
  context: RunContext,
  tools: LoopTools,
  request: Extract<StepRequest, { do: "call-model" }>,
  emit: (item: StreamItem) => void | Promise<void>,
): Promise<CreateResult> {
  const { prepareStep } = settings;
  const isReflection = request.purpose === "reflect";
  let call: PreparedCall = {
    modelClient: settings.modelClient,
    system: settings.system,
    messages: await settings.modelContext.getMessages(),
    offered: isReflection ? NO_TOOLS : tools.offered,
  };
  if (prepareStep !== undefined) call = await prepareCall(prepareStep, call, request, context);
  const { modelClient, offered, toolChoice, extraCreateArgs } = call;
  tools.active = offered;
  const messages = forModel([...call.system, ...call.messages], modelClient.modelInfo);
  const options: ModelCallOptions = {
    purpose: request.purpose,
    agent: settings.name,
    middleware: settings.middleware,
    ...(isReflection
      ? { toolChoice: "none" }
      : offered.tools.length > 0
        ? { tools: offered.tools, ...(toolChoice === undefined ? {} : { toolChoice }) }
        : {}),
    ...(extraCreateArgs === undefined ? {} : { extraCreateArgs }),
    ...(settings.outputSchema === undefined ? {} : { jsonOutput: settings.outputSchema }),
  };
  const answering = settings.modelClientStream
    ? streamModel(context, modelClient, messages, options, chunkEmitter(settings.name, emit, request.messageId))
    : callModel(context, modelClient, messages, options);
  // A client that does not watch the signal must not keep the step from being undone.
  return raceSignal(answering, context.signal);
}
