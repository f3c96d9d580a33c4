import {
  functionCallFromJson,
  functionCallToJson,
  functionExecutionResultFromJson,
  functionExecutionResultToJson,
  isObject,
  memoryContentFromJson,
  memoryContentToJson,
  ValueError,
  type Json,
} from "@tesserae/core";
import type { MessageDefinition } from "./definition.ts";
import {
  checkTag,
  fieldsFromJson,
  integerField,
  listField,
  messageJson,
  optionalText,
  textField,
} from "./json-fields.ts";
import type {
  CodeExecutionEvent,
  CodeGenerationEvent,
  MemoryQueryEvent,
  ModelClientStreamingChunkEvent,
  SelectSpeakerEvent,
  SelectorEvent,
  ThoughtEvent,
  ToolCallExecutionEvent,
  ToolCallRequestEvent,
  UserInputRequestedEvent,
} from "./types.ts";

const toolCallRequestEvent: MessageDefinition<ToolCallRequestEvent> = {
  type: "ToolCallRequestEvent",
  kind: "event",
  toText: (event) => JSON.stringify(event.content.map(functionCallToJson)),
  toJson: (event) => messageJson(event, { content: event.content.map(functionCallToJson) }),
  fromJson(json) {
    checkTag(json, "ToolCallRequestEvent");
    return {
      ...fieldsFromJson(json),
      content: listField(json, "content", functionCallFromJson),
      type: "ToolCallRequestEvent",
    };
  },
};

const toolCallExecutionEvent: MessageDefinition<ToolCallExecutionEvent> = {
  type: "ToolCallExecutionEvent",
  kind: "event",
  toText: (event) => JSON.stringify(event.content.map(functionExecutionResultToJson)),
  toJson: (event) => messageJson(event, { content: event.content.map(functionExecutionResultToJson) }),
  fromJson(json) {
    checkTag(json, "ToolCallExecutionEvent");
    return {
      ...fieldsFromJson(json),
      content: listField(json, "content", functionExecutionResultFromJson),
      type: "ToolCallExecutionEvent",
    };
  },
};

const codeGenerationEvent: MessageDefinition<CodeGenerationEvent> = {
  type: "CodeGenerationEvent",
  kind: "event",
  toText: (event) => event.content,
  toJson: (event) =>
    messageJson(event, {
      retry_attempt: event.retryAttempt,
      content: event.content,
      code_blocks: event.codeBlocks.map(({ code, language }) => ({ code, language })),
    }),
  fromJson(json) {
    checkTag(json, "CodeGenerationEvent");
    return {
      ...fieldsFromJson(json),
      retryAttempt: integerField(json, "retry_attempt"),
      content: textField(json, "content"),
      codeBlocks: listField(json, "code_blocks", (item, pointer) => {
        const block = objectAt(item, pointer);
        return { code: textField(block, "code"), language: textField(block, "language") };
      }),
      type: "CodeGenerationEvent",
    };
  },
};

const codeExecutionEvent: MessageDefinition<CodeExecutionEvent> = {
  type: "CodeExecutionEvent",
  kind: "event",
  toText: (event) => event.result.output,
  toJson: (event) =>
    messageJson(event, {
      retry_attempt: event.retryAttempt,
      result: { exit_code: event.result.exitCode, output: event.result.output },
    }),
  fromJson(json) {
    checkTag(json, "CodeExecutionEvent");
    const result = objectAt(json["result"], "/result");
    return {
      ...fieldsFromJson(json),
      retryAttempt: integerField(json, "retry_attempt"),
      result: { exitCode: integerField(result, "exit_code"), output: textField(result, "output") },
      type: "CodeExecutionEvent",
    };
  },
};

const userInputRequestedEvent: MessageDefinition<UserInputRequestedEvent> = {
  type: "UserInputRequestedEvent",
  kind: "event",
  toText: () => "",
  toJson: (event) => messageJson(event, { request_id: event.requestId, content: "" }),
  fromJson(json) {
    checkTag(json, "UserInputRequestedEvent");
    return {
      ...fieldsFromJson(json),
      requestId: textField(json, "request_id"),
      content: "",
      type: "UserInputRequestedEvent",
    };
  },
};

const memoryQueryEvent: MessageDefinition<MemoryQueryEvent> = {
  type: "MemoryQueryEvent",
  kind: "event",
  toText: (event) => JSON.stringify(event.content.map(memoryContentToJson)),
  toJson: (event) => messageJson(event, { content: event.content.map(memoryContentToJson) }),
  fromJson(json) {
    checkTag(json, "MemoryQueryEvent");
    return {
      ...fieldsFromJson(json),
      content: listField(json, "content", (item) => memoryContentFromJson(item)),
      type: "MemoryQueryEvent",
    };
  },
};

const modelClientStreamingChunkEvent: MessageDefinition<ModelClientStreamingChunkEvent> = {
  type: "ModelClientStreamingChunkEvent",
  kind: "event",
  toText: (event) => event.content,
  toJson: (event) =>
    messageJson(event, {
      content: event.content,
      full_message_id: event.fullMessageId ?? null,
      ...(event.restarted === true ? { restarted: true } : {}),
    }),
  fromJson(json) {
    checkTag(json, "ModelClientStreamingChunkEvent");
    return {
      ...fieldsFromJson(json),
      content: textField(json, "content"),
      fullMessageId: optionalText(json, "full_message_id"),
      type: "ModelClientStreamingChunkEvent",
      ...(json["restarted"] === true ? { restarted: true } : {}),
    };
  },
};

const thoughtEvent: MessageDefinition<ThoughtEvent> = {
  type: "ThoughtEvent",
  kind: "event",
  toText: (event) => event.content,
  toJson: (event) => messageJson(event, { content: event.content }),
  fromJson(json) {
    checkTag(json, "ThoughtEvent");
    return { ...fieldsFromJson(json), content: textField(json, "content"), type: "ThoughtEvent" };
  },
};

const selectSpeakerEvent: MessageDefinition<SelectSpeakerEvent> = {
  type: "SelectSpeakerEvent",
  kind: "event",
  toText: (event) => JSON.stringify(event.content),
  toJson: (event) => messageJson(event, { content: event.content }),
  fromJson(json) {
    checkTag(json, "SelectSpeakerEvent");
    return {
      ...fieldsFromJson(json),
      content: listField(json, "content", (item, pointer) => {
        if (typeof item !== "string") throw new ValueError(`${pointer} must be text.`);
        return item;
      }),
      type: "SelectSpeakerEvent",
    };
  },
};

const selectorEvent: MessageDefinition<SelectorEvent> = {
  type: "SelectorEvent",
  kind: "event",
  toText: (event) => event.content,
  toJson: (event) => messageJson(event, { content: event.content }),
  fromJson(json) {
    checkTag(json, "SelectorEvent");
    return { ...fieldsFromJson(json), content: textField(json, "content"), type: "SelectorEvent" };
  },
};

/** The definitions of every event that AutoGen has. */
export const EVENT_DEFINITIONS: readonly MessageDefinition[] = [
  toolCallRequestEvent,
  toolCallExecutionEvent,
  memoryQueryEvent,
  userInputRequestedEvent,
  modelClientStreamingChunkEvent,
  thoughtEvent,
  selectSpeakerEvent,
  selectorEvent,
  codeGenerationEvent,
  codeExecutionEvent,
];

function objectAt(value: Json | undefined, pointer: string): { readonly [key: string]: Json } {
  if (!isObject(value)) throw new ValueError(`${pointer} must be an object.`);
  return value;
}
