import {
  UserMessage,
  ValueError,
  contentPartsFromJson,
  contentPartsToJson,
  functionCallFromJson,
  functionCallToJson,
  functionExecutionResultFromJson,
  functionExecutionResultToJson,
  llmMessageFromJson,
  llmMessageToJson,
  partKind,
} from "@tesserae/core";
import { contentToStr } from "../text/model-content.ts";
import type { MessageDefinition } from "./definition.ts";
import { EVENT_DEFINITIONS } from "./event-definitions.ts";
import { builtIn, listField, messageJson, readText, textField, writeText } from "./json-fields.ts";
import type {
  HandoffMessage,
  MessageFields,
  MultiModalMessage,
  StopMessage,
  TextMessage,
  ToolCallSummaryMessage,
} from "./types.ts";

interface TextContent extends MessageFields {
  readonly content: string;
}

/** What the chat messages whose content is text have in common. */
const textBehaviour = {
  kind: "chat",
  toText: (message: TextContent): string => message.content,
  toModelText: (message: TextContent): string => message.content,
  toModelMessage: (message: TextContent): UserMessage =>
    UserMessage({ content: message.content, source: message.source }),
} as const;

const textMessage = builtIn<TextMessage>("TextMessage", textBehaviour, writeText, readText);

const stopMessage = builtIn<StopMessage>("StopMessage", textBehaviour, writeText, readText);

const handoffMessage = builtIn<HandoffMessage>(
  "HandoffMessage",
  textBehaviour,
  ({ content, target, context }) => ({ content, target, context: context.map(llmMessageToJson) }),
  (json) => ({
    ...readText(json),
    target: textField(json, "target"),
    context: json["context"] === undefined ? [] : listField(json, "context", llmMessageFromJson),
  }),
);

const toolCallSummaryMessage: MessageDefinition<ToolCallSummaryMessage> = {
  ...builtIn<ToolCallSummaryMessage>("ToolCallSummaryMessage", textBehaviour, writeText, (json) => ({
    ...readText(json),
    toolCalls: listField(json, "tool_calls", functionCallFromJson),
    results: listField(json, "results", functionExecutionResultFromJson),
  })),
  // Python writes these behind the tag.
  toJson: (message) => ({
    ...messageJson(message, writeText(message)),
    tool_calls: message.toolCalls.map(functionCallToJson),
    results: message.results.map(functionExecutionResultToJson),
  }),
};

const multiModalMessage = builtIn<MultiModalMessage>(
  "MultiModalMessage",
  {
    kind: "chat",
    toText: (message) => contentToStr(message.content),
    toModelText: (message) =>
      message.content.map((part) => (typeof part === "string" ? part : ` [${partKind(part)}]`)).join(""),
    toModelMessage: (message) => UserMessage({ content: message.content, source: message.source }),
  },
  ({ content }) => ({ content: contentPartsToJson(content) }),
  ({ content }) => {
    if (!Array.isArray(content)) throw new ValueError("/content must be a list of texts, images and files.");
    return { content: contentPartsFromJson(content, "/content") };
  },
);

/** The definitions of every message and event that AutoGen has. */
export const BUILT_IN_DEFINITIONS: readonly MessageDefinition[] = [
  textMessage,
  multiModalMessage,
  stopMessage,
  toolCallSummaryMessage,
  handoffMessage,
  ...EVENT_DEFINITIONS,
];

/** Definitions that agents name as what they produce. */
export const TEXT_MESSAGE: MessageDefinition<TextMessage> = textMessage;
/** See {@link TEXT_MESSAGE}. */
export const STOP_MESSAGE: MessageDefinition<StopMessage> = stopMessage;
/** See {@link TEXT_MESSAGE}. */
export const HANDOFF_MESSAGE: MessageDefinition<HandoffMessage> = handoffMessage;
/** See {@link TEXT_MESSAGE}. */
export const TOOL_CALL_SUMMARY_MESSAGE: MessageDefinition<ToolCallSummaryMessage> = toolCallSummaryMessage;
/** See {@link TEXT_MESSAGE}. */
export const MULTI_MODAL_MESSAGE: MessageDefinition<MultiModalMessage> = multiModalMessage;
