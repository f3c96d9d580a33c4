import type { TessenEvent } from "../events/tessen-event.ts";
import { listOf, objectOf, textOf } from "../tags/json-shape.ts";
import { tagsOfEvent } from "../tags/tags-of-event.ts";

/** What sums need of an event. Lines of a log may hold anything, so nothing is taken on trust. */
export interface CallFacts {
  readonly event: TessenEvent;
  /** A call of a model: what costs, takes tokens and has a latency that counts. */
  readonly isCall: boolean;
  readonly isError: boolean;
  readonly tags: readonly string[];
  /** Unix seconds. */
  readonly ts: number;
  readonly durationMs: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** US dollars; null where it is not known. */
  readonly costUsd: number | null;
  readonly model: string;
  readonly agentPath: string;
}

/** Reads the facts of an event. Tags that were not recorded are computed. */
export function factsOf(event: TessenEvent): CallFacts {
  const usage = objectOf(event.usage);
  const isCall = event.call_type === "request" || event.call_type === undefined;
  return {
    event,
    isCall,
    isError: event.status === "error",
    tags: Array.isArray(event.quality_signals)
      ? event.quality_signals.filter((tag) => typeof tag === "string")
      : tagsOfEvent(event).signals,
    ts: numberOf(event.ts),
    durationMs: numberOf(event.duration_ms),
    inputTokens: numberOf(usage["input_tokens"]),
    outputTokens: numberOf(usage["output_tokens"]),
    costUsd: typeof event.cost_usd === "number" ? event.cost_usd : null,
    model: textOf(event.model) || textOf(event.response_model) || "(unknown)",
    agentPath: listOf(event.agent_path).map(textOf).join("/"),
  };
}

/** The value when it is a finite number, else 0. */
export function numberOf(value: unknown): number {
  return typeof value === "number" && Number.isFinite(value) ? value : 0;
}
