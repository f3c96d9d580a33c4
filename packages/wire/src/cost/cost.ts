import type { ModelPrice, PriceTier } from "../catalogue/model-price.ts";
import { uncachedInputTokens, type Usage } from "../usage/usage.ts";
import { checkedCost } from "./pico-dollars.ts";

/** What a call cost, in pico-dollars (1e-12 US dollars). The parts add up to `total`. */
export interface CostParts {
  /** Input that no cache had to do with. */
  readonly input: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
  readonly output: number;
  /** What is paid by the piece: searches of the web, and the request itself. */
  readonly requests: number;
  readonly total: number;
}

/**
 * The cost of a usage at a price, in parts, in pico-dollars.
 *
 * The tier is chosen by all input, cached or not, and holds for the whole call. A kind of token without a price of its own
 * costs what its kin costs (see {@link ModelPrice}). `additional` usage has another price and is left out: see `costOfCall`.
 * Every part is below 2^53 pico-dollars (about 9,007 dollars), else `WireError` with `ERR_COST_RANGE`.
 */
export function costParts(usage: Usage, price: ModelPrice): CostParts {
  const rate = rateFor(price, usage.inputTokens);
  const cachedAudio = Math.min(usage.cacheReadAudioTokens, usage.cacheReadTokens);
  const uncached = uncachedInputTokens(usage);
  const audio = Math.min(Math.max(0, usage.inputAudioTokens - cachedAudio), uncached);
  const input = checkedCost((uncached - audio) * rate.input + audio * (rate.inputAudio ?? rate.input));
  const readRate = rate.cacheRead ?? rate.input;
  const cacheRead = checkedCost(
    (usage.cacheReadTokens - cachedAudio) * readRate + cachedAudio * (rate.cacheReadAudio ?? readRate),
  );
  const writeRate = rate.cacheWrite ?? rate.input;
  const cacheWrite = checkedCost(
    usage.cacheWriteTokens * writeRate + usage.cacheWrite1hTokens * (rate.cacheWrite1h ?? writeRate),
  );
  const output = checkedCost(outputCost(usage, rate));
  const requests = checkedCost(usage.webSearchRequests * (rate.webSearch ?? 0) + (rate.request ?? 0));
  const total = checkedCost(input + cacheRead + cacheWrite + output + requests);
  return { input, cacheRead, cacheWrite, output, requests, total };
}

/** The cost of a usage at a price in pico-dollars; see {@link costParts}. */
export function costOf(usage: Usage, price: ModelPrice): number {
  return costParts(usage, price).total;
}

/** The prices that hold for so much input. */
export function rateFor(price: ModelPrice, inputTokens: number): Omit<ModelPrice, "tiers"> {
  let tier: PriceTier | undefined;
  for (const other of price.tiers ?? []) {
    if (inputTokens > other.above && (tier === undefined || other.above >= tier.above)) tier = other;
  }
  return tier === undefined ? price : { ...price, ...tier };
}

function outputCost(usage: Usage, rate: Omit<ModelPrice, "tiers">): number {
  let rest = usage.outputTokens;
  let cost = 0;
  const take = (tokens: number, special: number | undefined): void => {
    if (special === undefined) return;
    const taken = Math.min(tokens, rest);
    rest -= taken;
    cost += taken * special;
  };
  take(usage.outputAudioTokens, rate.outputAudio);
  take(usage.outputImageTokens, rate.outputImage);
  take(usage.reasoningTokens, rate.outputReasoning);
  return cost + rest * rate.output;
}
