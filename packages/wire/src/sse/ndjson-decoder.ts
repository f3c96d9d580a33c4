import { WireError } from "../wire-error.ts";
import { LineBytes } from "./line-bytes.ts";
import { DEFAULT_MAX_EVENT_BYTES } from "./sse-decoder.ts";

/** Options of {@link NdjsonDecoder}. */
export interface NdjsonDecoderOptions {
  /** The longest line that is accepted, in bytes; default {@link DEFAULT_MAX_EVENT_BYTES}. */
  readonly maxLineBytes?: number;
}

/**
 * An incremental parser of newline-delimited JSON (Ollama's streams), fed with bytes as they come from a socket.
 * It gives the text of each line that is not blank; parsing the JSON is the caller's, who knows what to do with a bad one.
 * A line over the cap throws `WireError` (`ERR_STREAM_EVENT_TOO_LARGE`).
 */
export class NdjsonDecoder {
  readonly #lines = new LineBytes();
  readonly #max: number;
  #atStart = true;

  constructor(options: NdjsonDecoderOptions = {}) {
    this.#max = options.maxLineBytes ?? DEFAULT_MAX_EVENT_BYTES;
  }

  /** Takes the next bytes; gives the lines that are whole now. */
  push(bytes: Uint8Array): string[] {
    const lines = this.#split(this.#lines.push(bytes));
    if (this.#lines.keptBytes > this.#max) this.#tooLong();
    return lines;
  }

  /** Ends the stream; gives the last line if it had no line end. */
  end(): string | undefined {
    return this.#split(this.#lines.end())[0];
  }

  #split(chunk: string): string[] {
    if (chunk === "") return [];
    let text = chunk;
    if (this.#atStart) {
      this.#atStart = false;
      if (text.charCodeAt(0) === 0xfeff) text = text.slice(1);
    }
    const lines: string[] = [];
    for (const line of text.split(/[\r\n]+/)) {
      if (line.length > this.#max) this.#tooLong();
      if (line.trim() !== "") lines.push(line);
    }
    return lines;
  }

  #tooLong(): never {
    throw new WireError(
      "ERR_STREAM_EVENT_TOO_LARGE",
      `A line of the stream is longer than ${this.#max} bytes. Raise maxLineBytes if the server is trusted.`,
    );
  }
}
