import type { Socket } from "node:net";
import type { HeadReader } from "./answer-head.ts";
import { AnswerParser, type AnswerParts } from "./answer-parser.ts";
import { ProtocolError } from "./protocol-error.ts";
import type { RequestToSend } from "./request-text.ts";

/** Who takes an answer. After `onWhole` or `onBroken` nothing is called any more. */
export interface AnswerTaker extends AnswerParts {
  /** All that came in one read was handed over. */
  onReadEnd(): void;
  onWhole(): void;
  /** There is no answer, or no more of it. */
  onBroken(error: NodeJS.ErrnoException): void;
}

/** What keeps the connections that nobody uses. */
export interface ConnectionKeeper {
  /** The connection may be used again, for so many milliseconds where the upstream said so. */
  release(connection: Connection, idleMs: number | undefined): void;
  /** The connection has gone. */
  forget(connection: Connection): void;
}

/** Smaller requests are written as one text: the system is called once, and nothing is allocated for it. */
const ONE_TEXT = 12 * 1024;

/** A connection to an upstream: one request after the other, each with its answer. */
export class Connection {
  /** When it is too old to be used, on the clock of `performance.now()`. */
  idleUntil: number = Number.POSITIVE_INFINITY;
  /** Whether it served a request before the present one. */
  isReused = false;
  readonly #socket: Socket;
  readonly #keeper: ConnectionKeeper;
  readonly #parser: AnswerParser;
  #taker: AnswerTaker | undefined;
  #isPaused = false;
  #error: NodeJS.ErrnoException | undefined;

  /** The socket's reads are to be handed to `onRead`. */
  constructor(socket: Socket, keeper: ConnectionKeeper, heads: HeadReader) {
    this.#socket = socket;
    this.#keeper = keeper;
    this.#parser = new AnswerParser(heads);
    socket.on("error", (error: NodeJS.ErrnoException) => (this.#error = error));
    socket.on("timeout", () => this.destroy());
    socket.on("end", () => this.#onEnd());
    socket.on("close", () => this.#onClose());
  }

  /** Sends a request over the idle connection. `head`: its first part as text, with the length of the body. */
  send(head: string, { method, body }: RequestToSend, length: number, taker: AnswerTaker): void {
    this.#taker = taker;
    this.#parser.begin(taker, method === "HEAD");
    const socket = this.#socket;
    if (length === 0) socket.write(head, "latin1");
    // A text of as many bytes as characters is ASCII.
    else if (typeof body === "string" && body.length === length) socket.write(head + body, "latin1");
    else if (typeof body !== "string" && length < ONE_TEXT) socket.write(head + latin1Of(body), "latin1");
    else {
      socket.cork();
      socket.write(head, "latin1");
      if (typeof body === "string") socket.write(body, "utf8");
      else socket.write(body);
      socket.uncork();
    }
  }

  /** Nobody needs it: it ends after so many milliseconds, and does not keep the process alive. */
  rest(milliseconds: number): void {
    this.#socket.setTimeout(milliseconds);
    this.#socket.unref();
  }

  /** The opposite of {@link rest}. */
  wake(): void {
    this.#socket.setTimeout(0);
    this.#socket.ref();
  }

  pause(): void {
    if (this.#taker === undefined) return;
    this.#isPaused = true;
    this.#socket.pause();
  }

  resume(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    this.#socket.resume();
  }

  /** Breaks the connection; who waits for an answer is told. */
  fail(error: NodeJS.ErrnoException): void {
    const taker = this.#taker;
    this.destroy();
    taker?.onBroken(error);
  }

  /** Breaks the connection; nobody hears of it. */
  destroy(): void {
    this.#taker = undefined;
    this.#parser.stop();
    this.#socket.destroy();
  }

  /** Takes what was read; the bytes are another's when this returns. */
  onRead(bytes: Buffer, size: number): void {
    const taker = this.#taker;
    // Nothing was asked: whatever this is, it is no answer.
    if (taker === undefined) return this.destroy();
    try {
      const taken = this.#parser.push(bytes, size);
      // The taker may have had enough in the middle of it.
      if (this.#taker !== taker) return;
      if (!this.#parser.isWhole) taker.onReadEnd();
      else this.#end(taker, taken === size);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      this.fail(error);
    }
  }

  #end(taker: AnswerTaker, isClean: boolean): void {
    this.#taker = undefined;
    // Whoever has it next knows nothing of a pause.
    this.resume();
    const head = this.#parser.head;
    // What is still being written belongs to a request whose answer is over.
    if (isClean && head?.keepsAlive === true && this.#socket.writableLength === 0) {
      this.isReused = true;
      this.#keeper.release(this, head.idleMs);
    } else {
      this.#socket.destroy();
    }
    taker.onWhole();
  }

  #onEnd(): void {
    const taker = this.#taker;
    if (taker === undefined || !this.#parser.endsWithConnection) {
      this.#socket.destroy();
      return;
    }
    this.#taker = undefined;
    this.#socket.destroy();
    taker.onWhole();
  }

  #onClose(): void {
    this.#keeper.forget(this);
    this.fail(this.#error ?? hangUp());
  }
}

/** Bytes as a text of one character each. */
function latin1Of(bytes: Uint8Array): string {
  const buffer = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return buffer.toString("latin1");
}

function hangUp(): NodeJS.ErrnoException {
  return Object.assign(new Error("The connection was closed before the answer was whole."), { code: "ECONNRESET" });
}
