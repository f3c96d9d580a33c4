const HEADER = 8;

/**
 * Takes the frames of an attached process without a terminal apart, however the bytes were cut on their way: a byte for
 * the stream, three of nothing, four for the length, the content
 * (https://docs.docker.com/reference/api/engine/version/v1.50/#tag/Container/operation/ContainerAttach).
 */
export class OutputFrames {
  readonly #push: (content: Buffer) => void;
  #header = Buffer.alloc(0);
  #left = 0;

  /** @param push gets the content, of both streams in the order in which it was written. */
  constructor(push: (content: Buffer) => void) {
    this.#push = push;
  }

  /** Takes the next bytes. */
  write(chunk: Buffer): void {
    let rest = chunk;
    while (rest.length > 0) {
      if (this.#left > 0) {
        const content = rest.subarray(0, this.#left);
        this.#left -= content.length;
        rest = rest.subarray(content.length);
        this.#push(content);
        continue;
      }
      const wanted = HEADER - this.#header.length;
      this.#header = Buffer.concat([this.#header, rest.subarray(0, wanted)]);
      rest = rest.subarray(wanted);
      if (this.#header.length < HEADER) return;
      this.#left = this.#header.readUInt32BE(4);
      this.#header = Buffer.alloc(0);
    }
  }
}
