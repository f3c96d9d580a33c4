import { matches, type Match } from "./match.ts";
import type { ModelPrice, PriceTier } from "./model-price.ts";
import { PRICE_TABLE } from "./price-data.ts";

type EncodedPrices = Readonly<Record<string, number>> & { readonly T?: readonly (readonly [number, EncodedPrices])[] };
/** When the prices hold: always (0), from a date on, or between two times of the day (UTC). */
type Condition = 0 | string | readonly [string, string];
type EncodedModel = readonly [
  id: string,
  match: Match,
  context: number,
  prices: EncodedPrices | readonly (readonly [Condition, EncodedPrices])[],
];
type EncodedProvider = readonly [
  id: string,
  pattern: string,
  match: Match | 0,
  fallback: readonly string[],
  models: readonly EncodedModel[],
];

/** A model of the price table. */
export interface PricedModel {
  /** The provider whose price it is, such as `openai` or `x-ai`. */
  readonly provider: string;
  /** The model's name in the table. */
  readonly id: string;
  /** Tokens of input and output together, where the table knows. */
  readonly contextWindow?: number;
  readonly price: ModelPrice;
}

/** Where to look for a price. */
export interface PriceQuery {
  /** The provider's id. Without it, and without `baseUrl`, the provider is guessed from the model's name. */
  readonly provider?: string;
  /** The address that is called; it names the provider when `provider` does not. */
  readonly baseUrl?: string;
  /** The time of the call in milliseconds since 1970; prices change. Default: now. */
  readonly at?: number;
}

/** So many answers are remembered; names can come from outside, so there must be an end. */
const REMEMBERED = 500;

/** The price table, parsed when it is made. */
export class PriceTable {
  readonly #found = new Map<string, readonly [provider: string, model: EncodedModel] | undefined>();
  readonly #providers: readonly EncodedProvider[] = JSON.parse(PRICE_TABLE) as EncodedProvider[];

  /** A model's price; `undefined` when the table does not know it: a price is never guessed. */
  find(model: string, query: PriceQuery = {}): PricedModel | undefined {
    const key = `${query.provider ?? ""} ${query.provider === undefined ? (query.baseUrl ?? "") : ""} ${model}`;
    if (!this.#found.has(key)) {
      if (this.#found.size >= REMEMBERED) this.#found.clear();
      this.#found.set(key, this.#search(model, query));
    }
    const found = this.#found.get(key);
    return found === undefined ? undefined : read(found[0], found[1], query.at ?? Date.now());
  }

  #search(model: string, query: PriceQuery): readonly [string, EncodedModel] | undefined {
    const provider = this.#providerOf(model, query);
    if (provider === undefined) return undefined;
    for (const id of [provider[0], ...provider[3]]) {
      const models = this.#providers.find((other) => other[0] === id)?.[4];
      // Some rows are met by dated names only; their own id is a name too.
      const entry =
        models?.find(([, match]) => matches(match, model)) ?? models?.find(([name]) => matches(`=${name}`, model));
      if (entry !== undefined) return [id, entry];
    }
    return undefined;
  }

  #providerOf(model: string, query: PriceQuery): EncodedProvider | undefined {
    const { provider, baseUrl } = query;
    if (provider !== undefined) return this.#providers.find(([id]) => id === provider);
    if (baseUrl !== undefined)
      return this.#providers.find(([, pattern]) => new RegExp(`^(?:${pattern})`).test(baseUrl));
    return this.#providers.find(([, , match]) => match !== 0 && matches(match, model));
  }
}

function read(provider: string, entry: EncodedModel, at: number): PricedModel {
  const [id, , context, prices] = entry;
  return {
    provider,
    id,
    ...(context === 0 ? {} : { contextWindow: context }),
    price: decode(isList(prices) ? pick(prices, at) : prices),
  };
}

function isList(
  prices: EncodedPrices | readonly (readonly [Condition, EncodedPrices])[],
): prices is readonly (readonly [Condition, EncodedPrices])[] {
  return Array.isArray(prices);
}

/** The last prices whose condition holds; the first ones when none does. */
function pick(prices: readonly (readonly [Condition, EncodedPrices])[], at: number): EncodedPrices {
  return (prices.findLast(([condition]) => holds(condition, at)) ?? prices[0])?.[1] ?? {};
}

function holds(condition: Condition, at: number): boolean {
  if (condition === 0) return true;
  if (typeof condition === "string") return at >= Date.parse(condition);
  const minutes = Math.floor((at % 86_400_000) / 60_000);
  const [from, to] = [minutesOf(condition[0]), minutesOf(condition[1])];
  return from <= to ? minutes >= from && minutes < to : minutes >= from || minutes < to;
}

function minutesOf(time: string): number {
  const [hours, minutes] = time.split(":").map(Number);
  return (hours ?? 0) * 60 + (minutes ?? 0);
}

const NAMES: readonly (readonly [string, keyof Omit<ModelPrice, "tiers">])[] = [
  ["i", "input"],
  ["o", "output"],
  ["r", "cacheRead"],
  ["w", "cacheWrite"],
  ["h", "cacheWrite1h"],
  ["a", "inputAudio"],
  ["b", "cacheReadAudio"],
  ["p", "outputAudio"],
  ["m", "outputImage"],
  ["t", "outputReasoning"],
  ["s", "webSearch"],
  ["q", "request"],
];

function decode(prices: EncodedPrices): ModelPrice {
  const tiers = (prices.T ?? []).map(([above, other]): PriceTier => ({ above, ...named(other) }));
  return { input: 0, output: 0, ...named(prices), ...(tiers.length === 0 ? {} : { tiers }) };
}

function named(prices: EncodedPrices): Partial<Omit<ModelPrice, "tiers">> {
  const found: Partial<Record<keyof Omit<ModelPrice, "tiers">, number>> = {};
  for (const [letter, name] of NAMES) {
    const price = prices[letter];
    if (price !== undefined) found[name] = price;
  }
  return found;
}
