import { ModelCatalogue, PRICE_VERSION, type ModelPrice } from "@tesserae/wire/catalogue";

const MINUTE_MS = 60_000;
const REMEMBERED = 500;

/** The names of the price table for providers that an event names otherwise. */
const TABLE_NAMES: ReadonlyMap<string, string> = new Map([
  ["azure_openai", "openai"],
  ["bedrock", "aws"],
  ["vertex", "google"],
  ["xai", "x-ai"],
]);

/** Providers of whose prices nothing is known but by the model's name: gateways, and hosts of the user's own. */
const NAMELESS: ReadonlySet<string> = new Set(["custom", "tessera", "vercel"]);

/** A price and where it comes from. */
export interface FoundPrice {
  readonly price: ModelPrice;
  readonly source: "catalogue" | "override";
  readonly version: string;
}

interface Found {
  readonly provider: string;
  readonly model: string;
  readonly minute: number;
  readonly price: FoundPrice | undefined;
}

/** Prices by provider and model. They change by date and by the time of day, so an answer holds for a minute. */
export class Prices {
  readonly #catalogue = new ModelCatalogue();
  readonly #own: ReadonlyMap<string, ModelPrice>;
  readonly #found = new Map<string, Found>();
  /** What was asked for last, which most often is asked for next. */
  #last: Found | undefined;

  /** @param own what the user says models cost; it counts before the catalogue. */
  constructor(own: ReadonlyMap<string, ModelPrice> = new Map()) {
    this.#own = own;
  }

  /** The price of a model at a time; `undefined` when nobody knows: it is never guessed. */
  find(provider: string, model: string, at: number): FoundPrice | undefined {
    const minute = Math.floor(at / MINUTE_MS);
    const last = this.#last;
    if (last?.minute === minute && last.model === model && last.provider === provider) return last.price;
    const key = `${provider} ${model}`;
    let found = this.#found.get(key);
    if (found?.minute !== minute) {
      if (this.#found.size >= REMEMBERED) this.#found.clear();
      found = { provider, model, minute, price: this.#look(provider, model, at) };
      this.#found.set(key, found);
    }
    this.#last = found;
    return found.price;
  }

  #look(provider: string, model: string, at: number): FoundPrice | undefined {
    const own = this.#own.get(model);
    if (own !== undefined) return { price: own, source: "override", version: "override" };
    const query = NAMELESS.has(provider) ? { at } : { provider: TABLE_NAMES.get(provider) ?? provider, at };
    const price = this.#catalogue.price(model, query)?.price;
    return price === undefined ? undefined : { price, source: "catalogue", version: PRICE_VERSION };
  }
}
