import { WireError } from "../wire-error.ts";
import { LineBytes } from "./line-bytes.ts";
import type { SseEvent } from "./sse-event.ts";

/** The default of {@link SseDecoderOptions.maxEventBytes}: 64 MiB, since generated images come as one event. */
export const DEFAULT_MAX_EVENT_BYTES: number = 64 * 1024 * 1024;

/** Options of {@link SseDecoder}. */
export interface SseDecoderOptions {
  /**
   * The largest event that is accepted. An event of at most this many bytes always passes; one with more characters
   * than this never does. Default {@link DEFAULT_MAX_EVENT_BYTES}.
   */
  readonly maxEventBytes?: number;
}

/**
 * An incremental parser of server-sent events (WHATWG HTML, section 9.2.6), fed with bytes as they come from a socket.
 *
 * `push` hands over all events of one read at once. All three line ends, comments, several `data:` lines, `id`, `retry`,
 * a byte-order mark, and any split of the bytes are understood. Invalid UTF-8 becomes U+FFFD.
 * An event over the cap throws `WireError` (`ERR_STREAM_EVENT_TOO_LARGE`); the decoder is of no use after that.
 */
export class SseDecoder {
  /** The last `retry:` of the stream in milliseconds. */
  retry: number | undefined;
  readonly #lines = new LineBytes();
  readonly #max: number;
  #atStart = true;
  #skipLineFeed = false;
  #event = "message";
  #data: string | undefined;
  #id = "";

  constructor(options: SseDecoderOptions = {}) {
    this.#max = options.maxEventBytes ?? DEFAULT_MAX_EVENT_BYTES;
  }

  /** Takes the next bytes of the stream; gives the events that are complete now, in order. */
  push(bytes: Uint8Array): SseEvent[] {
    if (bytes.length === 0) return [];
    const rest = this.#skipLineFeed && bytes[0] === 10 ? bytes.subarray(1) : bytes;
    // A carriage return at the end of a read may be half a line end.
    this.#skipLineFeed = bytes[bytes.length - 1] === 13;
    const events: SseEvent[] = [];
    const text = this.#lines.push(rest);
    if (text !== "") this.#read(text, events);
    if (this.#lines.keptBytes > this.#max) this.#tooLarge();
    return events;
  }

  /**
   * Ends the stream. Gives the event whose closing blank line never came, if there is one: the standard drops it,
   * but some servers forget that line, and a caller can see from the data whether it is whole.
   */
  end(): SseEvent | undefined {
    const text = this.#lines.end();
    const events: SseEvent[] = [];
    this.#read(`${text}\n\n`, events);
    return events[0];
  }

  #read(chunk: string, events: SseEvent[]): void {
    let text = chunk;
    if (this.#atStart) {
      this.#atStart = false;
      if (text.charCodeAt(0) === 0xfeff) text = text.slice(1);
    }
    if (text.includes("\r")) text = text.replace(/\r\n?/g, "\n");
    const length = text.length;
    let at = 0;
    while (at < length) {
      const end = text.indexOf("\n", at);
      if (end === at) {
        this.#dispatch(events);
      } else if (text.startsWith("data: ", at)) {
        const data = text.slice(at + 6, end);
        // What nearly every event is: one data line and a blank one.
        if (this.#data === undefined && text.charCodeAt(end + 1) === 10) {
          if (data.length > this.#max) this.#tooLarge();
          events.push({ event: this.#event, data, id: this.#id });
          this.#event = "message";
          at = end + 2;
          continue;
        }
        this.#append(data);
      } else {
        this.#field(text.slice(at, end));
      }
      at = end + 1;
    }
  }

  #field(line: string): void {
    const colon = line.indexOf(":");
    if (colon === 0) return;
    const name = colon === -1 ? line : line.slice(0, colon);
    const from = line.charCodeAt(colon + 1) === 32 ? colon + 2 : colon + 1;
    const value = colon === -1 ? "" : line.slice(from);
    if (name === "data") this.#append(value);
    else if (name === "event") this.#event = value === "" ? "message" : value;
    else if (name === "id" && !value.includes("\0")) this.#id = value;
    else if (name === "retry" && /^\d+$/.test(value)) this.retry = Number(value);
  }

  #append(value: string): void {
    this.#data = this.#data === undefined ? value : `${this.#data}\n${value}`;
    if (this.#data.length > this.#max) this.#tooLarge();
  }

  #dispatch(events: SseEvent[]): void {
    if (this.#data !== undefined) events.push({ event: this.#event, data: this.#data, id: this.#id });
    this.#data = undefined;
    this.#event = "message";
  }

  #tooLarge(): never {
    throw new WireError(
      "ERR_STREAM_EVENT_TOO_LARGE",
      `A server-sent event is larger than ${this.#max} bytes. Raise maxEventBytes if the server is trusted.`,
    );
  }
}
