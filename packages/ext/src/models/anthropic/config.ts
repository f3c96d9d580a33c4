import {
  isObject,
  jsonPointer,
  MASKED_SECRET,
  modelInfoFromJson,
  modelInfoToJson,
  type CacheTtl,
  type ComponentIssue,
  type JsonObject,
  type ModelInfo,
  type ReasoningEffort,
} from "@tesserae/core";
import { maskHeaders } from "../shared/secret-headers.ts";
import { maskUrl } from "../shared/secret-url.ts";
import type { AnthropicOptions, AnthropicThinking } from "./options.ts";
import { DEFAULT_MAX_TOKENS, thinkingToJson } from "./request-parameters.ts";

/** What AutoGen's config holds when nobody set a temperature; the provider's own default. */
const DEFAULT_TEMPERATURE = 1;

/** A config whose values are sure to fit `ANTHROPIC_CONFIG_SCHEMA`, as the registry has checked it. */
interface AnthropicConfig {
  readonly model: string;
  readonly api_key?: string;
  readonly base_url?: string;
  readonly timeout?: number;
  readonly max_retries?: number;
  readonly default_headers?: Readonly<Record<string, string>>;
  readonly max_tokens?: number;
  readonly temperature?: number;
  readonly top_p?: number;
  readonly top_k?: number;
  readonly stop_sequences?: readonly string[];
  readonly response_format?: { readonly type: "text" | "json_object" };
  readonly metadata?: Readonly<Record<string, string>>;
  readonly thinking?: {
    readonly type: string;
    readonly budget_tokens?: number | null;
    readonly display?: string | null;
  };
  readonly reasoning_effort?: ReasoningEffort;
  readonly prompt_cache?: CacheTtl;
  readonly tools?: readonly JsonObject[];
  readonly tool_choice?: "auto" | "any" | "none" | JsonObject;
  readonly model_info?: JsonObject;
  readonly model_capabilities?: {
    readonly vision: boolean;
    readonly function_calling: boolean;
    readonly json_output: boolean;
  };
  readonly reasoning_in_stream?: boolean;
  readonly max_continuations?: number;
  readonly extra_body?: JsonObject;
}

/** Writes the config with AutoGen's keys. The key is masked by who dumps; headers that hold keys are masked here. */
export function anthropicConfig(options: AnthropicOptions, includeSecrets: boolean): JsonObject {
  const { modelCapabilities: capabilities, defaultHeaders: headers } = options;
  const config: Readonly<Record<string, JsonObject[string] | undefined>> = {
    model: options.model,
    api_key: options.apiKey,
    base_url: includeSecrets ? options.baseUrl : options.baseUrl && maskUrl(options.baseUrl),
    timeout: options.timeout,
    max_retries: options.maxRetries,
    default_headers: includeSecrets ? headers : headers && maskHeaders(headers),
    max_tokens: options.maxTokens ?? DEFAULT_MAX_TOKENS,
    // AutoGen reads a missing one as this too.
    temperature: options.temperature ?? DEFAULT_TEMPERATURE,
    top_p: options.topP,
    top_k: options.topK,
    stop_sequences: options.stopSequences,
    response_format: options.responseFormat,
    metadata: options.metadata,
    thinking: options.thinking && thinkingToJson(options.thinking),
    reasoning_effort: options.reasoningEffort,
    prompt_cache: options.promptCache,
    tools: options.tools,
    tool_choice: options.toolChoice,
    model_info: options.modelInfo && modelInfoToJson(options.modelInfo),
    model_capabilities: capabilities && {
      vision: capabilities.vision,
      function_calling: capabilities.functionCalling,
      json_output: capabilities.jsonOutput,
    },
    reasoning_in_stream: options.reasoningInStream,
    max_continuations: options.maxContinuations,
    extra_body: options.extraBody,
  };
  return Object.fromEntries(Object.entries(config).filter(isPresent));
}

/**
 * Reads a config. A temperature of 1 is what AutoGen writes when nobody set one; it is not sent then, since the newest
 * models refuse the parameter and 1 is the provider's default.
 */
export function anthropicOptionsOf(config: JsonObject): AnthropicOptions {
  const given = config as unknown as AnthropicConfig;
  const { temperature, model_info: info, model_capabilities: capabilities } = given;
  return {
    model: given.model,
    apiKey: given.api_key,
    baseUrl: given.base_url,
    timeout: given.timeout,
    maxRetries: given.max_retries,
    defaultHeaders: given.default_headers,
    maxTokens: given.max_tokens,
    temperature: temperature === DEFAULT_TEMPERATURE ? undefined : temperature,
    topP: given.top_p,
    topK: given.top_k,
    stopSequences: given.stop_sequences,
    responseFormat: given.response_format,
    metadata: given.metadata,
    thinking: readThinking(given.thinking),
    reasoningEffort: given.reasoning_effort,
    promptCache: given.prompt_cache,
    tools: given.tools,
    toolChoice: given.tool_choice,
    modelInfo: info === undefined ? undefined : modelInfoFromJson(info),
    modelCapabilities: capabilities && readCapabilities(capabilities),
    reasoningInStream: given.reasoning_in_stream,
    maxContinuations: given.max_continuations,
    extraBody: given.extra_body,
  };
}

/** Headers whose keys were masked when they were written: sent as they are they would be refused by the provider. */
export function maskedHeaderIssues({ default_headers: headers }: JsonObject): readonly ComponentIssue[] {
  if (!isObject(headers)) return [];
  return Object.keys(headers)
    .filter((name) => headers[name] === MASKED_SECRET)
    .map((name) => ({
      pointer: jsonPointer(["default_headers", name]),
      message: `the header is masked (${MASKED_SECRET}). Put the real value there, or leave the header out`,
    }));
}

function readThinking(thinking: AnthropicConfig["thinking"]): AnthropicThinking | undefined {
  if (thinking === undefined) return undefined;
  return {
    type: thinking.type,
    budgetTokens: thinking.budget_tokens ?? undefined,
    display: thinking.display ?? undefined,
  };
}

function readCapabilities(
  capabilities: NonNullable<AnthropicConfig["model_capabilities"]>,
): Pick<ModelInfo, "vision" | "functionCalling" | "jsonOutput"> {
  const { vision, function_calling: functionCalling, json_output: jsonOutput } = capabilities;
  return { vision, functionCalling, jsonOutput };
}

function isPresent(entry: [string, JsonObject[string] | undefined]): entry is [string, JsonObject[string]] {
  return entry[1] !== undefined && entry[1] !== null;
}
