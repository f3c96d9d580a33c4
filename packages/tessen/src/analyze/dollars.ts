/** Billionths of a dollar: sums of costs stay exact, up to nine million dollars. */
const NANO = 1e9;

/** A sum of costs in dollars that loses nothing to binary fractions. */
export class Dollars {
  #nano = 0;

  add(dollars: number): void {
    this.#nano += Math.round(dollars * NANO);
  }

  get value(): number {
    return this.#nano / NANO;
  }
}
