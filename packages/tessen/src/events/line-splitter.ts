const NEWLINE = 10;

/** No event is longer; what is, is not kept in memory. */
const MAX_LINE_BYTES = 64 * 1024 * 1024;

/** A line without its newline, or `"too long"`. It is valid until the next one is asked for. */
export type LineBytes = Buffer | "too long";

/** Cuts the bytes of a file into lines, however they come. */
export class LineSplitter {
  #parts: Buffer[] = [];
  #length = 0;

  /** The lines that end in the next bytes. The bytes may be overwritten once the lines are taken. */
  *push(bytes: Buffer): Generator<LineBytes> {
    let start = 0;
    for (let end = bytes.indexOf(NEWLINE); end !== -1; end = bytes.indexOf(NEWLINE, start)) {
      const rest = bytes.subarray(start, end);
      start = end + 1;
      yield this.#length === 0 ? rest : this.#join(rest);
    }
    this.#keep(bytes.subarray(start));
  }

  /** What comes after the last newline; `undefined` where that is nothing. */
  end(): LineBytes | undefined {
    return this.#length === 0 ? undefined : this.#join(Buffer.alloc(0));
  }

  #keep(bytes: Buffer): void {
    if (bytes.length === 0) return;
    this.#length += bytes.length;
    if (this.#length > MAX_LINE_BYTES) this.#parts = [];
    else this.#parts.push(Buffer.from(bytes));
  }

  #join(rest: Buffer): LineBytes {
    const line = this.#length > MAX_LINE_BYTES ? "too long" : Buffer.concat([...this.#parts, rest]);
    this.#parts = [];
    this.#length = 0;
    return line;
  }
}
