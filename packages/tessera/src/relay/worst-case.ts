import type { ModelPrice } from "@tesserae/wire/catalogue";
import { maxCost } from "@tesserae/wire/cost";
import type { TokenCounts } from "./usage-surplus.ts";
import type { RequestFacts } from "../http/body/request-facts.ts";

/** The most that a request can use. */
export interface WorstCase {
  readonly tokens: number;
  /** In pico-dollars; `undefined` when the price is unknown. */
  readonly cost: number | undefined;
  /** What the tokens were estimated from; absent where they are no estimate. */
  readonly estimated?: TokenCounts;
}

/** Bytes of JSON for one token of input, at the least that is met outside of made-up texts. */
const BYTES_PER_TOKEN = 3;
/** What a count may be wrong by. */
const MARGIN = 1.05;

/**
 * What is set aside for a request before it is sent: all of its input, and all of the output that it may have.
 *
 * @param surplus tokens that are known to come to the estimate.
 */
export function worstCase(
  facts: RequestFacts,
  price: ModelPrice | undefined,
  defaultOutput: number,
  surplus: TokenCounts = NO_SURPLUS,
): WorstCase {
  const estimated = {
    input: Math.ceil((facts.body.length / BYTES_PER_TOKEN) * MARGIN),
    output: (facts.maxOutputTokens ?? defaultOutput) * facts.choices,
  };
  const input = estimated.input + surplus.input;
  const output = estimated.output + surplus.output;
  if (price === undefined) return { tokens: input + output, cost: undefined, estimated };
  const bound = { inputTokens: input, maxOutputTokens: output, cacheFor1h: facts.body.includes('"1h"') };
  try {
    return { tokens: input + output, cost: maxCost(bound, price), estimated };
  } catch {
    // Beyond what can be counted: no cap admits it.
    return { tokens: input + output, cost: Number.MAX_SAFE_INTEGER, estimated };
  }
}

const NO_SURPLUS: TokenCounts = Object.freeze({ input: 0, output: 0 });
