import { ValueError, isObject, type Json, type JsonObject, type RequestUsage } from "@tesserae/core";
import type { Response, TaskResult } from "../../base/task.ts";
import { listField, optionalText, textField } from "../../messages/json-fields.ts";
import type { MessageRegistry } from "../../messages/registry.ts";
import type { ChatMessage, StreamItem } from "../../messages/types.ts";
import type { GroupChatEnvelope } from "../group-chat/envelopes.ts";
import { remoteFailure, serializableException } from "./serializable-exception.ts";

/** Writes an envelope: the keys are those of AutoGen's class of the same name. */
export function envelopeToJson(envelope: GroupChatEnvelope, messages: MessageRegistry): JsonObject {
  const write = (items: readonly StreamItem[]): Json[] => items.map((item) => messages.toJson(item));
  switch (envelope.type) {
    case "GroupChatStart":
      return {
        messages: envelope.messages.length === 0 ? null : write(envelope.messages),
        output_task_messages: envelope.outputTaskMessages,
      };
    case "GroupChatAgentResponse": {
      const { chatMessage, innerMessages } = envelope.response;
      const inner = innerMessages === undefined ? null : write(innerMessages);
      return {
        response: { chat_message: messages.toJson(chatMessage), inner_messages: inner },
        name: envelope.name,
      };
    }
    case "GroupChatTeamResponse": {
      const { messages: said, stopReason } = envelope.result;
      return { result: { messages: write(said), stop_reason: stopReason ?? null }, name: envelope.name };
    }
    case "GroupChatMessage":
      return { message: messages.toJson(envelope.message) };
    case "GroupChatTermination": {
      const error = envelope.error === undefined ? null : serializableException(envelope.error);
      return { message: messages.toJson(envelope.message), error };
    }
    case "GroupChatError":
      return { error: serializableException(envelope.error) };
    case "GroupChatRequestPublish":
    case "GroupChatReset":
      return {};
  }
}

/**
 * Reads an envelope that this side or AutoGen wrote. Unknown keys are ignored.
 *
 * @param from the participant that sent it: an error names nobody in its JSON.
 * @throws ValueError with a pointer.
 */
export function envelopeFromJson(
  type: GroupChatEnvelope["type"],
  json: JsonObject,
  messages: MessageRegistry,
  from: string,
): GroupChatEnvelope {
  switch (type) {
    case "GroupChatStart": {
      const task = json["messages"] === null || json["messages"] === undefined ? [] : chats(json, messages);
      return { type, messages: task, outputTaskMessages: json["output_task_messages"] !== false };
    }
    case "GroupChatAgentResponse":
      return { type, name: textField(json, "name"), response: responseFrom(objectField(json, "response"), messages) };
    case "GroupChatTeamResponse":
      return { type, name: textField(json, "name"), result: resultFrom(objectField(json, "result"), messages) };
    case "GroupChatMessage":
      return { type, message: messages.create(json["message"]) };
    case "GroupChatTermination": {
      const message = messages.create(json["message"]);
      if (message.type !== "StopMessage")
        throw new ValueError(`/message must be a StopMessage, found ${message.type}.`);
      const { error } = json;
      return isObject(error) ? { type, message, error: remoteFailure(objectField(json, "error")) } : { type, message };
    }
    case "GroupChatError":
      return { type, name: from, error: remoteFailure(objectField(json, "error")) };
    case "GroupChatRequestPublish":
    case "GroupChatReset":
      return { type };
  }
}

function responseFrom(json: JsonObject, messages: MessageRegistry): Response {
  const inner = json["inner_messages"];
  const innerMessages =
    inner === null || inner === undefined
      ? undefined
      : listField(json, "inner_messages", (item) => messages.create(item));
  return { type: "Response", chatMessage: chat(json["chat_message"], messages), innerMessages };
}

function resultFrom(json: JsonObject, messages: MessageRegistry): TaskResult {
  const said = listField(json, "messages", (item) => messages.create(item));
  return {
    type: "TaskResult",
    messages: said,
    stopReason: optionalText(json, "stop_reason"),
    status: "finished",
    usage: usageOf(said),
  };
}

/** What the messages say was used. The run counts what the participant tells beside them. */
function usageOf(items: readonly StreamItem[]): RequestUsage {
  let [promptTokens, completionTokens] = [0, 0];
  for (const { modelsUsage } of items) {
    promptTokens += modelsUsage?.promptTokens ?? 0;
    completionTokens += modelsUsage?.completionTokens ?? 0;
  }
  return { promptTokens, completionTokens };
}

function chats(json: JsonObject, messages: MessageRegistry): ChatMessage[] {
  return listField(json, "messages", (item) => chat(item, messages));
}

function chat(json: Json | undefined, messages: MessageRegistry): ChatMessage {
  const message = messages.create(json);
  if (messages.isChatMessage(message)) return message;
  throw new ValueError(`A ${message.type} is not a chat message: only those are given to participants.`);
}

function objectField(json: JsonObject, key: string): JsonObject {
  const value = json[key];
  if (!isObject(value)) throw new ValueError(`/${key} must be an object.`);
  return value;
}
