import {
  type Json,
  type JsonObject,
  MODEL_INFO_SCHEMA,
  isObject,
  modelInfoFromJson,
  modelInfoToJson,
} from "@tesserae/core";
import { CALL_PARAMETERS, REASONING_EFFORTS } from "./call-parameters.ts";
import type { BaseOpenAIOptions, OpenAIOptions } from "./options.ts";
import type { AzureOpenAIOptions } from "./azure-options.ts";

type OptionName = Exclude<
  keyof OpenAIOptions | keyof AzureOpenAIOptions,
  "modelInfo" | "modelCapabilities" | "streamOptions"
>;

/** Options of a client that are written as they are, by their keys in a config; in AutoGen's order, ours last. */
const PLAIN_OPTIONS: readonly (readonly [OptionName, string])[] = [
  ["model", "model"],
  ["apiKey", "api_key"],
  ["timeout", "timeout"],
  ["maxRetries", "max_retries"],
  ["addNamePrefixes", "add_name_prefixes"],
  ["includeNameInMessage", "include_name_in_message"],
  ["defaultHeaders", "default_headers"],
  ["organization", "organization"],
  ["baseUrl", "base_url"],
  ["azureEndpoint", "azure_endpoint"],
  ["azureDeployment", "azure_deployment"],
  ["apiVersion", "api_version"],
  ["azureAdToken", "azure_ad_token"],
  ["project", "project"],
  ["provider", "provider"],
  ["reasoningInStream", "reasoning_in_stream"],
  ["extraHeaders", "extra_headers"],
  ["extraBody", "extra_body"],
];

const optional = (schema: JsonObject): JsonObject => ({ anyOf: [schema, { type: "null" }] });
const NUMBER = optional({ type: "number" });
const INTEGER = optional({ type: "integer" });
const TEXT = optional({ type: "string" });
const FLAG = optional({ type: "boolean" });
const OBJECT = optional({ type: "object" });
const HEADERS = optional({ type: "object", additionalProperties: { type: "string" } });

const PROPERTIES = {
  frequency_penalty: NUMBER,
  logit_bias: optional({ type: "object", additionalProperties: { type: "number" } }),
  max_tokens: INTEGER,
  max_completion_tokens: INTEGER,
  // AutoGen writes it, but only a call can say it.
  n: { type: "null" },
  presence_penalty: NUMBER,
  response_format: OBJECT,
  seed: INTEGER,
  stop: { anyOf: [{ type: "string" }, { type: "array", items: { type: "string" } }, { type: "null" }] },
  temperature: NUMBER,
  top_p: NUMBER,
  user: TEXT,
  stream_options: optional({ type: "object", properties: { include_usage: FLAG } }),
  parallel_tool_calls: FLAG,
  reasoning_effort: optional({ enum: [...REASONING_EFFORTS] }),
  logprobs: FLAG,
  metadata: OBJECT,
  prompt_cache_key: TEXT,
  safety_identifier: TEXT,
  service_tier: TEXT,
  store: FLAG,
  top_logprobs: INTEGER,
  verbosity: TEXT,
  web_search_options: OBJECT,
  model: { type: "string", minLength: 1, description: "The model's name." },
  api_key: { ...TEXT, description: "Default: the provider's environment variable." },
  timeout: { ...NUMBER, description: "Seconds." },
  max_retries: INTEGER,
  model_info: optional(MODEL_INFO_SCHEMA),
  model_capabilities: OBJECT,
  add_name_prefixes: FLAG,
  include_name_in_message: FLAG,
  default_headers: HEADERS,
  provider: { ...TEXT, description: "Who answers, for prices and records." },
  reasoning_in_stream: FLAG,
  extra_headers: HEADERS,
  extra_body: OBJECT,
} satisfies JsonObject;

/** The JSON Schema of an OpenAI client's config. */
export const OPENAI_CONFIG_SCHEMA: JsonObject = {
  type: "object",
  properties: { ...PROPERTIES, organization: TEXT, project: TEXT, base_url: TEXT },
  required: ["model"],
};

/** The JSON Schema of an Azure client's config. */
export const AZURE_CONFIG_SCHEMA: JsonObject = {
  type: "object",
  properties: {
    ...PROPERTIES,
    azure_endpoint: { type: "string", minLength: 1 },
    azure_deployment: TEXT,
    api_version: { type: "string", minLength: 1 },
    azure_ad_token: TEXT,
    azure_ad_token_provider: optional({ "x-component": ["token_provider"] }),
  },
  required: ["model", "azure_endpoint", "api_version"],
};

/** Writes what a client was made with; what cannot be JSON (transport, tokenizer, prices) is left out. */
export function optionsToConfig(options: OpenAIOptions | AzureOpenAIOptions): JsonObject {
  const all: Readonly<Partial<Record<OptionName | "streamOptions", unknown>>> = options;
  const config: Record<string, Json> = {};
  const write = (key: string, value: unknown): void => {
    if (value !== undefined && value !== null) config[key] = value as Json;
  };
  for (const [name, key] of CALL_PARAMETERS) {
    if (name !== "streamOptions") write(key, options[name]);
    else if (options.streamOptions !== undefined && options.streamOptions !== null) {
      const { includeUsage } = options.streamOptions;
      config[key] = includeUsage === undefined ? {} : { include_usage: includeUsage };
    }
  }
  for (const [name, key] of PLAIN_OPTIONS) write(key, all[name]);
  if (options.modelInfo !== undefined) config["model_info"] = modelInfoToJson(options.modelInfo);
  if (options.modelCapabilities !== undefined) {
    const { vision, functionCalling, jsonOutput } = options.modelCapabilities;
    config["model_capabilities"] = { vision, function_calling: functionCalling, json_output: jsonOutput };
  }
  return config;
}

/** Reads a config that fits its schema. */
export function optionsFromConfig<Options extends BaseOpenAIOptions>(config: JsonObject): Options {
  const options: Record<string, unknown> = {};
  for (const [name, key] of [...CALL_PARAMETERS, ...PLAIN_OPTIONS]) {
    const value = config[key];
    if (value !== undefined && value !== null && name !== "streamOptions") options[name] = value;
  }
  const { stream_options: stream, model_info: info, model_capabilities: capabilities } = config;
  if (isObject(stream)) {
    const includeUsage = stream["include_usage"];
    options["streamOptions"] = typeof includeUsage === "boolean" ? { includeUsage } : {};
  }
  if (isObject(info)) options["modelInfo"] = modelInfoFromJson(info);
  if (isObject(capabilities)) {
    options["modelCapabilities"] = {
      vision: capabilities["vision"] === true,
      functionCalling: capabilities["function_calling"] === true,
      jsonOutput: capabilities["json_output"] === true,
    };
  }
  // The schema, checked before, and the tables above are what say that these are the options.
  return options as unknown as Options;
}
