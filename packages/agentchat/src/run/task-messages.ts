import { ValueError, isObject, type RunContext } from "@tesserae/core";
import type { Task } from "../base/task.ts";
import { TextMessage } from "../messages/factories.ts";
import { isEventType } from "../messages/is-event.ts";
import type { ChatMessage } from "../messages/types.ts";

/** The messages of a task. Text becomes a message of the user's. Nothing means: go on from the present state. */
export function taskMessages(task: Task | undefined, context?: RunContext): readonly ChatMessage[] {
  if (task === undefined || task === null) return [];
  if (typeof task === "string") return [TextMessage({ content: task, source: "user" }, context)];
  return "type" in task ? [task] : task;
}

/**
 * Throws unless the task can be run. `isKnown` tells the kinds of message that may be in it; what is an event is none.
 *
 * @throws ValueError for an empty list, for an event, and for anything that is not a message.
 */
export function checkTask(task: unknown, isKnown: (type: string) => boolean): void {
  if (task === undefined || task === null || typeof task === "string") return;
  if (!Array.isArray(task)) {
    return check(task, isKnown, "Task must be a string, a chat message or a list of chat messages");
  }
  if (task.length === 0) {
    throw new ValueError("Task list cannot be empty. Leave the task out to go on.");
  }
  for (const item of task) {
    check(item, isKnown, "Invalid message type in sequence: All messages in task list must be valid chat messages");
  }
}

function check(value: unknown, isKnown: (type: string) => boolean, problem: string): void {
  if (!isObject(value) || typeof value["type"] !== "string" || typeof value["source"] !== "string") {
    throw new ValueError(`${problem}, found ${describe(value)}.`);
  }
  const { type } = value;
  if (isEventType(type)) throw new ValueError(`${problem}, found the event ${type}.`);
  if (isKnown(type)) return;
  throw new ValueError(
    `The message type ${type} is not registered. Name its definition in customMessageTypes, or in the producedMessageTypes of an agent.`,
    { code: "ERR_MESSAGE_UNKNOWN" },
  );
}

function describe(value: unknown): string {
  if (isObject(value)) return `an object of type ${JSON.stringify(value["type"])}`;
  return value === null ? "null" : `a ${typeof value}`;
}
