import type { AgentId } from "../identifiers/agent-id.ts";
import type { TopicId } from "../identifiers/topic-id.ts";
import type { JsonObject } from "../json.ts";

/** How a message travels. The values are the texts in a log. */
export const MessageKind = {
  DIRECT: "MessageKind.DIRECT",
  PUBLISH: "MessageKind.PUBLISH",
  RESPOND: "MessageKind.RESPOND",
} as const;
export type MessageKind = (typeof MessageKind)[keyof typeof MessageKind];

/** Where on its way a message is. The values are the texts in a log. */
export const DeliveryStage = {
  SEND: "DeliveryStage.SEND",
  DELIVER: "DeliveryStage.DELIVER",
} as const;
export type DeliveryStage = (typeof DeliveryStage)[keyof typeof DeliveryStage];

/** A message was sent, published or answered, or reached its recipient. */
export interface MessageEvent {
  readonly type: "Message";
  /** The JSON text of the message. */
  readonly payload: string;
  readonly sender: AgentId | undefined;
  readonly receiver: AgentId | TopicId | undefined;
  readonly kind: MessageKind;
  readonly deliveryStage: DeliveryStage;
}

/** A message was dropped: by an intervention handler, or because its sender gave up before it was handled. */
export interface MessageDroppedEvent {
  readonly type: "MessageDropped";
  readonly payload: string;
  readonly sender: AgentId | undefined;
  readonly receiver: AgentId | TopicId | undefined;
  readonly kind: MessageKind;
}

/** A handler threw. */
export interface MessageHandlerExceptionEvent {
  readonly type: "MessageHandlerException";
  readonly payload: string;
  readonly handlingAgent: AgentId;
  readonly exception: unknown;
}

/** A factory threw. */
export interface AgentConstructionExceptionEvent {
  readonly type: "AgentConstructionException";
  readonly agentId: AgentId;
  readonly exception: unknown;
}

/** A model answered. `extras` are written beside the other keys; `model` is always among them. */
export interface LLMCallEvent {
  readonly type: "LLMCall";
  readonly messages: readonly JsonObject[];
  readonly response: JsonObject;
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly agentId: AgentId | undefined;
  readonly extras: JsonObject & { readonly model: string };
}

/** A model began to stream. */
export interface LLMStreamStartEvent {
  readonly type: "LLMStreamStart";
  readonly messages: readonly JsonObject[];
  readonly agentId: AgentId | undefined;
  readonly extras: JsonObject;
}

/** A model's stream ended. */
export interface LLMStreamEndEvent {
  readonly type: "LLMStreamEnd";
  readonly response: JsonObject;
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly agentId: AgentId | undefined;
  readonly extras: JsonObject;
}

/** A tool was called. */
export interface ToolCallEvent {
  readonly type: "ToolCall";
  readonly toolName: string;
  readonly arguments: JsonObject;
  readonly result: string;
  readonly agentId: AgentId | undefined;
}

/** Everything that is written to the events' logger. */
export type LogEvent =
  | MessageEvent
  | MessageDroppedEvent
  | MessageHandlerExceptionEvent
  | AgentConstructionExceptionEvent
  | LLMCallEvent
  | LLMStreamStartEvent
  | LLMStreamEndEvent
  | ToolCallEvent;
