import type { AgentId } from "../identifiers/agent-id.ts";
import type { TopicId } from "../identifiers/topic-id.ts";
import type { JsonObject } from "../json.ts";
import type { LogEvent } from "./log-events.ts";

/** The JSON of an event, with the keys that Python AutoGen writes; extras never hide one of the fixed keys. */
export function logEventToJson(event: LogEvent): JsonObject {
  switch (event.type) {
    case "Message":
      return {
        type: event.type,
        payload: event.payload,
        sender: textOf(event.sender),
        receiver: textOf(event.receiver),
        kind: event.kind,
        delivery_stage: event.deliveryStage,
      };
    case "MessageDropped":
      return {
        type: event.type,
        payload: event.payload,
        sender: textOf(event.sender),
        receiver: textOf(event.receiver),
        kind: event.kind,
      };
    case "MessageHandlerException":
      return {
        type: event.type,
        payload: event.payload,
        handling_agent: textOf(event.handlingAgent),
        exception: exceptionText(event.exception),
      };
    case "AgentConstructionException":
      return { type: event.type, agent_id: textOf(event.agentId), exception: exceptionText(event.exception) };
    case "LLMCall":
      return {
        ...event.extras,
        type: event.type,
        messages: event.messages,
        response: event.response,
        prompt_tokens: event.promptTokens,
        completion_tokens: event.completionTokens,
        agent_id: textOf(event.agentId),
      };
    case "LLMStreamStart":
      return { ...event.extras, type: event.type, messages: event.messages, agent_id: textOf(event.agentId) };
    case "LLMStreamEnd":
      return {
        ...event.extras,
        type: event.type,
        response: event.response,
        prompt_tokens: event.promptTokens,
        completion_tokens: event.completionTokens,
        agent_id: textOf(event.agentId),
      };
    case "ToolCall":
      return {
        type: event.type,
        tool_name: event.toolName,
        arguments: event.arguments,
        result: event.result,
        agent_id: textOf(event.agentId),
      };
  }
}

/** The message of an error, the text of anything else that was thrown. */
export function exceptionText(exception: unknown): string {
  return exception instanceof Error ? exception.message : String(exception);
}

function textOf(id: AgentId | TopicId | undefined): string | null {
  return id === undefined ? null : id.toString();
}
