import { type ChatCompletionClient, type ModelInfo, type ReasoningEffort, ValueError } from "@tesserae/core";
import type { ModelCatalogue } from "@tesserae/wire/catalogue";
import type { RetryPolicy } from "../transport/retry.ts";
import type { FetchFunction, Transport } from "../transport/types.ts";
import { AnthropicChatCompletionClient } from "./anthropic/index.ts";
import { OpenAIChatCompletionClient } from "./openai/openai-chat-completion-client.ts";
import { missingKey } from "./openai/service.ts";
import { parseModelName } from "./parse-model-name.ts";
import type { ModelPreset } from "./presets/preset.ts";
import { standardCatalogue } from "./shared/catalogue.ts";
import { type Environment, processEnvironment, readVariable } from "./shared/environment.ts";
import { warnOnce } from "./shared/warn.ts";

/** What {@link model} may be told beside the name; the clients themselves have more. */
export interface ModelOptions {
  /** Default: the provider's environment variable. */
  readonly apiKey?: string | undefined;
  /** Default: `OPENAI_BASE_URL`, `ANTHROPIC_BASE_URL` or `OLLAMA_HOST` for these providers, else the provider's own address. */
  readonly baseUrl?: string | undefined;
  readonly temperature?: number | undefined;
  readonly topP?: number | undefined;
  /** The most tokens of an answer. */
  readonly maxTokens?: number | undefined;
  /** How much the model reasons, for calls that do not say. */
  readonly reasoningEffort?: ReasoningEffort | undefined;
  /** Seconds until an answer begins, and the longest silence within it. Default 600; null: no limit. */
  readonly timeout?: number | null | undefined;
  /** Tries after the first one. Default 2. */
  readonly maxRetries?: number | undefined;
  readonly defaultHeaders?: Readonly<Record<string, string>> | undefined;
  readonly modelInfo?: ModelInfo | undefined;
  readonly fetch?: FetchFunction | undefined;
  readonly transport?: Transport | undefined;
  readonly retry?: RetryPolicy | undefined;
  readonly catalogue?: ModelCatalogue | undefined;
  /** Where keys are looked for. Default: the process's environment. */
  readonly environment?: Environment | undefined;
}

/**
 * A client for the model of that name: `model("openai/gpt-5")`, `model("ollama/qwen3")`, `model("gpt-5")`.
 *
 * @throws ValueError for a provider that is not known; ModelClientError `ERR_MODEL_AUTHENTICATION` that names the
 * variable and the address when there is no key and the provider's own address is called.
 */
export function model(name: string, options: ModelOptions = {}): ChatCompletionClient {
  const { preset, model: bare } = parseModelName(name);
  const { environment = processEnvironment(), maxTokens, ...others } = options;
  const variables = preset.keyVariables;
  const apiKey =
    options.apiKey ?? variables.map((key) => readVariable(environment, key)).find((value) => value !== undefined);
  const baseUrl = options.baseUrl ?? addressOf(preset, environment);
  // A server at another address may take requests without a key; the provider itself does not.
  const needsKey = preset.keyOptional !== true && baseUrl === preset.baseUrl;
  if (apiKey === undefined && needsKey && !bringsAuthorization(options)) {
    throw missingKey(preset.label, baseUrl, variables[0]);
  }
  const common = { ...others, model: bare, apiKey, baseUrl, environment };
  if (preset.protocol === "anthropic") {
    return new AnthropicChatCompletionClient({ ...common, maxTokens });
  }
  return new OpenAIChatCompletionClient({
    ...common,
    ...(maxTokens === undefined ? {} : limit(preset, bare, maxTokens, options.catalogue)),
    modelInfo: options.modelInfo ?? assumedInfo(preset, bare, options.catalogue),
    provider: preset.id,
    ...(preset.userNames === false ? { includeNameInMessage: false } : {}),
    // OpenAI's own client asks for the usage of streams unasked.
    ...(preset.streamUsage && preset.id !== "openai" ? { streamOptions: { includeUsage: true } } : {}),
  });
}

/** Where the environment says that the provider is, else its own address. */
export function addressOf({ baseUrl, baseUrlVariable, hostVariable }: ModelPreset, environment: Environment): string {
  const given = baseUrlVariable === undefined ? undefined : readVariable(environment, baseUrlVariable);
  if (given !== undefined) return given;
  const host = hostVariable === undefined ? undefined : readVariable(environment, hostVariable);
  return host === undefined ? baseUrl : urlOfHost(host, baseUrl);
}

/** Ollama's variable may lack the scheme and the port. */
function urlOfHost(host: string, baseUrl: string): string {
  const hasScheme = /^https?:\/\//.test(host);
  const text = hasScheme ? host : `http://${host}`;
  if (!URL.canParse(text)) throw new ValueError(`"${host}" is no address of a server: write it like localhost:11434.`);
  const url = new URL(text);
  // The address that a server listens on at all interfaces is none to connect to.
  if (url.hostname === "0.0.0.0") url.hostname = "localhost";
  if (url.port === "" && !hasScheme) url.port = new URL(baseUrl).port;
  return `${url.origin}/v1`;
}

/** OpenAI's reasoning models refuse `max_tokens`; most compatible servers know nothing else. */
function limit(
  preset: ModelPreset,
  bare: string,
  maxTokens: number,
  catalogue: ModelCatalogue = standardCatalogue(),
): { readonly maxTokens: number } | { readonly maxCompletionTokens: number } {
  const reasoning = catalogue.lookup(bare)?.reasoning === true;
  return preset.id === "openai" && reasoning ? { maxCompletionTokens: maxTokens } : { maxTokens };
}

/** What the provider's models can usually do, for one that no table knows. */
function assumedInfo(
  preset: ModelPreset,
  bare: string,
  catalogue: ModelCatalogue = standardCatalogue(),
): ModelInfo | undefined {
  const { assumedInfo: info } = preset;
  if (info === undefined || catalogue.lookup(bare) !== undefined) return undefined;
  const text = `The model "${bare}" is in no table: it is taken as one of ${preset.label}'s usual models. Pass modelInfo to be sure.`;
  warnOnce("TESSERAE_MODEL_INFERRED", text);
  return info;
}

function bringsAuthorization({ defaultHeaders = {} }: ModelOptions): boolean {
  return Object.keys(defaultHeaders).some((name) => /^(authorization|x-api-key|api-key)$/i.test(name));
}
