import type { RunStatus, TaskResult } from "@tesserae/agentchat";
import { isObject } from "@tesserae/core";

/** What a run came to. */
export interface RunOutcome {
  readonly status: RunStatus;
  readonly stopReason: string | undefined;
  readonly messageCount: number;
  readonly promptTokens: number;
  readonly completionTokens: number;
  /** Pico-dollars (1e-12 USD); `undefined` when a price is not known. */
  readonly cost: number | undefined;
}

/** How a run ended. */
export interface RunEnd {
  /** `undefined` when the run was never opened. */
  readonly outcome: RunOutcome | undefined;
  /** What ended it, unless it finished. */
  readonly error: unknown;
}

/** The outcome in a result. */
export function outcomeOf({ status, stopReason, messages, usage, cost }: TaskResult): RunOutcome {
  const { promptTokens, completionTokens } = usage;
  return { status, stopReason, messageCount: messages.length, promptTokens, completionTokens, cost };
}

/** The outcome in a result's JSON. */
export function outcomeOfJson(json: unknown): RunOutcome | undefined {
  if (!isObject(json) || !isObject(json["usage"])) return undefined;
  const { status, stop_reason: stopReason, messages, usage, cost } = json;
  return {
    status: status === "finished" || status === "aborted" || status === "waiting" ? status : "failed",
    stopReason: typeof stopReason === "string" ? stopReason : undefined,
    messageCount: Array.isArray(messages) ? messages.length : 0,
    promptTokens: Number(usage["prompt_tokens"] ?? 0),
    completionTokens: Number(usage["completion_tokens"] ?? 0),
    cost: typeof cost === "number" ? cost : undefined,
  };
}
