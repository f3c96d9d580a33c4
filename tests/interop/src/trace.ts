import type { StreamItem } from "@tesserae/agentchat";
import { isObject, type Json, type JsonObject } from "@tesserae/core";
import { dumpMessage } from "./messages.ts";

/** The wire form of messages without `id` and `created_at`; ids that point elsewhere become positions. */
export function traceOf(items: readonly StreamItem[], inputIds: readonly string[] = []): readonly JsonObject[] {
  const positions = new Map(items.map((item, index) => [item.id, index]));
  const unmatched = new Map<string, string>();
  const point = (id: string): number | string => {
    const position = positions.get(id);
    if (position !== undefined) return position;
    const name = unmatched.get(id) ?? `unmatched-${unmatched.size}`;
    unmatched.set(id, name);
    return name;
  };
  return items.map((item) => {
    const { id: _id, created_at: _time, ...rest } = dumpMessage(item);
    const { full_message_id: full, request_id: request } = rest;
    return {
      ...rest,
      ...(typeof full === "string" ? { full_message_id: point(full) } : {}),
      ...(typeof request === "string"
        ? { request_id: inputIds.includes(request) ? `input-${inputIds.indexOf(request)}` : "unseen" }
        : {}),
    };
  });
}

/** A state with message ids as `<id>` and times as `<time>`. */
export function anonymous(data: Json): Json {
  if (Array.isArray(data)) return data.map(anonymous);
  if (!isObject(data)) return data;
  const result: Record<string, Json> = {};
  for (const [key, value] of Object.entries(data)) result[key] = anonymous(value);
  if ("created_at" in data && "id" in data) {
    result["id"] = "<id>";
    result["created_at"] = "<time>";
    for (const key of ["request_id", "full_message_id"]) {
      if (result[key] !== undefined && result[key] !== null) result[key] = "<id>";
    }
  }
  return result;
}

/** Whether a place of a trace is in a state: ours may save more than Python does, in every state. */
export function inState(pointer: string): boolean {
  return /^\/(final_state|steps\/\d+\/state)(\/|$)/.test(pointer);
}
