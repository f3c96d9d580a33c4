/** Adds up money that may come to more than 2^53 pico-dollars: exactly, and with few additions of bigints, which are slow. */
export class MoneySum {
  #high = 0n;
  #low = 0;

  /** Adds an amount: a safe integer. */
  add(pico: number): void {
    const sum = this.#low + pico;
    if (Number.isSafeInteger(sum)) {
      this.#low = sum;
      return;
    }
    this.#high += BigInt(this.#low);
    this.#low = pico;
  }

  get total(): bigint {
    return this.#high + BigInt(this.#low);
  }
}
