import {
  type Json,
  type JsonObject,
  MODEL_INFO_SCHEMA,
  isObject,
  modelInfoFromJson,
  modelInfoToJson,
} from "@tesserae/core";
import { maskHeaders } from "../shared/secret-headers.ts";
import { maskUrl } from "../shared/secret-url.ts";
import { CALL_PARAMETERS, REASONING_EFFORTS } from "./call-parameters.ts";
import type { BaseOpenAIOptions, OpenAIOptions } from "./options.ts";
import type { AzureOpenAIOptions } from "./azure-options.ts";

type OptionName = keyof OpenAIOptions | keyof AzureOpenAIOptions;

/** The options of a client by their keys in a config; in AutoGen's order, ours last. */
const CLIENT_OPTIONS: readonly (readonly [OptionName, string])[] = [
  ["model", "model"],
  ["apiKey", "api_key"],
  ["timeout", "timeout"],
  ["maxRetries", "max_retries"],
  ["modelCapabilities", "model_capabilities"],
  ["modelInfo", "model_info"],
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
export function optionsToConfig(options: OpenAIOptions | AzureOpenAIOptions, includeSecrets: boolean): JsonObject {
  const all: Readonly<Partial<Record<OptionName, unknown>>> = options;
  const config: Record<string, Json> = {};
  for (const [name, key] of [...CALL_PARAMETERS, ...CLIENT_OPTIONS]) {
    const value = all[name];
    if (value !== undefined && value !== null) config[key] = written(name, value as Json, options);
  }
  for (const key of includeSecrets ? [] : ["default_headers", "extra_headers"]) {
    const headers = config[key];
    if (isObject(headers)) config[key] = maskHeaders(headers as Readonly<Record<string, string>>);
  }
  for (const key of includeSecrets ? [] : ["base_url", "azure_endpoint"]) {
    const url = config[key];
    if (typeof url === "string") config[key] = maskUrl(url);
  }
  return config;
}

/** Options whose own members have other names in JSON. */
function written(name: OptionName, value: Json, options: BaseOpenAIOptions): Json {
  const { streamOptions, modelInfo, modelCapabilities } = options;
  if (name === "modelInfo" && modelInfo !== undefined) return modelInfoToJson(modelInfo);
  if (name === "streamOptions") {
    const includeUsage = streamOptions?.includeUsage;
    return includeUsage === undefined ? {} : { include_usage: includeUsage };
  }
  if (name === "modelCapabilities" && modelCapabilities !== undefined) {
    const { vision, functionCalling, jsonOutput } = modelCapabilities;
    return { vision, function_calling: functionCalling, json_output: jsonOutput };
  }
  return value;
}

/** Reads a config that fits its schema. */
export function optionsFromConfig<Options extends BaseOpenAIOptions>(config: JsonObject): Options {
  const options: Record<string, unknown> = {};
  for (const [name, key] of [...CALL_PARAMETERS, ...CLIENT_OPTIONS]) {
    const value = config[key];
    if (value !== undefined && value !== null) options[name] = read(name, value);
  }
  // The schema, checked before, and the tables above are what say that these are the options.
  return options as unknown as Options;
}

function read(name: OptionName, value: Json): unknown {
  if (!isObject(value)) return value;
  switch (name) {
    case "modelInfo":
      return modelInfoFromJson(value);
    case "streamOptions": {
      const includeUsage = value["include_usage"];
      return typeof includeUsage === "boolean" ? { includeUsage } : {};
    }
    case "modelCapabilities":
      return {
        vision: value["vision"] === true,
        functionCalling: value["function_calling"] === true,
        jsonOutput: value["json_output"] === true,
      };
    default:
      return value;
  }
}
