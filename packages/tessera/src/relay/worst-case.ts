import type { ModelPrice } from "@tesserae/wire/catalogue";
import { maxCost } from "@tesserae/wire/cost";
import type { RequestFacts } from "../http/body/request-facts.ts";

/** The most that a request can use. */
export interface WorstCase {
  readonly tokens: number;
  /** In pico-dollars; `undefined` when the price is unknown. */
  readonly cost: number | undefined;
}

/** Bytes of JSON for one token of input, at the least that is met outside of made-up texts. */
const BYTES_PER_TOKEN = 3;
/** What a count may be wrong by. */
const MARGIN = 1.05;

/** The tokens of input of a body of so many bytes, estimated on the safe side. */
export function inputTokensOf(bytes: number): number {
  return Math.ceil((bytes / BYTES_PER_TOKEN) * MARGIN);
}

/**
 * What is set aside for a request before it is sent: all of its input, and all of the output that it may have.
 *
 * @param surplus tokens of input that are known to come to the estimate.
 */
export function worstCase(
  facts: RequestFacts,
  price: ModelPrice | undefined,
  defaultOutput: number,
  surplus: number = 0,
): WorstCase {
  const input = inputTokensOf(facts.body.length) + surplus;
  const output = (facts.maxOutputTokens ?? defaultOutput) * facts.choices;
  if (price === undefined) return { tokens: input + output, cost: undefined };
  const bound = { inputTokens: input, maxOutputTokens: output, cacheFor1h: facts.body.includes('"1h"') };
  try {
    return { tokens: input + output, cost: maxCost(bound, price) };
  } catch {
    // Beyond what can be counted: no cap admits it.
    return { tokens: input + output, cost: Number.MAX_SAFE_INTEGER };
  }
}
