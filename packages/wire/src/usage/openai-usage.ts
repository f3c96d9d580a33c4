import { countOf, isRawObject, objectOf } from "../json.ts";
import { NO_USAGE, type Usage } from "./usage.ts";

/**
 * The `usage` of OpenAI chat completions and of the servers that speak the same protocol; `undefined` when there is none.
 *
 * `prompt_tokens` holds the cached part (`prompt_tokens_details.cached_tokens`; DeepSeek also says
 * `prompt_cache_hit_tokens`), `completion_tokens` holds the reasoning. OpenRouter adds its price as `cost` in dollars.
 */
export function usageOfOpenAIChat(usage: unknown): Usage | undefined {
  if (!isRawObject(usage)) return undefined;
  const prompt = objectOf(usage["prompt_tokens_details"]);
  const completion = objectOf(usage["completion_tokens_details"]);
  const servers = objectOf(usage["server_tool_use_details"]);
  return {
    ...NO_USAGE,
    inputTokens: countOf(usage["prompt_tokens"]),
    cacheReadTokens: countOf(prompt["cached_tokens"] ?? usage["prompt_cache_hit_tokens"]),
    cacheWriteTokens: countOf(prompt["cache_write_tokens"]),
    inputAudioTokens: countOf(prompt["audio_tokens"]),
    outputTokens: countOf(usage["completion_tokens"]),
    reasoningTokens: countOf(completion["reasoning_tokens"]),
    outputAudioTokens: countOf(completion["audio_tokens"]),
    outputImageTokens: countOf(completion["image_tokens"]),
    webSearchRequests: countOf(servers["web_search_requests"]),
    ...reportedCost(usage["cost"]),
  };
}

/**
 * The `usage` of an OpenAI response; `undefined` when there is none.
 * Web searches are counted outside of it, in the response's `tool_usage`, which is the second argument.
 */
export function usageOfOpenAIResponses(usage: unknown, toolUsage?: unknown): Usage | undefined {
  if (!isRawObject(usage)) return undefined;
  const input = objectOf(usage["input_tokens_details"]);
  const output = objectOf(usage["output_tokens_details"]);
  return {
    ...NO_USAGE,
    inputTokens: countOf(usage["input_tokens"]),
    cacheReadTokens: countOf(input["cached_tokens"]),
    cacheWriteTokens: countOf(input["cache_write_tokens"]),
    inputAudioTokens: countOf(input["audio_tokens"]),
    outputTokens: countOf(usage["output_tokens"]),
    reasoningTokens: countOf(output["reasoning_tokens"]),
    outputAudioTokens: countOf(output["audio_tokens"]),
    webSearchRequests: countOf(objectOf(objectOf(toolUsage)["web_search"])["num_requests"]),
    ...reportedCost(usage["cost"]),
  };
}

function reportedCost(dollars: unknown): { reportedCost?: number } {
  if (typeof dollars !== "number") return {};
  const pico = Math.round(dollars * 1e12);
  return Number.isSafeInteger(pico) && pico >= 0 ? { reportedCost: pico } : {};
}
