import type { Distribution } from "./report.ts";
import { ValueCounts } from "./value-counts.ts";

/** So many values are kept as they are, eight bytes each. */
const MOST_VALUES = 2 ** 17;

/**
 * Numbers of which percentiles are asked at the end. They are exact for up to 131,072 values, and within a thousandth of
 * the value for more, so that what is kept does not grow with the log. Count, mean and maximum are always exact.
 */
export class Series {
  #values = new Float64Array(1024);
  #counts: ValueCounts | undefined;
  #count = 0;
  #sum = 0;
  #maximum = Number.NEGATIVE_INFINITY;

  /** Takes a value; what is no finite number is left out. */
  add(value: unknown): void {
    if (typeof value !== "number" || !Number.isFinite(value)) return;
    if (this.#count < MOST_VALUES) this.#keep(value);
    else (this.#counts ??= this.#countKept()).add(value);
    this.#count += 1;
    this.#sum += value;
    if (value > this.#maximum) this.#maximum = value;
  }

  /** The distribution of all values so far. */
  distribution(): Distribution {
    const count = this.#count;
    if (count === 0) return { count, mean: null, p50: null, p95: null, p99: null, max: null };
    const sorted = this.#counts === undefined ? this.#values.slice(0, count).sort() : undefined;
    // The smallest value that at least `percent` of a hundred values do not exceed.
    const rank = (percent: number): number => {
      const place = Math.ceil((percent * count) / 100);
      return sorted?.[place - 1] ?? Math.min(this.#counts?.at(place) ?? NaN, this.#maximum);
    };
    return { count, mean: this.#sum / count, p50: rank(50), p95: rank(95), p99: rank(99), max: this.#maximum };
  }

  #keep(value: number): void {
    if (this.#count === this.#values.length) {
      const larger = new Float64Array(this.#count * 2);
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.#count] = value;
  }

  /** From now on values are counted. */
  #countKept(): ValueCounts {
    const counts = new ValueCounts();
    for (const value of this.#values) counts.add(value);
    this.#values = new Float64Array(0);
    return counts;
  }
}
