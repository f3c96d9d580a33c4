/** The kinds of client that an entry can name. */
export const API_TYPES: readonly ApiType[] = ["openai", "azure", "anthropic", "ollama"];

/** What an entry's `api_type` may be. */
export type ApiType = "openai" | "azure" | "anthropic" | "ollama";

/** A key of an entry, and the option of the client that it is. */
export type KeyTable = Readonly<Record<string, string>>;

/** Keys that are read apart from the tables, and those that have no meaning here: streams are a choice of each call. */
export const READ_APART: ReadonlySet<string> = new Set(["api_type", "price", "tags", "stream", "cache_seed"]);

const COMMON: KeyTable = {
  model: "model",
  api_key: "apiKey",
  timeout: "timeout",
  max_retries: "maxRetries",
  default_headers: "defaultHeaders",
  temperature: "temperature",
  top_p: "topP",
  max_tokens: "maxTokens",
};

const OPENAI_CALLS: KeyTable = {
  ...COMMON,
  max_completion_tokens: "maxCompletionTokens",
  frequency_penalty: "frequencyPenalty",
  presence_penalty: "presencePenalty",
  seed: "seed",
  stop: "stop",
  logit_bias: "logitBias",
  logprobs: "logprobs",
  top_logprobs: "topLogprobs",
  user: "user",
  reasoning_effort: "reasoningEffort",
  response_format: "responseFormat",
  parallel_tool_calls: "parallelToolCalls",
  extra_body: "extraBody",
};

/** The keys that each kind of client takes, as AutoGen 0.2 and the vendors' libraries behind it spell them. */
export const KEYS: Readonly<Record<ApiType, KeyTable>> = {
  openai: { ...OPENAI_CALLS, base_url: "baseUrl", organization: "organization", project: "project" },
  azure: {
    ...OPENAI_CALLS,
    base_url: "azureEndpoint",
    azure_endpoint: "azureEndpoint",
    azure_deployment: "azureDeployment",
    api_version: "apiVersion",
    azure_ad_token: "azureAdToken",
    azure_ad_token_provider: "azureAdTokenProvider",
  },
  anthropic: { ...COMMON, base_url: "baseUrl", top_k: "topK", stop_sequences: "stopSequences", stop: "stopSequences" },
  ollama: {
    ...COMMON,
    base_url: "baseUrl",
    client_host: "baseUrl",
    num_predict: "maxTokens",
    seed: "seed",
    stop: "stop",
  },
};

/** True for a key that some kind of client takes. */
export function isKnownKey(key: string): boolean {
  return READ_APART.has(key) || API_TYPES.some((type) => Object.hasOwn(KEYS[type], key));
}

/** What to do about a key that nobody takes. */
export function advice(key: string): string {
  if (key === "functions" || key === "tools" || key === "function_call" || key === "tool_choice") {
    return "Tools are given to the agent: new AssistantAgent({ tools }).";
  }
  if (key === "model_client_cls") return "Give the client itself to the agent: new AssistantAgent({ modelClient }).";
  return `Take it out, or make the client by its class. The kinds of client are ${API_TYPES.join(", ")}.`;
}
