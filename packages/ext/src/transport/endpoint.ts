import { Connection, type ConnectionKeeper, type HeadReader } from "@tesserae/wire/http1";
import type { Socket } from "node:net";

/** A request, then a socket: what is torn down when a connection is given up. */
export interface Destroyable {
  destroy(error?: Error): unknown;
}

/** What the connections to one server share. */
export interface Shared {
  /** Where plain sockets may read into: what was read is handed on before the next read. */
  readonly bytes: Buffer;
  /** By which a new secure connection goes on where the last one was. */
  session: Buffer | undefined;
  /** What can stop the connections that are being made. */
  readonly opening: Set<Destroyable>;
}

/** A connection that is being made. */
export interface Opening {
  readonly shared: Shared;
  /** There is a socket; it may still be connecting. What it reads goes to `read`. */
  opened(socket: Socket): void;
  failed(error: Error): void;
  read(bytes: Buffer, size: number): void;
}

/** How the connections to one server are made and kept. */
export interface EndpointOptions {
  /** An unused connection is closed after so many milliseconds. */
  readonly freeSocketTimeoutMs: number;
  open(opening: Opening): void;
}

/** What somebody who needs a connection is given: it, or why there is none. */
export interface ConnectionTaker {
  take(connection: Connection): void;
  failed(error: Error): void;
}

const READ_BYTES = 64 * 1024;
/** More free connections than this are closed. */
const MOST_FREE = 1024;
/** A free connection is not used in the last moment before the server closes it. */
const CLOSING_MS = 1000;

/**
 * The connections to one server.
 *
 * As many as there are calls; the one used last is used first, so that the others can grow old and be closed; a free one
 * does not keep the process alive.
 */
export class Endpoint implements ConnectionKeeper {
  readonly #options: EndpointOptions;
  readonly #heads: HeadReader;
  /** The one that was used last stands last. */
  readonly #free: Connection[] = [];
  readonly #all = new Set<Connection>();
  readonly #shared: Shared = { bytes: Buffer.allocUnsafeSlow(READ_BYTES), session: undefined, opening: new Set() };

  constructor(options: EndpointOptions, heads: HeadReader) {
    this.#options = options;
    this.#heads = heads;
  }

  /** Gives a free connection at once, or a new one when there is a socket for it. */
  connect(taker: ConnectionTaker): void {
    const free = this.#free.pop();
    if (free === undefined) {
      this.#open(taker);
      return;
    }
    free.wake();
    taker.take(free);
  }

  release(connection: Connection, idleMs: number | undefined): void {
    const { freeSocketTimeoutMs } = this.#options;
    const time = idleMs === undefined ? freeSocketTimeoutMs : Math.min(freeSocketTimeoutMs, idleMs - CLOSING_MS);
    if (time <= 0 || this.#free.length >= MOST_FREE) {
      connection.destroy();
      return;
    }
    connection.rest(time);
    this.#free.push(connection);
  }

  forget(connection: Connection): void {
    this.#all.delete(connection);
    const place = this.#free.lastIndexOf(connection);
    if (place !== -1) this.#free.splice(place, 1);
  }

  /** Closes the free connections: when one was found dead, the others are older still. */
  dropFree(): void {
    for (const connection of this.#free.splice(0)) connection.destroy();
  }

  /** Closes every connection; who waits for an answer is told. */
  destroy(): void {
    for (const opening of this.#shared.opening) opening.destroy();
    for (const connection of this.#all) connection.fail(new Error("the connection was closed"));
  }

  #open(taker: ConnectionTaker): void {
    let connection: Connection | undefined;
    this.#options.open({
      shared: this.#shared,
      opened: (socket) => {
        connection = new Connection(socket, this, this.#heads);
        this.#all.add(connection);
        taker.take(connection);
      },
      failed: (error) => taker.failed(error),
      read: (bytes, size) => connection?.onRead(bytes, size),
    });
  }
}
