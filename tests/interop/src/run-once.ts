import type { StreamItem, TaskRunner } from "@tesserae/agentchat";
import type { JsonObject } from "@tesserae/core";
import { describeError } from "./errors.ts";
import { traceOf } from "./trace.ts";

/** The streamed items of a run, and the stop reason or the error. */
export async function runOnce(runner: TaskRunner, task: string): Promise<JsonObject> {
  const items: StreamItem[] = [];
  let stopReason: string | undefined;
  try {
    for await (const item of runner.runStream(task)) {
      if (item.type === "TaskResult") stopReason = item.stopReason;
      else items.push(item);
    }
  } catch (error) {
    return { items: traceOf(items), error: describeError(error) };
  }
  return { items: traceOf(items), stop_reason: stopReason ?? null };
}
