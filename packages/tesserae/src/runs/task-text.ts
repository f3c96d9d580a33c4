import { isObject, type Json } from "@tesserae/core";

/** A recorded task as text. */
export function taskText(task: Json): string {
  if (task === null) return "(went on without a task)";
  if (typeof task === "string") return task;
  const messages = Array.isArray(task) ? task : [task];
  return messages
    .map((message: Json) =>
      isObject(message) && typeof message["content"] === "string" ? message["content"] : "(a message)",
    )
    .join(" / ");
}
