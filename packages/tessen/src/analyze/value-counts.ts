/** From a thousandth of a millisecond to two years. */
const LOWEST_EXPONENT = -10;
const HIGHEST_EXPONENT = 36;
/** Between a power of two and the next one; half the width of such a step is less than a thousandth of the value. */
const STEPS = 512;

/**
 * Counts positive numbers in steps that are as much wider as the numbers are larger. What is lower than the lowest step is
 * counted there, and what is higher than the highest one there.
 */
export class ValueCounts {
  readonly #counts = new Float64Array((HIGHEST_EXPONENT - LOWEST_EXPONENT) * STEPS);

  /** Takes a value. */
  add(value: number): void {
    const step = Math.min(Math.max(0, stepOf(value)), this.#counts.length - 1);
    this.#counts[step] = (this.#counts[step] ?? 0) + 1;
  }

  /** The middle of the step in which the value of a rank is, from 1; `undefined` where there is none. */
  at(rank: number): number | undefined {
    let passed = 0;
    for (const [step, count] of this.#counts.entries()) {
      passed += count;
      if (passed >= rank) return middleOf(step);
    }
    return undefined;
  }
}

function stepOf(value: number): number {
  if (value <= 0) return 0;
  // The logarithm may be off by its last digit next to a power of two: the step is then one of the two at that border.
  const exponent = Math.floor(Math.log2(value));
  return Math.floor((exponent - LOWEST_EXPONENT) * STEPS + (value / 2 ** exponent - 1) * STEPS);
}

function middleOf(step: number): number {
  const exponent = Math.floor(step / STEPS) + LOWEST_EXPONENT;
  return 2 ** exponent * (1 + ((step % STEPS) + 0.5) / STEPS);
}
