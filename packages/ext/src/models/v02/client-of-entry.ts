import { ValueError, type ChatCompletionClient, type ModelInfo } from "@tesserae/core";
import type { ModelPrice } from "@tesserae/wire/catalogue";
import { AnthropicChatCompletionClient, type AnthropicOptions } from "../anthropic/index.ts";
import { addressOf } from "../model.ts";
import {
  AzureOpenAIChatCompletionClient,
  OpenAIChatCompletionClient,
  type AzureOpenAIOptions,
  type OpenAIOptions,
} from "../openai/index.ts";
import { presetById } from "../presets/find-preset.ts";
import { standardCatalogue } from "../shared/catalogue.ts";
import type { Environment } from "../shared/environment.ts";
import { warnOnce } from "../shared/warn.ts";
import { advice, API_TYPES, KEYS, READ_APART, type ApiType } from "./keys.ts";

type Dictionary = Readonly<Record<string, unknown>>;

/** The client of one entry; `beside` holds for it too where its kind of client takes it. */
export function clientOfEntry(
  entry: Dictionary,
  beside: Dictionary,
  place: string,
  environment: Environment,
): ChatCompletionClient {
  const type = apiTypeOf(entry["api_type"] ?? beside["api_type"], place);
  const options: Record<string, unknown> = { environment };
  for (const [key, value] of Object.entries({ ...beside, ...entry })) {
    if (value === undefined || value === null || READ_APART.has(key)) continue;
    const option = KEYS[type][key];
    if (option !== undefined) options[option] = value;
    else if (Object.hasOwn(entry, key)) {
      throw new ValueError(`llm_config/${place}${key} is not known for a client of ${type}. ${advice(key)}`);
    }
  }
  if (Object.hasOwn(entry, "cache_seed")) {
    throw new ValueError(`llm_config/${place}cache_seed holds for all entries: write it beside config_list.`);
  }
  const { model } = options;
  if (typeof model !== "string" || model === "") {
    throw new ValueError(`llm_config/${place}model must be the name of a model.`);
  }
  const price = entry["price"] ?? beside["price"];
  if (price !== undefined && price !== null) options["price"] = priceOf(price, place);
  return clientOf(type, model, options);
}

/** The values are as the dictionary has them: the clients check what they are given. */
function clientOf(type: ApiType, model: string, options: Record<string, unknown>): ChatCompletionClient {
  switch (type) {
    case "azure":
      return new AzureOpenAIChatCompletionClient(options as unknown as AzureOpenAIOptions);
    case "anthropic": {
      const { stopSequences: stop } = options;
      const stopSequences = typeof stop === "string" ? [stop] : stop;
      return new AnthropicChatCompletionClient({ ...options, stopSequences } as unknown as AnthropicOptions);
    }
    case "ollama": {
      const baseUrl = ollamaUrl(options["baseUrl"], options["environment"]);
      const modelInfo = assumedInfo("ollama", model);
      return openAIClient({
        streamOptions: { includeUsage: true },
        ...options,
        baseUrl,
        modelInfo,
        provider: "ollama",
      });
    }
    case "openai": {
      // A server at another address has models of its own.
      const modelInfo = options["baseUrl"] === undefined ? undefined : assumedInfo("vllm", model);
      return openAIClient({ ...options, ...(modelInfo === undefined ? {} : { modelInfo }) });
    }
  }
}

function openAIClient(options: Record<string, unknown>): OpenAIChatCompletionClient {
  return new OpenAIChatCompletionClient(options as unknown as OpenAIOptions);
}

function apiTypeOf(value: unknown, place: string): ApiType {
  const name = value === undefined || value === null || value === "open_ai" ? "openai" : value;
  const type = API_TYPES.find((known) => known === name);
  if (type !== undefined) return type;
  throw new ValueError(
    `llm_config/${place}api_type is ${JSON.stringify(value)}: it must be one of ${API_TYPES.join(", ")}. ` +
      'For others there are model("provider/name") and the AI SDK adapter.',
  );
}

/** 0.2 names the server; its protocol of OpenAI's is under `/v1`. */
function ollamaUrl(given: unknown, environment: unknown): string {
  const preset = presetById("ollama");
  if (preset === undefined) throw new ValueError("There is no preset of Ollama.");
  const host = typeof given === "string" ? { OLLAMA_HOST: given.replace(/\/v1\/?$/, "") } : environment;
  return addressOf(preset, host as Record<string, string | undefined>);
}

/** What the models of such servers can usually do, for one that no table knows. */
function assumedInfo(preset: string, model: string): ModelInfo | undefined {
  if (standardCatalogue().lookup(model) !== undefined) return undefined;
  const text = `The model "${model}" is in no table: it is taken as one that calls functions. Make its client by its class, with modelInfo, to be sure.`;
  warnOnce("TESSERAE_MODEL_INFERRED", text);
  return presetById(preset)?.assumedInfo;
}

/** 0.2 has dollars for a thousand tokens of input and of output. */
function priceOf(value: unknown, place: string): ModelPrice {
  const [input, output] = Array.isArray(value) ? value.map(Number) : [];
  if (input === undefined || output === undefined || !(input >= 0) || !(output >= 0)) {
    throw new ValueError(
      `llm_config/${place}price must be two numbers: dollars for 1,000 tokens of input and of output.`,
    );
  }
  return { input: Math.round(input * 1e9), output: Math.round(output * 1e9) };
}
