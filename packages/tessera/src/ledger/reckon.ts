import type { ModelPrice } from "@tesserae/wire/catalogue";
import { addCosts, costOf } from "@tesserae/wire/cost";
import type { ExcludeReason, LedgerRow, RowUsage } from "./ledger-row.ts";
import { usageOfRow } from "./row-usage.ts";

/** The money of a row, and whether it counts: all that follows from what else is in the row, and from its prices. */
export type RowMoney = Pick<
  LedgerRow,
  "original_pusd" | "actual_pusd" | "savings_pusd" | "by_mechanic" | "verified" | "exclude_reason"
>;

/** What the money of a row follows from. */
export type RowFacts = Pick<LedgerRow, "kind" | "stack" | "usage" | "usage_source" | "priced_as" | "status">;

/**
 * The money of an `adjustment`, in pico-dollars: what is to be added to what was written of a request. It is an operator's
 * word, which nothing in the ledger can show to be right: it never counts as verified, and what makes savings smaller counts
 * all the same, as it does everywhere.
 */
export function reckonAdjustment(original: number, actual: number): RowMoney {
  const saved = `${original - actual}`;
  return {
    original_pusd: `${original}`,
    actual_pusd: `${actual}`,
    savings_pusd: saved,
    by_mechanic: saved === "0" ? {} : { adjustment: saved },
    verified: false,
    exclude_reason: "adjusted",
  };
}

/** The mechanics that answer in the provider's place. */
const SHORT_CIRCUITS: ReadonlySet<string> = new Set(["m2", "m4"]);

/**
 * Reckons a row. A request costs what its usage costs; one that the gateway answered itself would have cost that, and cost
 * nothing. What failed before the answer (`overhead`) would have cost nothing. The parts in `by_mechanic` add up to
 * original less actual. Without a price, or without usage of a call that may have cost something, there is no money in the
 * row: it is never guessed.
 *
 * `isFree` is true for what no provider takes money for, though nothing says what was used: an answer that never came, a
 * count of tokens.
 */
export function reckon(facts: RowFacts, isFree: boolean, priceOf: (name: string) => ModelPrice | undefined): RowMoney {
  const { usage, stack = [] } = facts;
  const cost = usage === undefined ? (isFree ? 0 : "no_usage") : costOfUsage(usage, facts.priced_as, priceOf);
  if (typeof cost === "string") return { verified: false, exclude_reason: cost };
  const mechanic = stack.find((name) => SHORT_CIRCUITS.has(name));
  const original = facts.kind === "overhead" ? 0 : cost;
  const actual = mechanic === undefined ? cost : 0;
  const saved = `${original - actual}`;
  const reason = whyExcluded(facts);
  return {
    original_pusd: `${original}`,
    actual_pusd: `${actual}`,
    savings_pusd: saved,
    by_mechanic: partsOf(facts, mechanic, saved),
    verified: reason === undefined,
    exclude_reason: reason,
  };
}

function partsOf(facts: RowFacts, mechanic: string | undefined, saved: string): Readonly<Record<string, string>> {
  if (facts.kind === "overhead") return { overhead: saved };
  return mechanic === undefined ? {} : { [mechanic]: saved };
}

function whyExcluded(facts: RowFacts): ExcludeReason | undefined {
  if (facts.usage_source === "estimated") return "estimated";
  // What an attempt that failed did cost counts against the savings, however the request ended.
  return facts.kind === "overhead" || facts.status === "complete" ? undefined : facts.status;
}

function costOfUsage(
  usage: RowUsage,
  pricedAs: string | undefined,
  priceOf: (name: string) => ModelPrice | undefined,
): number | ExcludeReason {
  const price = pricedAs === undefined ? undefined : priceOf(pricedAs);
  if (price === undefined) return "unpriced";
  let cost = costWithin(usage, price);
  for (const other of usage.additional ?? []) {
    if (typeof cost === "string") return cost;
    const more = costOfUsage(other.usage, other.model === undefined ? pricedAs : other.priced_as, priceOf);
    if (typeof more === "string") return more;
    cost = sumWithin(cost, more);
  }
  return cost;
}

function costWithin(usage: RowUsage, price: ModelPrice): number | ExcludeReason {
  try {
    return costOf(usageOfRow(usage), price);
  } catch {
    return "cost_range";
  }
}

function sumWithin(a: number, b: number): number | ExcludeReason {
  try {
    return addCosts(a, b);
  } catch {
    return "cost_range";
  }
}
