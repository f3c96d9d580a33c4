const LF = 10;
const CR = 13;

/**
 * Cuts incoming bytes at the last line end, so that only whole lines are decoded.
 *
 * No byte of a multi-byte UTF-8 sequence equals a line end, therefore a whole line never holds half a character
 * and the decoder needs no state. What follows the last line end is kept, unjoined, until its line ends:
 * a line of many megabytes that comes in small reads costs one copy.
 */
export class LineBytes {
  #kept: Uint8Array[] = [];
  #keptBytes = 0;
  readonly #decoder = new TextDecoder("utf-8", { ignoreBOM: true });

  /** Bytes that wait for the end of their line. */
  get keptBytes(): number {
    return this.#keptBytes;
  }

  /** Takes the next bytes and gives the text of all lines that are whole now, line ends included; `""` if none. */
  push(bytes: Uint8Array): string {
    let end = bytes.lastIndexOf(LF) + 1;
    if (bytes.indexOf(CR, end) !== -1) end = bytes.lastIndexOf(CR) + 1;
    if (end === 0) {
      this.#keep(bytes);
      return "";
    }
    const whole = end === bytes.length ? bytes : bytes.subarray(0, end);
    const text = this.#keptBytes === 0 ? this.#decoder.decode(whole) : this.#decoder.decode(this.#join(whole));
    if (end < bytes.length) this.#keep(bytes.subarray(end));
    return text;
  }

  /** Gives the text of the last line, which had no line end. */
  end(): string {
    return this.#keptBytes === 0 ? "" : this.#decoder.decode(this.#join(new Uint8Array(0)));
  }

  #keep(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    // A copy, since the owner of the bytes may reuse its buffer for the next read. `slice` of a Buffer would be none.
    this.#kept.push(new Uint8Array(bytes));
    this.#keptBytes += bytes.length;
  }

  #join(last: Uint8Array): Uint8Array {
    const joined = new Uint8Array(this.#keptBytes + last.length);
    let at = 0;
    for (const part of this.#kept) {
      joined.set(part, at);
      at += part.length;
    }
    joined.set(last, at);
    this.#kept = [];
    this.#keptBytes = 0;
    return joined;
  }
}
