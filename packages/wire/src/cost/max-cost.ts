import type { ModelPrice } from "../catalogue/model-price.ts";
import { checkedCost } from "./pico-dollars.ts";

/** What is known of a request before it is sent. */
export interface CostBound {
  /** The most tokens that the input can have. */
  readonly inputTokens: number;
  /** The most tokens that the answer can have, reasoning included. */
  readonly maxOutputTokens: number;
  /** Whether the request asks for its prefix to be kept for an hour. Default false. */
  readonly cacheFor1h?: boolean;
  /** Whether audio or images may be in input or output, which cost more. Default false. */
  readonly media?: boolean;
  /** The most searches of the web that the provider may do. Default 0. */
  readonly webSearches?: number;
}

/**
 * The most that one request can cost at a price, in pico-dollars: every input token at the dearest rate that it may have
 * (uncached or written to the cache), every output token at the dearest, in the dearest tier that it can reach.
 * What limits reserve before a call. Throws `WireError` (`ERR_COST_RANGE`) from 2^53 pico-dollars on.
 */
export function maxCost(bound: CostBound, price: ModelPrice): number {
  let most = 0;
  const tiers = (price.tiers ?? []).filter((tier) => bound.inputTokens > tier.above);
  for (const rate of [price, ...tiers.map((tier) => ({ ...price, ...tier }))]) {
    const input = dearest(
      rate.input,
      rate.cacheWrite,
      bound.cacheFor1h === true ? rate.cacheWrite1h : undefined,
      bound.media === true ? rate.inputAudio : undefined,
    );
    const output = dearest(
      rate.output,
      rate.outputReasoning,
      bound.media === true ? rate.outputAudio : undefined,
      bound.media === true ? rate.outputImage : undefined,
    );
    const requests = (bound.webSearches ?? 0) * (rate.webSearch ?? 0) + (rate.request ?? 0);
    most = Math.max(most, bound.inputTokens * input + bound.maxOutputTokens * output + requests);
  }
  return checkedCost(most);
}

function dearest(first: number, ...others: readonly (number | undefined)[]): number {
  return others.reduce<number>((most, price) => Math.max(most, price ?? 0), first);
}
