const PICO = 1e12;

/** A sum of amounts of US dollars without the drift of adding floats: whole dollars and pico-dollars apart. */
export class Dollars {
  #whole = 0;
  #pico = 0;

  /** Adds an amount; what is no amount of money adds nothing. */
  add(amount: unknown): void {
    if (typeof amount !== "number" || !Number.isFinite(amount)) return;
    const whole = Math.trunc(amount);
    this.#whole += whole;
    this.#pico += Math.round((amount - whole) * PICO);
    if (Math.abs(this.#pico) >= PICO) {
      const carry = Math.trunc(this.#pico / PICO);
      this.#whole += carry;
      this.#pico -= carry * PICO;
    }
  }

  /** The sum in dollars. */
  total(): number {
    return this.#whole + this.#pico / PICO;
  }
}
