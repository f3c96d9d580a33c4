import { isRawObject } from "@tesserae/wire";
import type { ModelPrice } from "@tesserae/wire/catalogue";

/** What a model costs, in US dollars for a million tokens. */
export interface PriceOption {
  readonly input: number;
  readonly output: number;
  /** Input from the cache; default: as `input`. */
  readonly cache_read?: number;
  /** Input that is written to the cache; default: as `input`. */
  readonly cache_write?: number;
  /** Input that is written to the cache for an hour; default: as `cache_write`. */
  readonly cache_write_1h?: number;
}

/** Prices by the model's name. */
export type PriceOptions = Readonly<Record<string, PriceOption>>;

/** The prices that can be used; a row without input and output price is passed over. */
export function readPrices(options: Readonly<Record<string, unknown>>): ReadonlyMap<string, ModelPrice> {
  const prices = new Map<string, ModelPrice>();
  for (const [model, row] of Object.entries(options)) {
    if (!isRawObject(row)) continue;
    const [input, output] = [pico(row["input"]), pico(row["output"])];
    if (input === undefined || output === undefined) continue;
    const [cacheRead, cacheWrite, cacheWrite1h] = [
      pico(row["cache_read"]),
      pico(row["cache_write"]),
      pico(row["cache_write_1h"]),
    ];
    prices.set(model, {
      input,
      output,
      ...(cacheRead === undefined ? {} : { cacheRead }),
      ...(cacheWrite === undefined ? {} : { cacheWrite }),
      ...(cacheWrite1h === undefined ? {} : { cacheWrite1h }),
    });
  }
  return prices;
}

/** Dollars for a million tokens as pico-dollars for one. */
function pico(dollars: unknown): number | undefined {
  if (typeof dollars !== "number") return undefined;
  const price = Math.round(dollars * 1e6);
  return Number.isSafeInteger(price) && price >= 0 ? price : undefined;
}
