import { ValueError } from "../errors/kinds.ts";
import { isObject, type Json, type JsonObject } from "../json.ts";
import { functionCallFromJson, functionCallToJson, requestUsageFromJson, requestUsageToJson } from "./message-json.ts";
import type { ChatCompletionTokenLogprob, CreateResult, FinishReason } from "./messages.ts";

const FINISH_REASONS: readonly FinishReason[] = ["stop", "length", "function_calls", "content_filter", "unknown"];

/** Writes a model's answer as AutoGen does. */
export function createResultToJson(result: CreateResult): JsonObject {
  return {
    finish_reason: result.finishReason,
    content: typeof result.content === "string" ? result.content : result.content.map(functionCallToJson),
    usage: requestUsageToJson(result.usage),
    cached: result.cached,
    logprobs: result.logprobs?.map(logprobToJson) ?? null,
    thought: result.thought ?? null,
    ...(result.providerData === undefined ? {} : { provider_data: result.providerData }),
    ...(result.cost === undefined ? {} : { cost: result.cost }),
  };
}

/** Reads a model's answer. */
export function createResultFromJson(json: unknown, pointer = ""): CreateResult {
  if (!isObject(json)) throw new ValueError(`${pointer || "A model's answer"} must be an object.`);
  const { content, logprobs, thought, provider_data: providerData, cost } = json;
  const finishReason = FINISH_REASONS.find((reason) => reason === json["finish_reason"]);
  if (finishReason === undefined) {
    throw new ValueError(`${pointer}/finish_reason must be one of ${FINISH_REASONS.join(", ")}.`);
  }
  if (typeof content !== "string" && !Array.isArray(content)) {
    throw new ValueError(`${pointer}/content must be text or a list of function calls.`);
  }
  return {
    type: "CreateResult",
    finishReason,
    content:
      typeof content === "string"
        ? content
        : content.map((call, index) => functionCallFromJson(call, `${pointer}/content/${index}`)),
    usage: requestUsageFromJson(json["usage"], `${pointer}/usage`),
    cached: json["cached"] === true,
    ...(Array.isArray(logprobs) ? { logprobs: logprobs.map(logprobFromJson) } : {}),
    ...(typeof thought === "string" ? { thought } : {}),
    ...(providerData === undefined || providerData === null ? {} : { providerData: providerData as Json }),
    ...(cost === undefined ? {} : { cost: costFromJson(cost, `${pointer}/cost`) }),
  };
}

function costFromJson(cost: unknown, pointer: string): number | null {
  if (cost === null || (typeof cost === "number" && Number.isSafeInteger(cost) && cost >= 0)) return cost;
  throw new ValueError(`${pointer} must be a whole number of pico-dollars, 0 or more, or null.`);
}

function logprobToJson(entry: ChatCompletionTokenLogprob): JsonObject {
  return {
    token: entry.token,
    logprob: entry.logprob,
    top_logprobs: entry.topLogprobs?.map(({ logprob, bytes }) => ({ logprob, bytes: bytes ?? null })) ?? null,
    bytes: entry.bytes ?? null,
  };
}

function logprobFromJson(json: unknown): ChatCompletionTokenLogprob {
  if (!isObject(json) || typeof json["token"] !== "string" || typeof json["logprob"] !== "number") {
    throw new ValueError("A log probability must have a token and a logprob.");
  }
  const { top_logprobs: top, bytes } = json;
  return {
    token: json["token"],
    logprob: json["logprob"],
    ...(Array.isArray(top)
      ? {
          topLogprobs: top.filter(isObject).map((entry) => ({
            logprob: Number(entry["logprob"]),
            ...(Array.isArray(entry["bytes"]) ? { bytes: entry["bytes"].map(Number) } : {}),
          })),
        }
      : {}),
    ...(Array.isArray(bytes) ? { bytes: bytes.map(Number) } : {}),
  };
}
