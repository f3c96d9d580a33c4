import {
  callTool,
  endsTheRun,
  errorToText,
  isObject,
  callAtOnce,
  raceSignal,
  throwIfAborted,
  toolResultToText,
  type FunctionCall,
  type FunctionExecutionResult,
  type HeldCalls,
  type JsonObject,
  type RunContext,
  type ToolResult,
} from "@tesserae/core";
import type { StreamItem } from "../../messages/types.ts";
import { isStreamItem } from "../../messages/is-stream-item.ts";
import type { OpenTurn } from "../open-turn.ts";
import { notFound, type OfferedTools } from "./offered-tools.ts";
import type { AssistantSettings } from "./settings.ts";

type Emit = (item: StreamItem) => void | Promise<void>;

/**
 * Runs the calls of one answer, all at once unless the assistant says otherwise. Results keep the order of the calls.
 * A failing call is a result that tells the model so; only an abort and what ends the run are errors.
 */
export async function callTools(
  settings: AssistantSettings,
  context: RunContext,
  offered: OfferedTools,
  request: { readonly calls: readonly FunctionCall[]; readonly firstIndex: number },
  emit: Emit,
  open: OpenTurn,
): Promise<readonly FunctionExecutionResult[]> {
  const { calls, firstIndex } = request;
  const run = (call: FunctionCall, index: number, show: Emit = emit): Promise<FunctionExecutionResult> => {
    const ordinal = firstIndex + index;
    return open.result(ordinal, () => runCall(settings, context, offered, call, ordinal, show, open));
  };
  const [only] = calls;
  if (calls.length === 1 && only !== undefined) return [await run(only, 0)];
  if (!settings.parallelToolCalls) {
    const results: FunctionExecutionResult[] = [];
    for (const [index, call] of calls.entries()) {
      results.push(await run(call, index));
    }
    return results;
  }
  const showing = calls.map((call, index) => (show: Emit) => run(call, index, show));
  const settled = severalStream(offered, calls)
    ? await callAtOnce(context, showing, emit, { unordered: isPiece })
    : await Promise.allSettled(showing.map((call) => call(emit)));
  return settled.map((outcome) => {
    if (outcome.status === "rejected") throw outcome.reason;
    return outcome.value;
  });
}

function isPiece({ type }: StreamItem): boolean {
  return type === "ModelClientStreamingChunkEvent";
}

/** True when what several calls show races: then a journal keeps who came first. */
function severalStream({ owners }: OfferedTools, calls: readonly FunctionCall[]): boolean {
  const streaming = calls.filter(({ name }) => {
    const workbench = owners.get(name);
    if (workbench === undefined || !("callToolStream" in workbench)) return false;
    return workbench.toolTraits?.(name)?.streams ?? true;
  });
  return streaming.length > 1;
}

async function runCall(
  settings: AssistantSettings,
  context: RunContext,
  offered: OfferedTools,
  call: FunctionCall,
  index: number,
  emit: Emit,
  held: HeldCalls,
): Promise<FunctionExecutionResult> {
  const handoff = settings.handoffs.get(call.name);
  const args = parseArguments(call.arguments);
  if (typeof args === "string") return failed(call, args);
  if (handoff !== undefined && offered.tools.includes(handoff.toolSchema))
    return { content: handoff.message, name: call.name, callId: call.id, isError: false };
  try {
    const workbench = offered.owners.get(call.name);
    if (workbench === undefined) return failed(call, notFound(call.name));
    const calling = callTool(
      context,
      workbench,
      { name: call.name, arguments: args, callId: call.id, index },
      {
        agent: settings.name,
        policy: settings.toolPolicy,
        middleware: settings.middleware,
        onItem: (item) => (isStreamItem(item) ? emit(item) : undefined),
        held,
      },
    );
    // A tool that does not watch the signal must not keep the step from being undone.
    const result: ToolResult = await raceSignal(calling, context.signal);
    return { content: toolResultToText(result), name: call.name, callId: call.id, isError: result.isError };
  } catch (error) {
    throwIfAborted(context.signal);
    if (endsTheRun(error)) throw error;
    return failed(call, errorToText(error));
  }
}

/** The arguments as an object; blank text and null count as none. A text says what is wrong. */
function parseArguments(text: string): JsonObject | string {
  if (text.trim() === "") return {};
  try {
    const value: unknown = JSON.parse(text);
    if (value === null) return {};
    if (isObject(value)) return value as JsonObject;
    return `Error: the arguments must be a JSON object, found ${text.slice(0, 80)}`;
  } catch (error) {
    return `Error: ${error instanceof Error ? error.message : String(error)}`;
  }
}

function failed(call: FunctionCall, content: string): FunctionExecutionResult {
  return { content, name: call.name, callId: call.id, isError: true };
}
