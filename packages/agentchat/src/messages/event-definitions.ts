import {
  functionCallFromJson,
  functionCallToJson,
  functionExecutionResultFromJson,
  functionExecutionResultToJson,
  isObject,
  memoryContentFromJson,
  memoryContentToJson,
  ValueError,
  type FunctionCall,
  type FunctionExecutionResult,
  type Json,
  type MemoryContent,
} from "@tesserae/core";
import type { MessageDefinition } from "./definition.ts";
import { builtIn, integerField, listField, optionalText, readText, textField, writeText } from "./json-fields.ts";
import type {
  MessageFields,
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

/** What the events whose content is text have in common. */
const textBehaviour = {
  kind: "event",
  toText: ({ content }: { readonly content: string }): string => content,
} as const;

/** An event whose content is a list; people see its JSON. */
function listEvent<M extends MessageFields & { readonly type: string; readonly content: readonly T[] }, T>(
  type: M["type"],
  write: (item: T) => Json,
  read: (item: Json, pointer: string) => T,
): MessageDefinition<M> {
  const written = ({ content }: M): Json[] => content.map(write);
  // What is read has what the type of the event says of its content.
  return builtIn<M>(
    type,
    { kind: "event", toText: (event) => JSON.stringify(written(event)) },
    (event) => ({ content: written(event) }),
    (json) => ({ content: listField(json, "content", read) }) as never,
  );
}

/** The definitions of every event that AutoGen has. */
export const EVENT_DEFINITIONS: readonly MessageDefinition[] = [
  listEvent<ToolCallRequestEvent, FunctionCall>("ToolCallRequestEvent", functionCallToJson, functionCallFromJson),
  listEvent<ToolCallExecutionEvent, FunctionExecutionResult>(
    "ToolCallExecutionEvent",
    functionExecutionResultToJson,
    functionExecutionResultFromJson,
  ),
  listEvent<MemoryQueryEvent, MemoryContent>("MemoryQueryEvent", memoryContentToJson, (item) =>
    memoryContentFromJson(item),
  ),
  builtIn<UserInputRequestedEvent>(
    "UserInputRequestedEvent",
    { kind: "event", toText: () => "" },
    ({ requestId }) => ({ request_id: requestId, content: "" }),
    (json) => ({ requestId: textField(json, "request_id"), content: "" }),
  ),
  builtIn<ModelClientStreamingChunkEvent>(
    "ModelClientStreamingChunkEvent",
    textBehaviour,
    ({ content, fullMessageId, restarted }) => ({
      content,
      full_message_id: fullMessageId ?? null,
      ...(restarted === true ? { restarted } : {}),
    }),
    (json) => ({
      ...readText(json),
      fullMessageId: optionalText(json, "full_message_id"),
      ...(json["restarted"] === true ? { restarted: true } : {}),
    }),
  ),
  builtIn<ThoughtEvent>("ThoughtEvent", textBehaviour, writeText, readText),
  listEvent<SelectSpeakerEvent, string>(
    "SelectSpeakerEvent",
    (name) => name,
    (item, pointer) => {
      if (typeof item !== "string") throw new ValueError(`${pointer} must be text.`);
      return item;
    },
  ),
  builtIn<SelectorEvent>("SelectorEvent", textBehaviour, writeText, readText),
  builtIn<CodeGenerationEvent>(
    "CodeGenerationEvent",
    textBehaviour,
    ({ retryAttempt, content, codeBlocks }) => ({
      retry_attempt: retryAttempt,
      content,
      code_blocks: codeBlocks.map(({ code, language }) => ({ code, language })),
    }),
    (json) => ({
      retryAttempt: integerField(json, "retry_attempt"),
      ...readText(json),
      codeBlocks: listField(json, "code_blocks", (item, pointer) => {
        const block = objectAt(item, pointer);
        return { code: textField(block, "code"), language: textField(block, "language") };
      }),
    }),
  ),
  builtIn<CodeExecutionEvent>(
    "CodeExecutionEvent",
    { kind: "event", toText: ({ result }) => result.output },
    ({ retryAttempt, result }) => ({
      retry_attempt: retryAttempt,
      result: { exit_code: result.exitCode, output: result.output },
    }),
    (json) => {
      const result = objectAt(json["result"], "/result");
      return {
        retryAttempt: integerField(json, "retry_attempt"),
        result: { exitCode: integerField(result, "exit_code"), output: textField(result, "output") },
      };
    },
  ),
];

function objectAt(value: Json | undefined, pointer: string): { readonly [key: string]: Json } {
  if (!isObject(value)) throw new ValueError(`${pointer} must be an object.`);
  return value;
}
