import { ValueError, isObject } from "@tesserae/core";
import type { Task } from "../base/task.ts";
import { TextMessage } from "../messages/factories.ts";
import type { MessageRegistry } from "../messages/registry.ts";
import type { ChatMessage } from "../messages/types.ts";


/** The messages of a task. Text becomes a message of the user's. Nothing means: go on from the present state. */
export function taskMessages(
  task: Task | undefined,
  registry: MessageRegistry,
  make: (content: string) => ChatMessage = (content) => TextMessage({ content, source: "user" }),
): readonly ChatMessage[] {
  if (task === undefined || task === null) return [];
  if (typeof task === "string") return [make(task)];
  const list: unknown = task;
  if (!Array.isArray(list)) return [checked(list, registry, "Task must be a string, a chat message or a list of them")];
  if (list.length === 0) {
    throw new ValueError("Task list cannot be empty. Leave the task out to go on from the present state.");
  }
  return list.map((item) =>
    checked(item, registry, "Invalid message type in sequence: all messages in task list must be valid chat messages"),
  );
}

function checked(value: unknown, registry: MessageRegistry, problem: string): ChatMessage {
  if (!isObject(value) || typeof value["type"] !== "string" || typeof value["source"] !== "string") {
    throw new ValueError(`${problem}, found ${describe(value)}.`);
  }
  const { type } = value;
  const definition = registry.definition(type);
  if (definition === undefined) {
    throw new ValueError(
      `The message type ${type} is not registered. Name its definition in customMessageTypes, or in the producedMessageTypes of an agent.`,
      { code: "ERR_MESSAGE_UNKNOWN" },
    );
  }
  if (definition.kind !== "chat") throw new ValueError(`${problem}, found the event ${type}.`);
  // The registry knows the tag as one of a chat message.
  return value as unknown as ChatMessage;
}

function describe(value: unknown): string {
  if (isObject(value)) return `an object of type ${JSON.stringify(value["type"])}`;
  return value === null ? "null" : `a ${typeof value}`;
}
