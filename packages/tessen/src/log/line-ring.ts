const MOST_LINES = 256;
const MOST_CHARACTERS = 8 * 1024 * 1024;

/** The newest lines that wait for the disk: at most 256 of them, and 8 Mi characters. */
export class LineRing {
  #lines: string[] = [];
  #characters = 0;
  #lost = 0;

  get size(): number {
    return this.#lines.length;
  }

  /** How many lines were pushed out since the ring was last emptied. */
  get lost(): number {
    return this.#lost;
  }

  /** Keeps a line; returns how many it pushed out, which may be itself. */
  push(line: string): number {
    this.#lines.push(line);
    this.#characters += line.length;
    const before = this.#lost;
    while (this.#lines.length > MOST_LINES || this.#characters > MOST_CHARACTERS) {
      this.#characters -= this.#lines.shift()?.length ?? 0;
      this.#lost += 1;
    }
    return this.#lost - before;
  }

  /** The oldest line, which stays until `shift`. */
  first(): string | undefined {
    return this.#lines[0];
  }

  shift(): void {
    this.#characters -= this.#lines.shift()?.length ?? 0;
  }

  /** What was lost has been told of. */
  forgetLost(): void {
    this.#lost = 0;
  }
}
