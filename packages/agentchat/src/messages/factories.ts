import type {
  CodeBlock,
  CodeResult,
  ContentPart,
  FunctionCall,
  FunctionExecutionResult,
  LLMMessage,
  MemoryContent,
  RunContext,
} from "@tesserae/core";
import { listOf, stamp, textOf, type MessageInit } from "./stamp.ts";
import type * as types from "./types.ts";

/*
 * Each message type has a factory of the same name. Inside a run pass the run's context, so that ids and times are the
 * same when the run is replayed.
 */

/** See the factory of the same name. */
export type TextMessage = types.TextMessage;

/** Makes a {@link types.TextMessage}. */
export function TextMessage(init: MessageInit & { readonly content: string }, context?: RunContext): types.TextMessage {
  return { ...stamp(init, context), content: textOf(init.content, "content of a TextMessage"), type: "TextMessage" };
}

/** See the factory of the same name. */
export type StopMessage = types.StopMessage;

/** Makes a {@link types.StopMessage}. */
export function StopMessage(init: MessageInit & { readonly content: string }, context?: RunContext): types.StopMessage {
  return { ...stamp(init, context), content: textOf(init.content, "content of a StopMessage"), type: "StopMessage" };
}

/** See the factory of the same name. */
export type HandoffMessage = types.HandoffMessage;

/** Makes a {@link types.HandoffMessage}. */
export function HandoffMessage(
  init: MessageInit & {
    readonly content: string;
    readonly target: string;
    readonly context?: readonly LLMMessage[] | undefined;
  },
  context?: RunContext,
): types.HandoffMessage {
  return {
    ...stamp(init, context),
    content: textOf(init.content, "content of a HandoffMessage"),
    target: textOf(init.target, "target of a HandoffMessage"),
    context: init.context ?? [],
    type: "HandoffMessage",
  };
}

/** See the factory of the same name. */
export type ToolCallSummaryMessage = types.ToolCallSummaryMessage;

/** Makes a {@link types.ToolCallSummaryMessage}. */
export function ToolCallSummaryMessage(
  init: MessageInit & {
    readonly content: string;
    readonly toolCalls: readonly FunctionCall[];
    readonly results: readonly FunctionExecutionResult[];
  },
  context?: RunContext,
): types.ToolCallSummaryMessage {
  return {
    ...stamp(init, context),
    content: textOf(init.content, "content of a ToolCallSummaryMessage"),
    type: "ToolCallSummaryMessage",
    toolCalls: listOf(init.toolCalls, "toolCalls of a ToolCallSummaryMessage"),
    results: listOf(init.results, "results of a ToolCallSummaryMessage"),
  };
}

/** See the factory of the same name. */
export type MultiModalMessage = types.MultiModalMessage;

/** Makes a {@link types.MultiModalMessage}. */
export function MultiModalMessage(
  init: MessageInit & { readonly content: readonly ContentPart[] },
  context?: RunContext,
): types.MultiModalMessage {
  return {
    ...stamp(init, context),
    content: listOf(init.content, "content of a MultiModalMessage"),
    type: "MultiModalMessage",
  };
}

/** See the factory of the same name. */
export type ToolCallRequestEvent = types.ToolCallRequestEvent;

/** Makes a {@link types.ToolCallRequestEvent}. */
export function ToolCallRequestEvent(
  init: MessageInit & { readonly content: readonly FunctionCall[] },
  context?: RunContext,
): types.ToolCallRequestEvent {
  return { ...stamp(init, context), content: init.content, type: "ToolCallRequestEvent" };
}

/** See the factory of the same name. */
export type ToolCallExecutionEvent = types.ToolCallExecutionEvent;

/** Makes a {@link types.ToolCallExecutionEvent}. */
export function ToolCallExecutionEvent(
  init: MessageInit & { readonly content: readonly FunctionExecutionResult[] },
  context?: RunContext,
): types.ToolCallExecutionEvent {
  return { ...stamp(init, context), content: init.content, type: "ToolCallExecutionEvent" };
}

/** See the factory of the same name. */
export type CodeGenerationEvent = types.CodeGenerationEvent;

/** Makes a {@link types.CodeGenerationEvent}. */
export function CodeGenerationEvent(
  init: MessageInit & {
    readonly retryAttempt: number;
    readonly content: string;
    readonly codeBlocks: readonly CodeBlock[];
  },
  context?: RunContext,
): types.CodeGenerationEvent {
  return {
    ...stamp(init, context),
    retryAttempt: init.retryAttempt,
    content: init.content,
    codeBlocks: init.codeBlocks,
    type: "CodeGenerationEvent",
  };
}

/** See the factory of the same name. */
export type CodeExecutionEvent = types.CodeExecutionEvent;

/** Makes a {@link types.CodeExecutionEvent}. */
export function CodeExecutionEvent(
  init: MessageInit & { readonly retryAttempt: number; readonly result: CodeResult },
  context?: RunContext,
): types.CodeExecutionEvent {
  return {
    ...stamp(init, context),
    retryAttempt: init.retryAttempt,
    result: init.result,
    type: "CodeExecutionEvent",
  };
}

/** See the factory of the same name. */
export type UserInputRequestedEvent = types.UserInputRequestedEvent;

/** Makes a {@link types.UserInputRequestedEvent}. */
export function UserInputRequestedEvent(
  init: MessageInit & { readonly requestId: string },
  context?: RunContext,
): types.UserInputRequestedEvent {
  return { ...stamp(init, context), requestId: init.requestId, content: "", type: "UserInputRequestedEvent" };
}

/** See the factory of the same name. */
export type MemoryQueryEvent = types.MemoryQueryEvent;

/** Makes a {@link types.MemoryQueryEvent}. */
export function MemoryQueryEvent(
  init: MessageInit & { readonly content: readonly MemoryContent[] },
  context?: RunContext,
): types.MemoryQueryEvent {
  return { ...stamp(init, context), content: init.content, type: "MemoryQueryEvent" };
}

/** See the factory of the same name. */
export type ModelClientStreamingChunkEvent = types.ModelClientStreamingChunkEvent;

/** Makes a {@link types.ModelClientStreamingChunkEvent}. */
export function ModelClientStreamingChunkEvent(
  init: MessageInit & {
    readonly content: string;
    readonly fullMessageId?: string | undefined;
    readonly restarted?: boolean | undefined;
  },
  context?: RunContext,
): types.ModelClientStreamingChunkEvent {
  return {
    ...stamp(init, context),
    content: init.content,
    fullMessageId: init.fullMessageId,
    type: "ModelClientStreamingChunkEvent",
    ...(init.restarted === true ? { restarted: true } : {}),
  };
}

/** See the factory of the same name. */
export type ThoughtEvent = types.ThoughtEvent;

/** Makes a {@link types.ThoughtEvent}. */
export function ThoughtEvent(
  init: MessageInit & { readonly content: string },
  context?: RunContext,
): types.ThoughtEvent {
  return { ...stamp(init, context), content: init.content, type: "ThoughtEvent" };
}

/** See the factory of the same name. */
export type SelectSpeakerEvent = types.SelectSpeakerEvent;

/** Makes a {@link types.SelectSpeakerEvent}. */
export function SelectSpeakerEvent(
  init: MessageInit & { readonly content: readonly string[] },
  context?: RunContext,
): types.SelectSpeakerEvent {
  return { ...stamp(init, context), content: init.content, type: "SelectSpeakerEvent" };
}

/** See the factory of the same name. */
export type SelectorEvent = types.SelectorEvent;

/** Makes a {@link types.SelectorEvent}. */
export function SelectorEvent(
  init: MessageInit & { readonly content: string },
  context?: RunContext,
): types.SelectorEvent {
  return { ...stamp(init, context), content: init.content, type: "SelectorEvent" };
}
