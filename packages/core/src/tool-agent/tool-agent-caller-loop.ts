import { callModel } from "../effects/call-model.ts";
import { ValueError } from "../errors/kinds.ts";
import type { AgentId } from "../identifiers/agent-id.ts";
import type { ChatCompletionClient } from "../models/chat-completion-client.ts";
import {
  AssistantMessage,
  FunctionExecutionResultMessage,
  type CreateResult,
  type FunctionCall,
  type FunctionExecutionResult,
  type LLMMessage,
} from "../models/messages.ts";
import { plainContext } from "../run/context.ts";
import { currentRun } from "../run/current-run.ts";
import type { RunContext } from "../run/run-context.ts";
import type { SendOptions } from "../runtime/agent-runtime.ts";
import type { Tool, ToolSchema } from "../tools/tool.ts";
import { ToolException } from "./tool-exceptions.ts";
import { FunctionCallMessage, type ToolResultMessage } from "./tool-messages.ts";

/** Who sends the calls: an agent, or the runtime. */
export interface ToolCaller {
  sendMessage<Reply = unknown>(
    message: unknown,
    recipient: AgentId,
    options?: Omit<SendOptions, "sender">,
  ): Promise<Reply>;
}

/** What {@link toolAgentCallerLoop} needs. */
export interface ToolAgentCallerLoopOptions {
  readonly caller: ToolCaller;
  /** The {@link ToolAgent} that runs the tools. */
  readonly toolAgentId: AgentId;
  readonly modelClient: ChatCompletionClient;
  readonly inputMessages: readonly LLMMessage[];
  /** The tools that the model is told of. */
  readonly toolSchema: readonly (Tool | ToolSchema)[];
  readonly signal?: AbortSignal | undefined;
  /** The source of the assistant's messages. Default `assistant`. */
  readonly callerSource?: string | undefined;
  /** The most model calls. When they are used up, the last message holds calls that nobody answered. Default: no limit. */
  readonly maxIterations?: number | undefined;
  /** The run the calls belong to. Default: that of the handler that calls this. */
  readonly context?: RunContext | undefined;
}

/**
 * Asks a model and a {@link ToolAgent} in turn until the model calls no more tools.
 *
 * The calls of one answer run at the same time. A {@link ToolException} becomes a result with `isError` that the model
 * sees; any other error ends the loop.
 *
 * @returns the messages that were made, without the input.
 * @throws ValueError unless `maxIterations` is a whole number of at least 1.
 */
export async function toolAgentCallerLoop(options: ToolAgentCallerLoopOptions): Promise<readonly LLMMessage[]> {
  const { modelClient, inputMessages, toolSchema, signal, maxIterations = Infinity } = options;
  if (maxIterations !== Infinity && !(Number.isInteger(maxIterations) && maxIterations >= 1)) {
    throw new ValueError(`maxIterations must be a whole number of at least 1. It is ${maxIterations}.`);
  }
  const given = options.context ?? currentRun() ?? plainContext();
  const context = signal === undefined ? given : given.withSignal(signal);
  const generated: LLMMessage[] = [];
  for (let calls = 1; ; calls += 1) {
    const answer = await callModel(context, modelClient, [...inputMessages, ...generated], {
      purpose: "reply",
      tools: toolSchema,
      signal,
    });
    generated.push(assistantMessage(answer, options.callerSource ?? "assistant"));
    if (typeof answer.content === "string" || answer.content.length === 0 || calls >= maxIterations) return generated;
    generated.push(FunctionExecutionResultMessage({ content: await runCalls(answer.content, context, options) }));
  }
}

function assistantMessage(answer: CreateResult, source: string): AssistantMessage {
  return AssistantMessage({
    content: answer.content,
    source,
    ...(answer.thought === undefined ? {} : { thought: answer.thought }),
    ...(answer.providerData === undefined ? {} : { providerData: answer.providerData }),
  });
}

async function runCalls(
  calls: readonly FunctionCall[],
  context: RunContext,
  { caller, toolAgentId }: ToolAgentCallerLoopOptions,
): Promise<readonly FunctionExecutionResult[]> {
  const sent = calls.map((call) =>
    caller.sendMessage<ToolResultMessage>(FunctionCallMessage(call), toolAgentId, {
      run: context,
      signal: context.signal,
    }),
  );
  // All are awaited, so that no call is left running when one of them ends the loop.
  const outcomes = await Promise.allSettled(sent);
  return outcomes.map((outcome) => {
    if (outcome.status === "fulfilled") {
      const { content, name, callId, isError } = outcome.value;
      return { content, name, callId, isError };
    }
    const reason: unknown = outcome.reason;
    if (!(reason instanceof ToolException)) throw reason;
    return { content: reason.content, name: reason.toolName, callId: reason.callId, isError: true };
  });
}
