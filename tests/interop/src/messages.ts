import {
  MessageRegistry,
  structuredMessageDefinition,
  type ChatMessage,
  type MessageDefinition,
  type StreamItem,
  type Task,
} from "@tesserae/agentchat";
import { ValueError, type Json, type JsonObject } from "@tesserae/core";
import { CONTENT_TYPES, structuredDefinition } from "./content-types.ts";
import { objectOf } from "./golden.ts";

/** Knows every message of the golden files. */
export const MESSAGES: MessageRegistry = new MessageRegistry(
  CONTENT_TYPES.map((type) => structuredMessageDefinition(type)),
);

/** The definition of a tag. */
export function definitionOf(tag: string): MessageDefinition {
  const found = tag.startsWith("StructuredMessage[") ? structuredDefinition(tag) : MESSAGES.definition(tag);
  if (found === undefined) throw new ValueError(`There is no message type ${tag}.`);
  return found;
}

/** A message or event in wire form; `source` is used where the data names none. */
export function makeMessage(data: Json, source: string): StreamItem {
  return MESSAGES.create({ source, ...objectOf(data, "message") });
}

/** A chat message in wire form. */
export function makeChatMessage(data: Json, source: string): ChatMessage {
  const message = makeMessage(data, source);
  if (!MESSAGES.isChatMessage(message)) throw new ValueError(`${message.type} is no chat message.`);
  return message;
}

/** A task: nothing, a text, a message, or a list of messages; source `user` unless it says otherwise. */
export function makeTask(task: Json | undefined): Task | undefined {
  if (task === undefined || task === null) return undefined;
  if (typeof task === "string") return task;
  if (Array.isArray(task)) return task.map((message) => makeChatMessage(message, "user"));
  return makeChatMessage(task, "user");
}

/** The wire form of a message. */
export function dumpMessage(message: StreamItem): JsonObject {
  return MESSAGES.toJson(message);
}
