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
import { checkTag, fieldsFromJson, listField, messageJson, textField } from "./json-fields.ts";
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

const textMessage: MessageDefinition<TextMessage> = {
  ...textBehaviour,
  type: "TextMessage",
  toJson: (message) => messageJson(message, { content: message.content }),
  fromJson(json) {
    checkTag(json, "TextMessage");
    return { ...fieldsFromJson(json), content: textField(json, "content"), type: "TextMessage" };
  },
};

const stopMessage: MessageDefinition<StopMessage> = {
  ...textBehaviour,
  type: "StopMessage",
  toJson: (message) => messageJson(message, { content: message.content }),
  fromJson(json) {
    checkTag(json, "StopMessage");
    return { ...fieldsFromJson(json), content: textField(json, "content"), type: "StopMessage" };
  },
};

const handoffMessage: MessageDefinition<HandoffMessage> = {
  ...textBehaviour,
  type: "HandoffMessage",
  toJson: (message) =>
    messageJson(message, {
      content: message.content,
      target: message.target,
      context: message.context.map(llmMessageToJson),
    }),
  fromJson(json) {
    checkTag(json, "HandoffMessage");
    return {
      ...fieldsFromJson(json),
      content: textField(json, "content"),
      target: textField(json, "target"),
      context: json["context"] === undefined ? [] : listField(json, "context", llmMessageFromJson),
      type: "HandoffMessage",
    };
  },
};

const toolCallSummaryMessage: MessageDefinition<ToolCallSummaryMessage> = {
  ...textBehaviour,
  type: "ToolCallSummaryMessage",
  toJson: (message) => ({
    ...messageJson(message, { content: message.content }),
    tool_calls: message.toolCalls.map(functionCallToJson),
    results: message.results.map(functionExecutionResultToJson),
  }),
  fromJson(json) {
    checkTag(json, "ToolCallSummaryMessage");
    return {
      ...fieldsFromJson(json),
      content: textField(json, "content"),
      type: "ToolCallSummaryMessage",
      toolCalls: listField(json, "tool_calls", functionCallFromJson),
      results: listField(json, "results", functionExecutionResultFromJson),
    };
  },
};

const multiModalMessage: MessageDefinition<MultiModalMessage> = {
  type: "MultiModalMessage",
  kind: "chat",
  toText: (message) => contentToStr(message.content),
  toModelText: (message) =>
    message.content.map((part) => (typeof part === "string" ? part : ` [${partKind(part)}]`)).join(""),
  toModelMessage: (message) => UserMessage({ content: message.content, source: message.source }),
  toJson: (message) => messageJson(message, { content: contentPartsToJson(message.content) }),
  fromJson(json) {
    checkTag(json, "MultiModalMessage");
    const { content } = json;
    if (!Array.isArray(content)) throw new ValueError("/content must be a list of texts, images and files.");
    return { ...fieldsFromJson(json), content: contentPartsFromJson(content, "/content"), type: "MultiModalMessage" };
  },
};

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
