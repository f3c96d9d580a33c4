import { isTesseraeError, requestUsageToJson, type JsonObject } from "@tesserae/core";
import type { TaskResult } from "../base/task.ts";
import type { MessageRegistry } from "../messages/registry.ts";

/** The result of a run as JSON: Python's keys, and ours for status, usage, cost and error. */
export function taskResultToJson(result: TaskResult, messages: MessageRegistry): JsonObject {
  return {
    type: result.type,
    messages: result.messages.map((message) => messages.toJson(message)),
    stop_reason: result.stopReason ?? null,
    status: result.status,
    usage: requestUsageToJson(result.usage),
    cost: result.cost ?? null,
    ...(result.error === undefined ? {} : { error: errorToJson(result.error) }),
  };
}

function errorToJson(error: unknown): JsonObject {
  if (!(error instanceof Error)) return { name: "Error", message: String(error) };
  return { name: error.name, message: error.message, ...(isTesseraeError(error) ? { code: error.code } : {}) };
}
