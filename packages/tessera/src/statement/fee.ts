/** How a fee is reckoned: not at all, as a share of the savings, or by the tokens that were submitted. */
export type FeeMode = "none" | "success-fee" | "flat";

/** The modes. */
export const FEE_MODES: readonly FeeMode[] = ["none", "success-fee", "flat"];

/** What a fee is reckoned by. */
export interface FeeTerms {
  readonly mode: FeeMode;
  /** The share of the savings in millionths: 200,000 are a fifth. */
  readonly millionths: number;
}

/** A fifth. */
export const STANDARD_MILLIONTHS = 200_000;

const MILLION = 1_000_000n;
/** A cent in pico-dollars. */
const CENT = 10_000_000_000n;
const DOLLAR = 100n * CENT;
/** Up to so many tokens a month: so many dollars. */
const TIERS: readonly (readonly [tokens: bigint, dollars: bigint])[] = [
  [60_000_000n, 0n],
  [1_000_000_000n, 199n],
  [5_000_000_000n, 999n],
  [20_000_000_000n, 3999n],
];

/**
 * The fee of a month in pico-dollars, whole cents, halves rounded up. Savings below zero cost nothing. `undefined`: more
 * tokens than any tier has, whose fee is agreed upon.
 */
export function feeOf(terms: FeeTerms, savings: bigint, tokens: bigint): bigint | undefined {
  switch (terms.mode) {
    case "none":
      return 0n;
    case "success-fee": {
      if (savings <= 0n) return 0n;
      const share = savings * BigInt(terms.millionths);
      const cent = CENT * MILLION;
      return ((2n * share + cent) / (2n * cent)) * CENT;
    }
    case "flat": {
      const tier = TIERS.find(([most]) => tokens <= most);
      return tier === undefined ? undefined : tier[1] * DOLLAR;
    }
  }
}
