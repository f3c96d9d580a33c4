import type { AnswerHead, HeadReader, ReadHead } from "./answer-head.ts";
import { ProtocolError } from "./protocol-error.ts";

/** Who takes an answer as it is read. */
export interface AnswerParts {
  onHead(head: AnswerHead): void;
  /** Bytes of the body; what is to outlive the call must be copied. */
  onBytes(bytes: Buffer, start: number, end: number): void;
}

const LARGEST_HEAD = 64 * 1024;
/** A line with the size of a chunk; longer ones could only hold extensions, which nobody uses. */
const LONGEST_LINE = 4096;
/** Hexadecimal digits of a size that can be counted exactly. */
const MOST_DIGITS = 13;

const CARRIAGE_RETURN = 0x0d;
const LINE_FEED = 0x0a;
const SEMICOLON = 0x3b;
const SPACE = 0x20;
const TAB = 0x09;
/** How every answer begins. */
const BEGINNING = "HTTP/1.";
const END_OF_HEAD = "\r\n\r\n";

/** What is read next: the head, a body of known length or up to the end, or a part of the chunked coding. */
type State =
  | "head"
  | "bytes"
  | "until-close"
  | "size"
  | "extension"
  | "size-end"
  | "chunk"
  | "chunk-end"
  | "chunk-line-feed"
  | "trailer"
  | "done";

/** Cuts what is read from a connection into the head and the body of one answer after the other. */
export class AnswerParser {
  readonly #heads: HeadReader;
  #state: State = "done";
  #parts: AnswerParts | undefined;
  #isHeadRequest = false;
  /** The beginning of a head whose end was not read yet. */
  #begun: Buffer | undefined;
  /** Bytes of the body, or of the chunk, that are still to come. */
  #left = 0;
  #digits = 0;
  /** Bytes of a line, or of all trailers. */
  #line = 0;
  #head: ReadHead | undefined;

  constructor(heads: HeadReader) {
    this.#heads = heads;
  }

  /** The head of the present answer; `undefined` before it was read. */
  get head(): ReadHead | undefined {
    return this.#head;
  }

  get isWhole(): boolean {
    return this.#state === "done";
  }

  /** Whether the answer is whole when the connection ends now. */
  get endsWithConnection(): boolean {
    return this.#state === "until-close";
  }

  /** Begins to read an answer. */
  begin(parts: AnswerParts, isHeadRequest: boolean): void {
    this.#parts = parts;
    this.#isHeadRequest = isHeadRequest;
    this.#state = "head";
    this.#head = undefined;
    this.#begun = undefined;
  }

  /** Hands on nothing more. */
  stop(): void {
    this.#state = "done";
    this.#parts = undefined;
  }

  /** Takes what was read; gives how much of it belongs to the answer. Throws {@link ProtocolError}. */
  push(bytes: Buffer, size: number): number {
    let at = 0;
    while (at < size && this.#state !== "done") {
      if (this.#state === "head") at = this.#readHead(bytes, at, size);
      else if (this.#state === "bytes" || this.#state === "chunk") at = this.#readBytes(bytes, at, size);
      else if (this.#state === "until-close") at = this.#handOn(bytes, at, size);
      else at = this.#readCoding(bytes, at, size);
    }
    return at;
  }

  #readHead(bytes: Buffer, start: number, size: number): number {
    const begun = this.#begun;
    const read = bytes.subarray(start, size);
    const text = begun === undefined ? read : Buffer.concat([begun, read]);
    const end = text.indexOf(END_OF_HEAD, 0, "latin1");
    if (end === -1 ? text.length > LARGEST_HEAD : end > LARGEST_HEAD)
      throw new ProtocolError("a head that is too large");
    if (end === -1) {
      if (!text.toString("latin1", 0, BEGINNING.length).startsWith(BEGINNING.slice(0, text.length))) {
        throw new ProtocolError("no status line");
      }
      this.#begun = begun === undefined ? Buffer.from(read) : text;
      return size;
    }
    this.#begun = undefined;
    const head = this.#heads.read(text.toString("latin1", 0, end), this.#isHeadRequest);
    if (head.status === 101) throw new ProtocolError("another protocol");
    // Informational ones come before the answer.
    if (head.status >= 200) this.#takeHead(head);
    return start + end + END_OF_HEAD.length - (begun?.length ?? 0);
  }

  #takeHead(head: ReadHead): void {
    this.#head = head;
    this.#left = head.length;
    this.#digits = 0;
    if (head.framing === "none" || (head.framing === "length" && head.length === 0)) this.#state = "done";
    else if (head.framing === "chunked") this.#state = "size";
    else this.#state = head.framing === "length" ? "bytes" : "until-close";
    this.#parts?.onHead(head);
  }

  #readBytes(bytes: Buffer, start: number, size: number): number {
    const end = Math.min(size, start + this.#left);
    this.#left -= end - start;
    if (this.#left === 0) this.#state = this.#state === "bytes" ? "done" : "chunk-end";
    return this.#handOn(bytes, start, end);
  }

  #handOn(bytes: Buffer, start: number, end: number): number {
    this.#parts?.onBytes(bytes, start, end);
    return end;
  }

  /** Reads what lies between the chunks, byte by byte: it is short. */
  #readCoding(bytes: Buffer, start: number, size: number): number {
    let at = start;
    while (at < size) {
      const byte = bytes[at] ?? 0;
      at += 1;
      switch (this.#state) {
        case "size": {
          const digit = hexOf(byte);
          if (digit !== -1) this.#addDigit(digit);
          else if (this.#digits === 0) throw new ProtocolError("a chunk without a size");
          else if (byte === CARRIAGE_RETURN) this.#state = "size-end";
          else if (byte === SEMICOLON || byte === SPACE || byte === TAB) this.#beginLine("extension");
          else throw new ProtocolError("a chunk without a size");
          break;
        }
        case "extension":
          if (byte === CARRIAGE_RETURN) this.#state = "size-end";
          else this.#countInLine(byte, LONGEST_LINE);
          break;
        case "size-end":
          if (byte !== LINE_FEED) throw new ProtocolError("a chunk's line without an end");
          if (this.#left === 0) {
            this.#beginLine("trailer");
            break;
          }
          this.#state = "chunk";
          return at;
        case "chunk-end":
          if (byte !== CARRIAGE_RETURN) throw new ProtocolError("a chunk without an end");
          this.#state = "chunk-line-feed";
          break;
        case "chunk-line-feed":
          if (byte !== LINE_FEED) throw new ProtocolError("a chunk without an end");
          this.#digits = 0;
          this.#state = "size";
          break;
        case "trailer":
          if (this.#readTrailer(byte)) return at;
          break;
        default:
          return at - 1;
      }
    }
    return at;
  }

  #addDigit(digit: number): void {
    this.#digits += 1;
    if (this.#digits > MOST_DIGITS) throw new ProtocolError("a chunk that is too large");
    this.#left = this.#left * 16 + digit;
  }

  #beginLine(state: State): void {
    this.#state = state;
    this.#line = 0;
    this.#digits = 0;
  }

  #countInLine(byte: number, most: number): void {
    this.#line += 1;
    if (byte === LINE_FEED || this.#line > most) throw new ProtocolError("a line that does not end");
  }

  /** Trailers are read over. `#digits` counts the bytes of the present line. True at the end of the answer. */
  #readTrailer(byte: number): boolean {
    this.#line += 1;
    if (this.#line > LARGEST_HEAD) throw new ProtocolError("trailers that are too large");
    if (byte === CARRIAGE_RETURN) return false;
    if (byte !== LINE_FEED) {
      this.#digits += 1;
      return false;
    }
    if (this.#digits === 0) {
      this.#state = "done";
      return true;
    }
    this.#digits = 0;
    return false;
  }
}

function hexOf(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}
