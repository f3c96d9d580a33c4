import type { ModelPayload, ToolPayload } from "@tesserae/wire/channels";
import { MessageHandlerContext } from "../agents/message-handler-context.ts";
import { watchChannel } from "../diagnostics/watch-channel.ts";
import type { AgentId } from "../identifiers/agent-id.ts";
import { isObject, type JsonObject } from "../json.ts";
import { createResultToJson } from "../models/create-result-json.ts";
import { CreateResult } from "../models/messages.ts";
import type { LLMCallEvent, LogEvent } from "./log-events.ts";
import type { LogSink } from "./log-sink.ts";
import { getLogger } from "./logger.ts";

/** Options of {@link subscribeLog}. */
export interface SubscribeLogOptions {
  /** `false` where the model clients write to the sink themselves, by their option `logger`. Default true. */
  readonly models?: boolean | undefined;
  /** `false` where only {@link ToolAgent}s of a runtime that has the sink call tools. Default true. */
  readonly tools?: boolean | undefined;
}

/**
 * Writes AutoGen's `LLMCall`, `LLMStreamStart`, `LLMStreamEnd` and `ToolCall` events of this whole process to sinks, until
 * the returned function is called: whichever client and agent the calls come from, nothing has to be passed to them.
 *
 * Told is what was really called and went well: no answers of a journal or a cache, no failed calls. Messages and
 * answers are in the events as they are.
 */
export function subscribeLog(sinks: LogSink | readonly LogSink[], options: SubscribeLogOptions = {}): () => void {
  const logger = getLogger(sinks);
  const write = (event: LogEvent | undefined): void => {
    if (event !== undefined) logger.event(event);
  };
  const ends: (() => void)[] = [];
  if (options.models !== false) {
    ends.push(
      watchChannel("model", {
        started(payload) {
          const agentId = MessageHandlerContext.currentAgentId();
          if (payload.source === "world" && payload.streamed) write(streamStart(payload, agentId));
          return agentId;
        },
        ended: (payload, agentId) => write(modelEvent(payload, agentId as AgentId | undefined)),
      }),
    );
  }
  if (options.tools !== false) {
    ends.push(
      watchChannel("tool", {
        started: () => MessageHandlerContext.currentAgentId(),
        ended: (payload, agentId) => write(toolEvent(payload, agentId as AgentId | undefined)),
      }),
    );
  }
  return () => {
    for (const end of ends) end();
  };
}

function streamStart(payload: ModelPayload, agentId: AgentId | undefined): LogEvent {
  return { type: "LLMStreamStart", messages: messagesOf(payload), agentId, extras: extrasOf(payload) };
}

function modelEvent(payload: ModelPayload, agentId: AgentId | undefined): LogEvent | undefined {
  const { response, source, cached, error, streamed } = payload;
  if (response === undefined || error !== undefined || source !== "world" || cached === true) return undefined;
  const { text, thinking, toolCalls, finishReason } = response;
  const { inputTokens: promptTokens = 0, outputTokens: completionTokens = 0 } = payload.usage ?? {};
  const usage = { promptTokens, completionTokens };
  const result = CreateResult({
    finishReason,
    content: toolCalls.length === 0 ? text : toolCalls,
    usage,
    ...(thinking === "" ? {} : { thought: thinking }),
  });
  const common = { response: createResultToJson(result), ...usage, agentId, extras: extrasOf(payload) };
  return streamed ? { type: "LLMStreamEnd", ...common } : { type: "LLMCall", messages: messagesOf(payload), ...common };
}

function toolEvent(payload: ToolPayload, agentId: AgentId | undefined): LogEvent | undefined {
  const { name, arguments: args, result, isError, error, source } = payload;
  if (result === undefined || isError === true || error !== undefined || source !== "world") return undefined;
  return { type: "ToolCall", toolName: name, arguments: isObject(args) ? args : {}, result, agentId };
}

function messagesOf({ request }: ModelPayload): readonly JsonObject[] {
  return request.messages.filter((message): message is JsonObject => isObject(message));
}

/** What the table of events does not have: which model it was, for what, and by whom. */
function extrasOf({ model, provider, purpose, agent, runId }: ModelPayload): LLMCallEvent["extras"] {
  return { model, provider, purpose, agent, run_id: runId };
}
