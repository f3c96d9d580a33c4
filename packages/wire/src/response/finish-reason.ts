/** Why a model stopped, the same for every provider. */
export type FinishReason = "stop" | "length" | "function_calls" | "content_filter" | "unknown";

const REASONS: ReadonlyMap<string, FinishReason> = new Map([
  ["stop", "stop"],
  ["end_turn", "stop"],
  ["stop_sequence", "stop"],
  ["completed", "stop"],
  ["complete", "stop"],
  ["length", "length"],
  ["max_tokens", "length"],
  ["max_output_tokens", "length"],
  ["model_context_window_exceeded", "length"],
  ["content_filter", "content_filter"],
  ["refusal", "content_filter"],
  ["safety", "content_filter"],
  ["recitation", "content_filter"],
  ["language", "content_filter"],
  ["blocklist", "content_filter"],
  ["prohibited_content", "content_filter"],
  ["spii", "content_filter"],
  ["image_safety", "content_filter"],
  ["image_prohibited_content", "content_filter"],
  ["image_recitation", "content_filter"],
  ["tool_calls", "function_calls"],
  ["function_call", "function_calls"],
  ["function_calls", "function_calls"],
  ["tool_use", "function_calls"],
]);

/**
 * A provider's word for why it stopped, as ours; upper and lower case are the same. An unknown word or none is `unknown`.
 * The words of all providers are in one table, since compatible servers pass on those of others.
 */
export function finishReasonOf(raw: string | null | undefined): FinishReason {
  return (raw === null || raw === undefined ? undefined : REASONS.get(raw.toLowerCase())) ?? "unknown";
}
