import { WireError } from "../wire-error.ts";

const PICO = 1_000_000_000_000;
const DIGITS = 12;

/**
 * Checks that a cost is a whole number of pico-dollars from 0 to 2^53 - 1, which is about 9,007 dollars;
 * anything else would have lost digits already. Throws `WireError` with `ERR_COST_RANGE`.
 */
export function checkedCost(pico: number): number {
  if (Number.isSafeInteger(pico) && pico >= 0) return pico;
  throw new WireError(
    "ERR_COST_RANGE",
    `${pico} pico-dollars is not a whole number from 0 to ${Number.MAX_SAFE_INTEGER} (about 9,007 dollars). ` +
      "Check usage and price, and add larger amounts up as bigint.",
  );
}

/** The sum of costs in pico-dollars, checked as each of them is. */
export function addCosts(...costs: readonly number[]): number {
  return costs.reduce((sum, cost) => checkedCost(sum + checkedCost(cost)), 0);
}

/**
 * A cost times a fraction, such as 1/2 for a batch, rounded half up to whole pico-dollars.
 * Exact, since it is done in bigint.
 */
export function scaleCost(pico: number, numerator: number, denominator: number): number {
  if (!Number.isSafeInteger(numerator) || !Number.isSafeInteger(denominator) || denominator <= 0) {
    throw new WireError("ERR_INVALID_ARGUMENT", `${numerator}/${denominator} is not a fraction of whole numbers.`);
  }
  const by = BigInt(denominator);
  return checkedCost(Number((2n * BigInt(checkedCost(pico)) * BigInt(numerator) + by) / (2n * by)));
}

/**
 * Pico-dollars as decimal dollars without a sign for the currency, such as `0.005025`: all digits, but at least two;
 * or, with `digits` (0 to 12), so many, rounded half away from zero. A bigint may be of any size; both may be negative.
 */
export function formatDollars(pico: number | bigint, options: { readonly digits?: number } = {}): string {
  if (typeof pico === "number" && !Number.isSafeInteger(pico)) checkedCost(pico);
  const digits = options.digits;
  if (digits !== undefined && !(Number.isInteger(digits) && digits >= 0 && digits <= DIGITS)) {
    throw new WireError("ERR_INVALID_ARGUMENT", `digits is ${digits}; it must be a whole number from 0 to ${DIGITS}.`);
  }
  let amount = BigInt(pico);
  const isNegative = amount < 0n;
  if (isNegative) amount = -amount;
  const step = 10n ** BigInt(DIGITS - (digits ?? DIGITS));
  amount = ((amount + step / 2n) / step) * step;
  const sign = isNegative && amount > 0n ? "-" : "";
  const fraction = String(amount % BigInt(PICO)).padStart(DIGITS, "0");
  const shown = digits === undefined ? fraction.replace(/0+$/, "").padEnd(2, "0") : fraction.slice(0, digits);
  return `${sign}${amount / BigInt(PICO)}${shown === "" ? "" : `.${shown}`}`;
}

/**
 * Decimal dollars, as text such as `"0.05"` or as a number, in pico-dollars. Text is read exactly; more than twelve
 * digits after the point, signs and exponents are refused (`ERR_INVALID_ARGUMENT`), amounts out of range with `ERR_COST_RANGE`.
 */
export function parseDollars(dollars: string | number): number {
  if (typeof dollars === "number") return checkedCost(Math.round(dollars * PICO));
  const match = /^\s*\$?(\d+)(?:\.(\d{1,12}))?\s*$/.exec(dollars);
  if (match === null) {
    throw new WireError("ERR_INVALID_ARGUMENT", `"${dollars}" is not an amount of dollars such as "0.05".`);
  }
  return checkedCost(Number(BigInt(match[1] ?? "0") * BigInt(PICO) + BigInt((match[2] ?? "").padEnd(DIGITS, "0"))));
}
