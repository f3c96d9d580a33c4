/**
 * A text that is made of a few values, and most often of the same as the last time: the calls of a program have their
 * address, their line and their model in common.
 */
export class RepeatedText {
  #values: readonly unknown[] = [];
  #text: string | undefined;

  /** The text for these values; `make` makes it of nothing else. */
  of(values: readonly unknown[], make: () => string): string {
    if (this.#text !== undefined && areSame(values, this.#values)) return this.#text;
    this.#text = make();
    this.#values = values;
    return this.#text;
  }
}

function areSame(values: readonly unknown[], others: readonly unknown[]): boolean {
  if (values.length !== others.length) return false;
  for (let at = 0; at < values.length; at += 1) {
    if (values[at] !== others[at]) return false;
  }
  return true;
}
