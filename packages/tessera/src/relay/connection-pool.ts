import { connect, isIP, type LookupFunction, type Socket } from "node:net";
import { connect as connectSecurely } from "node:tls";
import {
  Connection,
  HeadReader,
  headOf,
  lengthOf,
  type AnswerTaker,
  type ConnectionKeeper,
  type RequestToSend,
} from "@tesserae/wire/http1";

/** Where connections lead, and how they are made. */
export interface PoolOptions {
  readonly isSecure: boolean;
  readonly hostname: string;
  readonly port: number;
  /** The value of the header `host`. */
  readonly host: string;
  readonly connectTimeoutMs: number;
  /** How names are looked up. Default: as the system does. */
  readonly lookup: LookupFunction | undefined;
}

/** More idle connections than this are closed. */
const MOST_IDLE = 256;
/** Methods whose requests say the length of their body when it is empty, too. */
const BODIED: ReadonlySet<string> = new Set(["POST", "PUT", "PATCH"]);
const READ_BYTES = 64 * 1024;
/** An idle connection is not used in the last moment before the upstream closes it. */
const CLOSING_MS = 1000;

/** The connection to an upstream took too long. */
class ConnectTimeoutError extends Error {
  readonly code = "ETIMEDOUT";
}

/**
 * The connections to one upstream, which are kept open; the one that was used last is used next, so that those too many
 * grow old. This is the gateway's own client of HTTP/1.1: what Node's does for every request (an agent, a stream, a timer,
 * an event for each part) is most of what a relay would cost.
 */
export class ConnectionPool implements ConnectionKeeper {
  readonly #options: PoolOptions;
  readonly #heads = new HeadReader();
  readonly #idle: Connection[] = [];
  readonly #all = new Set<Connection>();
  /** What is read is handed on before the next read, so that all connections read into the same bytes. */
  readonly #bytes = Buffer.allocUnsafeSlow(READ_BYTES);
  /** By which a new secure connection goes on where the last one was. */
  #session: Buffer | undefined;
  #isRetired = false;

  constructor(options: PoolOptions) {
    this.#options = options;
  }

  /** Sends a request over an idle connection, or a new one. Throws where the request cannot be written. */
  send(request: RequestToSend, taker: AnswerTaker): Connection {
    const length = lengthOf(request.body);
    const saysLength = length > 0 || BODIED.has(request.method);
    const head = headOf(request, this.#options.host, saysLength ? length : undefined);
    const connection = this.#takeIdle() ?? this.#open();
    connection.send(head, request, length, taker);
    return connection;
  }

  release(connection: Connection, idleMs: number | undefined): void {
    if (this.#isRetired || this.#idle.length >= MOST_IDLE) {
      connection.destroy();
      return;
    }
    connection.idleUntil =
      idleMs === undefined ? Number.POSITIVE_INFINITY : performance.now() + Math.max(0, idleMs - CLOSING_MS);
    this.#idle.push(connection);
  }

  forget(connection: Connection): void {
    this.#all.delete(connection);
    const place = this.#idle.indexOf(connection);
    if (place !== -1) this.#idle.splice(place, 1);
  }

  /** Ends the connections that are idle, and each of the others as soon as its request is over. */
  retire(): void {
    this.#isRetired = true;
    for (const connection of this.#idle.splice(0)) connection.destroy();
  }

  /** Breaks all connections. */
  close(): void {
    for (const connection of this.#all) connection.destroy();
  }

  #takeIdle(): Connection | undefined {
    for (let connection = this.#idle.pop(); connection !== undefined; connection = this.#idle.pop()) {
      if (performance.now() < connection.idleUntil) return connection;
      connection.destroy();
    }
    return undefined;
  }

  #open(): Connection {
    const { isSecure } = this.#options;
    const socket = isSecure ? this.#openSecure() : this.#openPlain((size, bytes) => connection.onRead(bytes, size));
    const connection = new Connection(socket, this, this.#heads);
    if (isSecure) socket.on("data", (bytes: Buffer) => connection.onRead(bytes, bytes.length));
    this.#all.add(connection);
    limitConnecting(socket, isSecure ? "secureConnect" : "connect", this.#options.connectTimeoutMs);
    return connection;
  }

  #openPlain(onRead: (size: number, bytes: Buffer) => void): Socket {
    const { hostname, port, lookup } = this.#options;
    return connect({
      host: hostname,
      port,
      noDelay: true,
      keepAlive: true,
      ...(lookup === undefined ? {} : { lookup }),
      onread: {
        buffer: this.#bytes,
        callback: (size) => {
          onRead(size, this.#bytes);
          return true;
        },
      },
    });
  }

  #openSecure(): Socket {
    const { hostname, port, lookup } = this.#options;
    const socket = connectSecurely({
      host: hostname,
      port,
      ALPNProtocols: ["http/1.1"],
      ...(isIP(hostname) === 0 ? { servername: hostname } : {}),
      ...(lookup === undefined ? {} : { lookup }),
      ...(this.#session === undefined ? {} : { session: this.#session }),
    });
    socket.setNoDelay(true);
    socket.setKeepAlive(true);
    socket.on("session", (session) => (this.#session = session));
    return socket;
  }
}

/** Gives up on a connection that is not there in time: one timer a connection, none a request. */
function limitConnecting(socket: Socket, event: "connect" | "secureConnect", timeoutMs: number): void {
  const timer = setTimeout(() => socket.destroy(new ConnectTimeoutError("connect timeout")), timeoutMs);
  socket.once(event, () => clearTimeout(timer));
  socket.once("close", () => clearTimeout(timer));
}
