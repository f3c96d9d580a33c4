/** What a series of numbers comes to. */
export interface SeriesSummary {
  readonly count: number;
  readonly mean: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

/** Numbers, kept in eight bytes each: percentiles need all of them. */
export class Series {
  #values = new Float64Array(64);
  #count = 0;
  #sum = 0;

  add(value: number): void {
    if (this.#count === this.#values.length) {
      const larger = new Float64Array(this.#count * 2);
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.#count] = value;
    this.#count += 1;
    this.#sum += value;
  }

  get count(): number {
    return this.#count;
  }

  /** Percentiles by nearest rank: always a value that was there. Zeros without any. */
  summary(): SeriesSummary {
    const count = this.#count;
    if (count === 0) return { count, mean: 0, p50: 0, p95: 0, p99: 0, max: 0 };
    const sorted = this.#values.subarray(0, count).toSorted();
    const at = (share: number): number => rounded(sorted[Math.max(0, Math.ceil(share * count) - 1)] ?? 0);
    return { count, mean: rounded(this.#sum / count), p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) };
  }
}

/** To a thousandth: more than a clock knows. */
function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
