import type { JsonObject } from "@tesserae/core";
import type { MessageFields } from "./types.ts";

const IN_MEMORY: ReadonlySet<string> = new Set(["id", "source", "modelsUsage", "metadata", "createdAt", "type"]);
const IN_JSON: ReadonlySet<string> = new Set(["id", "source", "models_usage", "metadata", "created_at", "type"]);

/** The fields of a message beyond those that every message has. */
export function ownFields(message: MessageFields): Record<string, unknown> {
  return Object.fromEntries(Object.entries(message).filter(([key]) => !IN_MEMORY.has(key)));
}

/** The fields of a message's JSON beyond those that every message has. */
export function ownFieldsOfJson(json: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(json).filter(([key]) => !IN_JSON.has(key)));
}

/** True for a name that a field of the user's own cannot have. */
export function isReservedField(name: string): boolean {
  return IN_MEMORY.has(name) || IN_JSON.has(name);
}
