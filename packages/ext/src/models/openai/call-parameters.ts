import { isObject, type Json, type JsonObject, ValueError } from "@tesserae/core";
import { warnOnce } from "../shared/warn.ts";
import type { OpenAICallDefaults } from "./options.ts";

/** The options that are sent with every call, by the API's names for them; in the order in which AutoGen writes them. */
export const CALL_PARAMETERS: readonly (readonly [keyof OpenAICallDefaults, string])[] = [
  ["frequencyPenalty", "frequency_penalty"],
  ["logitBias", "logit_bias"],
  ["maxTokens", "max_tokens"],
  ["maxCompletionTokens", "max_completion_tokens"],
  ["presencePenalty", "presence_penalty"],
  ["responseFormat", "response_format"],
  ["seed", "seed"],
  ["stop", "stop"],
  ["temperature", "temperature"],
  ["topP", "top_p"],
  ["user", "user"],
  ["streamOptions", "stream_options"],
  ["parallelToolCalls", "parallel_tool_calls"],
  ["reasoningEffort", "reasoning_effort"],
  ["logprobs", "logprobs"],
  ["metadata", "metadata"],
  ["promptCacheKey", "prompt_cache_key"],
  ["safetyIdentifier", "safety_identifier"],
  ["serviceTier", "service_tier"],
  ["store", "store"],
  ["topLogprobs", "top_logprobs"],
  ["verbosity", "verbosity"],
  ["webSearchOptions", "web_search_options"],
];

/** The values of `reasoning_effort` that OpenAI's own types list. */
export const REASONING_EFFORTS: readonly string[] = ["none", "minimal", "low", "medium", "high", "xhigh", "max"];

/** Options that say what only a call can say. */
const OF_A_CALL: ReadonlySet<string> = new Set(["stream", "messages", "functionCall", "functions", "n"]);

/** What a call says by arguments of its own. */
const BY_ARGUMENT: ReadonlySet<string> = new Set(["messages", "tools", "functions", "function_call"]);

/** The fields of a chat completion's request, from the types of OpenAI's SDK 6.49, and what a call may say beside. */
const CHAT_FIELDS: ReadonlySet<string> = new Set(
  (
    "audio frequency_penalty logit_bias logprobs max_completion_tokens max_tokens metadata modalities model moderation n " +
    "parallel_tool_calls prediction presence_penalty prompt_cache_key prompt_cache_options prompt_cache_retention " +
    "reasoning_effort response_format safety_identifier seed service_tier stop store stream_options temperature " +
    "tool_choice top_logprobs top_p user verbosity web_search_options timeout stream extra_body"
  ).split(" "),
);

/**
 * The parameters of a client's options, by the API's names.
 *
 * @throws ValueError for what only a call can say.
 */
export function callDefaults(options: OpenAICallDefaults): JsonObject {
  const refused = Object.entries(options).filter(
    ([key, value]) => OF_A_CALL.has(key) && value !== undefined && value !== null,
  );
  if (refused.length > 0) {
    throw new ValueError(
      `A client cannot have these options: ${refused.map(([key]) => key).join(", ")}. They belong to a call.`,
    );
  }
  const { reasoningEffort } = options;
  if (typeof reasoningEffort === "string" && !REASONING_EFFORTS.includes(reasoningEffort)) {
    const text = `reasoningEffort is "${reasoningEffort}", not one of ${REASONING_EFFORTS.join(", ")}: it is sent as it is.`;
    warnOnce("TESSERAE_UNKNOWN_VALUE", text);
  }
  const defaults: Record<string, Json> = {};
  for (const [key, name] of CALL_PARAMETERS) {
    const value = options[key];
    if (value === undefined || value === null) continue;
    defaults[name] = key === "streamOptions" ? streamOptions(options.streamOptions) : (value as Json);
  }
  return defaults;
}

function streamOptions(options: OpenAICallDefaults["streamOptions"]): JsonObject {
  const includeUsage = options?.includeUsage;
  return includeUsage === undefined ? {} : { include_usage: includeUsage };
}

/** What a call adds to or changes in its request. */
export interface ExtraArguments {
  /** Fields of the request's body. */
  readonly fields: JsonObject;
  /** Seconds. */
  readonly timeout: number | null | undefined;
  readonly extraBody: JsonObject | undefined;
}

const NO_EXTRAS: ExtraArguments = { fields: {}, timeout: undefined, extraBody: undefined };

/**
 * Reads the `extraCreateArgs` of a call.
 *
 * @throws ValueError that lists the keys which are no parameters of a chat completion.
 */
export function extraArguments(extra: Readonly<Record<string, Json>> | undefined, stream: boolean): ExtraArguments {
  if (extra === undefined) return NO_EXTRAS;
  const keys = Object.keys(extra);
  const unknown = keys.filter((key) => !CHAT_FIELDS.has(key) && !BY_ARGUMENT.has(key));
  if (unknown.length > 0) {
    throw new ValueError(
      `extraCreateArgs has keys that are no parameters of a chat completion: ${unknown.join(", ")}. ` +
        "Names are those of the API (max_tokens); what only your server knows goes into extra_body.",
    );
  }
  const taken = keys.filter((key) => BY_ARGUMENT.has(key));
  if (taken.length > 0) throw new ValueError(`extraCreateArgs has ${taken.join(", ")}: use the arguments of the call.`);
  const { timeout, stream: streamed, extra_body: extraBody, ...fields } = extra;
  if (streamed !== undefined && streamed !== stream) {
    throw new ValueError(
      "extraCreateArgs.stream contradicts the call: use createStream for a stream, create for a whole answer.",
    );
  }
  if (timeout !== undefined && timeout !== null && typeof timeout !== "number") {
    throw new ValueError("extraCreateArgs.timeout must be a number of seconds.");
  }
  if (extraBody !== undefined && !isObject(extraBody))
    throw new ValueError("extraCreateArgs.extra_body must be an object.");
  return { fields, timeout, extraBody };
}
