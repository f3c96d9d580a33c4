import { isObject } from "@tesserae/core";
import type { FinishReason } from "@tesserae/wire/response";
import { NO_USAGE, type Usage } from "@tesserae/wire/usage";

/** A usage: nested since the specification v3, flat before; `null` when the model told nothing. */
export function readUsage(usage: unknown): Usage | null {
  if (!isObject(usage)) return null;
  const { inputTokens: input, outputTokens: output } = usage;
  if (!isObject(input) || !isObject(output)) {
    if (input === undefined && output === undefined) return null;
    return {
      ...NO_USAGE,
      inputTokens: count(input),
      outputTokens: count(output),
      cacheReadTokens: count(usage["cachedInputTokens"]),
      reasoningTokens: count(usage["reasoningTokens"]),
    };
  }
  if (input["total"] === undefined && output["total"] === undefined) return null;
  return {
    ...NO_USAGE,
    inputTokens: count(input["total"]),
    cacheReadTokens: count(input["cacheRead"]),
    cacheWriteTokens: count(input["cacheWrite"]),
    outputTokens: count(output["total"]),
    reasoningTokens: count(output["reasoning"]),
  };
}

/** Why the model stopped: a word, or since the specification v3 `{ unified, raw }`. */
export function readFinishReason(reason: unknown): { readonly ours: FinishReason; readonly raw: string | null } {
  const unified = isObject(reason) ? reason["unified"] : reason;
  const raw = isObject(reason) && typeof reason["raw"] === "string" ? reason["raw"] : unified;
  return {
    ours: typeof unified === "string" ? (REASONS.get(unified) ?? "unknown") : "unknown",
    raw: typeof raw === "string" ? raw : null,
  };
}

const REASONS: ReadonlyMap<string, FinishReason> = new Map<string, FinishReason>([
  ["stop", "stop"],
  ["length", "length"],
  ["content-filter", "content_filter"],
  ["tool-calls", "function_calls"],
]);

function count(value: unknown): number {
  return typeof value === "number" && Number.isFinite(value) && value > 0 ? Math.round(value) : 0;
}
