import { isRawObject } from "@tesserae/wire";
import { GatewayError } from "../config/gateway-error.ts";

/** What the sources say of a model; in pico-dollars a token. */
export const VOTED_FIELDS = ["input", "output", "cacheRead", "cacheWrite"] as const;

/** A field of a price that sources vote on. */
export type VotedField = (typeof VOTED_FIELDS)[number];

/** What one source says of one model. */
export interface SourcePrice {
  readonly provider: string;
  readonly model: string;
  readonly rates: Readonly<Partial<Record<VotedField, number>>>;
}

/** A list of prices that somebody publishes. */
export interface PriceSource {
  readonly source: "litellm" | "openrouter" | "models.dev";
  readonly prices: readonly SourcePrice[];
}

const PICO = 1e12;
const MILLION = 1e6;
/** Providers that sources call otherwise. */
const PROVIDERS: Readonly<Record<string, string>> = {
  gemini: "google",
  mistralai: "mistral",
  "x-ai": "xai",
};

/**
 * Reads a list of prices, whose form tells whose it is: LiteLLM's `model_prices_and_context_window.json`, the answer of
 * OpenRouter's `/api/v1/models`, or `api.json` of models.dev. Models without a price in and out are left out.
 *
 * @throws GatewayError `ERR_INVALID_ARGUMENT` for what is none of them. `where` is named in it.
 */
export function readPriceSource(text: string, where: string): PriceSource {
  const value = parsed(text);
  const source = isRawObject(value) ? (ofOpenRouter(value) ?? ofModelsDev(value) ?? ofLiteLlm(value)) : undefined;
  if (source !== undefined && source.prices.length > 0) return source;
  throw new GatewayError(
    "ERR_INVALID_ARGUMENT",
    `${where} is no list of prices of LiteLLM (model_prices_and_context_window.json), OpenRouter (/api/v1/models) or models.dev (api.json).`,
  );
}

type Raw = Readonly<Record<string, unknown>>;

function ofOpenRouter({ data }: Raw): PriceSource | undefined {
  if (!Array.isArray(data)) return undefined;
  const prices = data.flatMap((one: unknown) => {
    if (!isRawObject(one) || !isRawObject(one["pricing"])) return [];
    const [, provider, model] = /^([^/]+)\/([^/:]+)$/.exec(String(one["id"])) ?? [];
    const { prompt, completion, input_cache_read, input_cache_write } = one["pricing"];
    return priceOf(provider, model, [prompt, completion, input_cache_read, input_cache_write], PICO);
  });
  return { source: "openrouter", prices };
}

function ofModelsDev(value: Raw): PriceSource | undefined {
  const providers = Object.entries(value).filter(([, one]) => isRawObject(one) && isRawObject(one["models"]));
  if (providers.length === 0) return undefined;
  const prices = providers.flatMap(([provider, one]) => {
    const models = isRawObject(one) && isRawObject(one["models"]) ? one["models"] : {};
    return Object.entries(models).flatMap(([model, known]) => {
      if (!isRawObject(known) || !isRawObject(known["cost"])) return [];
      const { input, output, cache_read, cache_write } = known["cost"];
      return priceOf(provider, model, [input, output, cache_read, cache_write], MILLION);
    });
  });
  return { source: "models.dev", prices };
}

function ofLiteLlm(value: Raw): PriceSource {
  const prices = Object.entries(value).flatMap(([name, one]) => {
    if (!isRawObject(one) || typeof one["litellm_provider"] !== "string") return [];
    const provider = one["litellm_provider"];
    const model = name.startsWith(`${provider}/`) ? name.slice(provider.length + 1) : name;
    const rates = [
      one["input_cost_per_token"],
      one["output_cost_per_token"],
      one["cache_read_input_token_cost"],
      one["cache_creation_input_token_cost"],
    ];
    return priceOf(provider, model, rates, PICO);
  });
  return { source: "litellm", prices };
}

function priceOf(
  provider: string | undefined,
  model: string | undefined,
  [input, output, cacheRead, cacheWrite]: readonly unknown[],
  scale: number,
): readonly SourcePrice[] {
  if (provider === undefined || model === undefined) return [];
  const rates: Partial<Record<VotedField, number>> = {};
  for (const [field, value] of Object.entries({ input, output, cacheRead, cacheWrite })) {
    const pico = picoOf(value, scale);
    const known = VOTED_FIELDS.find((name) => name === field);
    if (pico !== undefined && known !== undefined) rates[known] = pico;
  }
  if (rates.input === undefined || rates.output === undefined) return [];
  return [{ provider: PROVIDERS[provider] ?? provider, model, rates }];
}

function picoOf(value: unknown, scale: number): number | undefined {
  if (typeof value !== "number" && (typeof value !== "string" || value.trim() === "")) return undefined;
  const pico = Math.round(Number(value) * scale);
  return Number.isSafeInteger(pico) && pico >= 0 ? pico : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
