import { isObject, ValueError, type CacheStore, type ChatCompletionClient } from "@tesserae/core";
import { ChatCompletionCache } from "../cache/index.ts";
import { FallbackChatCompletionClient, type FallbackOptions } from "../fallback/index.ts";
import { processEnvironment, type Environment } from "../shared/environment.ts";
import { clientOfEntry } from "./client-of-entry.ts";
import { advice, isKnownKey } from "./keys.ts";

/** What {@link clientFromLlmConfig} may be told beside the dictionary. */
export interface LlmConfigOptions {
  /** Where answers are kept when there is a `cache_seed`. Default: in memory. */
  readonly store?: CacheStore | undefined;
  /** How one client follows another when there are several; see `FallbackOptions`. */
  readonly fallback?: Omit<FallbackOptions, "clients"> | undefined;
  /** Where keys are looked for that the dictionary does not hold. Default: the process's environment. */
  readonly environment?: Environment | undefined;
}

/** Keys that stand beside `config_list` and are no parameters of calls. */
const OUTSIDE: ReadonlySet<string> = new Set(["config_list", "cache_seed"]);

/**
 * Makes a client of what was `llm_config` in AutoGen 0.2: a dictionary with the parameters of one model, or with a
 * `config_list` of several, which are then asked in turn ({@link FallbackChatCompletionClient}). With a `cache_seed` a
 * {@link ChatCompletionCache} goes around it. What stands beside the list holds for every entry that takes it.
 *
 * `api_type` is `openai` (the default), `azure`, `anthropic` or `ollama`. `tags` and `stream` have no meaning here.
 *
 * @throws ValueError that names the key: one that is not known, or whose value cannot be used.
 */
export function clientFromLlmConfig(config: unknown, options: LlmConfigOptions = {}): ChatCompletionClient {
  if (!isObject(config)) {
    throw new ValueError(
      "An llm_config is a dictionary with a config_list, or with the parameters of one model. " +
        "An agent without a model has no modelClient.",
    );
  }
  const { config_list: list, cache_seed: seed } = config;
  const beside = Object.fromEntries(Object.entries(config).filter(([key]) => !OUTSIDE.has(key)));
  const { environment = processEnvironment() } = options;
  const client =
    list === undefined ? clientOfEntry(beside, {}, "", environment) : clientOfList(list, beside, environment, options);
  if (seed === undefined || seed === null) return client;
  if (typeof seed !== "number" && typeof seed !== "string") {
    throw new ValueError("llm_config/cache_seed must be a number, or null for no cache.");
  }
  return new ChatCompletionCache({ client, store: options.store, namespace: String(seed) });
}

function clientOfList(
  list: unknown,
  beside: Record<string, unknown>,
  environment: Environment,
  { fallback }: LlmConfigOptions,
): ChatCompletionClient {
  if (!Array.isArray(list) || list.length === 0) {
    throw new ValueError("llm_config/config_list must be a list of at least one dictionary.");
  }
  for (const key of Object.keys(beside)) {
    if (!isKnownKey(key)) throw new ValueError(`llm_config/${key} is not known here. ${advice(key)}`);
  }
  const clients = list.map((entry: unknown, index) => {
    const place = `config_list/${index}/`;
    if (!isObject(entry)) throw new ValueError(`llm_config/config_list/${index} must be a dictionary.`);
    return clientOfEntry(entry, beside, place, environment);
  });
  const [only] = clients;
  return only !== undefined && clients.length === 1 ? only : new FallbackChatCompletionClient({ ...fallback, clients });
}
