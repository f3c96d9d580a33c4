/** True for a byte that continues a UTF-8 sequence. */
function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}

/** The bytes without a UTF-8 sequence that is cut at the end. */
function withoutCutEnd(bytes: Buffer): Buffer {
  let lead = bytes.length - 1;
  while (lead >= 0 && bytes.length - lead < 4 && isContinuation(bytes[lead])) lead -= 1;
  const first = bytes[lead] ?? 0;
  const needed = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc0 ? 2 : 1;
  return needed > bytes.length - lead ? bytes.subarray(0, lead) : bytes;
}

/** The bytes without a UTF-8 sequence that is cut at the start. */
function withoutCutStart(bytes: Buffer): Buffer {
  let start = 0;
  while (start < 3 && isContinuation(bytes[start])) start += 1;
  return bytes.subarray(start);
}

/**
 * Collects what a process prints, up to a number of bytes: of more, the beginning and the end are kept, because a
 * program's errors stand at its end. Memory stays within about twice the limit however much comes.
 */
export class OutputBuffer {
  readonly #limit: number;
  readonly #headLimit: number;
  readonly #head: Buffer[] = [];
  #headSize = 0;
  #tail: Buffer[] = [];
  #tailSize = 0;
  #total = 0;

  constructor(limit: number) {
    this.#limit = limit;
    this.#headLimit = Math.ceil(limit / 2);
  }

  push(chunk: Buffer): void {
    this.#total += chunk.length;
    const room = this.#headLimit - this.#headSize;
    if (room > 0) {
      this.#head.push(chunk.subarray(0, room));
      this.#headSize += Math.min(room, chunk.length);
    }
    if (chunk.length > room) {
      const rest = room > 0 ? chunk.subarray(room) : chunk;
      this.#tail.push(rest);
      this.#tailSize += rest.length;
      if (this.#tailSize > 2 * this.#limit) this.#trimTail();
    }
  }

  #trimTail(): Buffer {
    const all = Buffer.concat(this.#tail);
    const kept = all.subarray(Math.max(0, all.length - (this.#limit - this.#headLimit)));
    // A copy, so that the joined buffer can be freed.
    this.#tail = [Buffer.from(kept)];
    this.#tailSize = kept.length;
    return kept;
  }

  /** The text, decoded as UTF-8 with U+FFFD for what is not; a note stands where something was left out. */
  text(): string {
    const head = Buffer.concat(this.#head);
    if (this.#total <= this.#limit) return Buffer.concat([head, ...this.#tail]).toString("utf8");
    const start = withoutCutEnd(head);
    const end = withoutCutStart(this.#trimTail());
    const left = this.#total - start.length - end.length;
    const note = `\n[${left} of ${this.#total} bytes of output left out here: the limit is ${this.#limit} bytes]\n`;
    return start.toString("utf8") + note + end.toString("utf8");
  }
}
