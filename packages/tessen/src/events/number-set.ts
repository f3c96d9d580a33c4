/** A set of numbers above 0 that takes 16 to 32 bytes for each: a gigabyte of log has some hundred thousand. */
export class NumberSet {
  #slots = new Float64Array(1024);
  #size = 0;

  /** False when the number was in the set. */
  add(number: number): boolean {
    const slot = this.#slotOf(this.#slots, number);
    if (this.#slots[slot] === number) return false;
    this.#slots[slot] = number;
    this.#size += 1;
    if (this.#size * 2 > this.#slots.length) this.#grow();
    return true;
  }

  /** The place of a number, or the empty one where it belongs. The number of places is a power of two. */
  #slotOf(slots: Float64Array, number: number): number {
    const mask = slots.length - 1;
    let slot = Math.imul(number % 0x1_0000_0000, 0x9e3779b1) & mask;
    while (slots[slot] !== 0 && slots[slot] !== number) slot = (slot + 1) & mask;
    return slot;
  }

  #grow(): void {
    const slots = new Float64Array(this.#slots.length * 2);
    for (const number of this.#slots) if (number !== 0) slots[this.#slotOf(slots, number)] = number;
    this.#slots = slots;
  }
}
