import type { ModelPrice } from "../catalogue/model-price.ts";
import type { Usage } from "../usage/usage.ts";
import { costOf } from "./cost.ts";
import { addCosts } from "./pico-dollars.ts";

/**
 * What a whole call cost in pico-dollars: its own usage and that of other models inside it (`additional`).
 * `priceOf` gives the price of a model; one unknown price makes the cost `undefined`: it is never guessed.
 */
export function costOfCall(
  model: string,
  usage: Usage,
  priceOf: (model: string) => ModelPrice | undefined,
): number | undefined {
  const price = priceOf(model);
  if (price === undefined) return undefined;
  let cost = costOf(usage, price);
  for (const other of usage.additional ?? []) {
    const more = costOfCall(other.model ?? model, other.usage, priceOf);
    if (more === undefined) return undefined;
    cost = addCosts(cost, more);
  }
  return cost;
}
