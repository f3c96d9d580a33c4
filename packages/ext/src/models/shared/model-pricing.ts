import type { CreateResult, RequestUsage } from "@tesserae/core";
import type { ModelCatalogue, ModelPrice, PriceQuery } from "@tesserae/wire/catalogue";
import { costOf, costOfCall, maxCost } from "@tesserae/wire/cost";
import type { Usage } from "@tesserae/wire/usage";
import { fromRequestUsage } from "./request-usage.ts";

/** Where the price of a client's model is found. */
export interface PricingOptions {
  readonly model: string;
  readonly catalogue: ModelCatalogue;
  /** The provider, or the address that tells it. */
  readonly query: PriceQuery;
  /** What the caller says the model costs: goes before the catalogue. */
  readonly price?: ModelPrice | undefined;
}

/** The most that a request can take. */
export interface RequestBound {
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Whether something shall stay in the provider's cache for an hour, which costs more. Default false. */
  readonly cacheFor1h?: boolean;
  /** Whether there are recordings in the input, which may cost more. Default false. */
  readonly media?: boolean;
  /** The most searches of the web. Default 0. */
  readonly webSearches?: number;
}

/** What costs something wherever anything does. */
const SOME_USAGE: RequestUsage = { promptTokens: 1_000_000, completionTokens: 1_000_000 };

/** The price of a client's model. Prices change by date and by time of day, so they are looked up for each call. */
export class ModelPricing {
  readonly #options: PricingOptions;

  constructor(options: PricingOptions) {
    this.#options = options;
  }

  /** The cost of a usage in pico-dollars; `undefined` when the price is not known. */
  cost(usage: RequestUsage, model?: string): number | undefined {
    const price = this.#price(model);
    return price === undefined ? undefined : costOf(fromRequestUsage(usage), price);
  }

  /**
   * The result with what it cost, where its usage alone would say something else. `usage` is what the provider reported,
   * `model` the one that was asked, where it is not the client's own. Where it reported nothing, the cost is unknown
   * unless the model is free: a limit on money must not take such calls for gifts.
   */
  priced(result: CreateResult, usage: Usage | null, model?: string): CreateResult {
    if (usage === null) return (this.cost(SOME_USAGE, model) ?? 0) === 0 ? result : { ...result, cost: null };
    const cost = this.#exactCost(usage, model);
    return cost === this.cost(result.usage) ? result : { ...result, cost: cost ?? null };
  }

  /** Whether a search of the web has a price of its own in what is known of the model. */
  pricesSearches(model?: string): boolean {
    return this.#price(model)?.webSearch !== undefined;
  }

  /** A provider's own bill counts where no table has a price. */
  #exactCost(usage: Usage, model: string = this.#options.model): number | undefined {
    const { catalogue, query } = this.#options;
    const priceOf = (name: string): ModelPrice | undefined =>
      name === model ? this.#price(name) : catalogue.price(name, query)?.price;
    return costOfCall(model, usage, priceOf) ?? (priceOf(model) === undefined ? usage.reportedCost : undefined);
  }

  /** The most that a request can cost in pico-dollars; `undefined` when the price is not known. */
  maxCost({ outputTokens, ...bound }: RequestBound, model?: string): number | undefined {
    const price = this.#price(model);
    return price === undefined ? undefined : maxCost({ ...bound, maxOutputTokens: outputTokens }, price);
  }

  #price(model: string = this.#options.model): ModelPrice | undefined {
    const { price, catalogue, query } = this.#options;
    return price ?? catalogue.price(model, query)?.price;
  }
}
