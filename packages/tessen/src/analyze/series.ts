import type { Distribution } from "./report.ts";

/**
 * Numbers of which percentiles are asked at the end. They are kept as they are, eight bytes each outside of the heap, so
 * that percentiles are exact: a gigabyte of the smallest events makes some megabytes of them.
 */
export class Series {
  #values = new Float64Array(1024);
  #count = 0;
  #sum = 0;

  /** Takes a value; what is no finite number is left out. */
  add(value: unknown): void {
    if (typeof value !== "number" || !Number.isFinite(value)) return;
    if (this.#count === this.#values.length) {
      const larger = new Float64Array(this.#count * 2);
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.#count] = value;
    this.#count += 1;
    this.#sum += value;
  }

  /** The distribution of all values so far. */
  distribution(): Distribution {
    const count = this.#count;
    if (count === 0) return { count, mean: null, p50: null, p95: null, p99: null, max: null };
    const sorted = this.#values.slice(0, count).sort();
    // The smallest value that at least `percent` of a hundred values do not exceed.
    const rank = (percent: number): number | null => sorted[Math.ceil((percent * count) / 100) - 1] ?? null;
    return { count, mean: this.#sum / count, p50: rank(50), p95: rank(95), p99: rank(99), max: rank(100) };
  }
}
