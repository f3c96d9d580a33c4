import { CancelledError, ValueError } from "@tesserae/core";
import {
  type AnswerHead,
  type AnswerTaker,
  type Connection,
  headOf,
  lengthOf,
  type RequestToSend,
  UnwritableError,
} from "@tesserae/wire/http1";
import type { HttpObserver, HttpRequestPayload } from "@tesserae/wire/channels";
import type { Channel } from "node:diagnostics_channel";
import { CallWatch } from "./call-watch.ts";
import type { ConnectionPool } from "./connection-pool.ts";
import { decoded } from "./decoding-source.ts";
import type { ConnectionTaker, Endpoint } from "./endpoint.ts";
import { joinHeaders, requestHeaders } from "./headers.ts";
import { ReceivedResponse } from "./received-response.ts";
import { MAX_REDIRECTS, redirected } from "./redirect.ts";
import { type BodySink, type BodySource, ResponseBody } from "./response-body.ts";
import type { Target, TargetReader } from "./target.ts";
import { connectionError, platformCode } from "./transport-error.ts";
import type { HttpRequest, HttpResponse } from "./types.ts";

/** What an exchange needs of its transport. */
export interface SocketExchangeOptions {
  readonly pool: ConnectionPool;
  readonly targets: TargetReader;
  readonly acceptEncoding: string | false;
  readonly maxBodyBytes: number;
  /** `tesserae:http`. */
  readonly channel: Channel;
}

/** Sends one request over a kept connection and resolves when the headers of its response are here. */
export function exchangeOverSockets(request: HttpRequest, options: SocketExchangeOptions): Promise<HttpResponse> {
  return new Promise((resolve, reject) => new SocketExchange(request, options, resolve, reject).begin());
}

/** A request as it is written. */
interface Written {
  readonly request: RequestToSend;
  readonly head: string;
  readonly length: number;
}

/**
 * One request on its way, over redirects and over one dead connection, and the source of its response's body.
 *
 * What one read brought is handed on as one chunk, however the server cut it.
 */
class SocketExchange implements AnswerTaker, BodySource, ConnectionTaker {
  readonly #options: SocketExchangeOptions;
  readonly #resolve: (response: HttpResponse) => void;
  readonly #reject: (error: Error) => void;
  readonly #watch: CallWatch;
  #request: HttpRequest;
  #written: Written | undefined;
  #endpoint: Endpoint | undefined;
  /** The connection, as long as it is this exchange's. */
  #connection: Connection | undefined;
  /** Who sees the request that is on its way; absent when nobody does. */
  #observers: HttpObserver[] | undefined;
  #body: ResponseBody | undefined;
  #sink: BodySink | undefined;
  /** The part of the present read that is of the body. */
  #read: Buffer | undefined;
  #readStart = 0;
  #readEnd = 0;
  #redirects = 0;
  #sentAgain = false;
  #over = false;

  constructor(
    request: HttpRequest,
    options: SocketExchangeOptions,
    resolve: (response: HttpResponse) => void,
    reject: (error: Error) => void,
  ) {
    this.#request = request;
    this.#options = options;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#watch = new CallWatch(request, (error) => this.#end(error));
  }

  begin(): void {
    try {
      const target = this.#options.targets.read(this.#request.url);
      this.#written = write(this.#request, target, this.#options.acceptEncoding);
      this.#endpoint = this.#options.pool.endpointOf(target);
      if (this.#options.channel.hasSubscribers) this.#observers = tell(this.#options.channel, target, this.#written);
      this.#endpoint.connect(this);
    } catch (error) {
      this.#watch.fire(refused(error));
    }
  }

  take(connection: Connection): void {
    const written = this.#written;
    if (this.#over || written === undefined) {
      this.#endpoint?.release(connection, undefined);
      return;
    }
    this.#connection = connection;
    connection.send(written.head, written.request, written.length, this);
  }

  failed(error: Error): void {
    this.#watch.fire(this.#errorOf(error));
  }

  onHead(head: AnswerHead): void {
    const { status, headers } = head;
    this.#tell((observer) => observer.answered(status, headers));
    const again = status < 300 || status > 399 ? undefined : redirected(this.#request, status, headers.location);
    if (again !== undefined && this.#redirects < MAX_REDIRECTS) {
      this.#redirects += 1;
      this.#request = again;
      // The connection is given up: nobody knows how much would have to be read to use it again.
      this.#drop();
      this.begin();
      return;
    }
    this.#watch.headersArrived();
    const { url } = this.#request;
    try {
      const source = decoded(this, headers["content-encoding"], url);
      this.#body = new ResponseBody(source, this.#watch, url, this.#options.maxBodyBytes);
    } catch (error) {
      this.#drop();
      this.failed(error instanceof Error ? error : new Error(String(error)));
      return;
    }
    this.#resolve(new ReceivedResponse(status, headers, () => joinHeaders(headers), this.#body));
  }

  onBytes(bytes: Buffer, start: number, end: number): void {
    if (this.#read === undefined) {
      this.#read = bytes;
      this.#readStart = start;
      this.#readEnd = end;
      return;
    }
    // The chunks of a read are moved together where they lie: what is between them was read over.
    bytes.copyWithin(this.#readEnd, start, end);
    this.#readEnd += end - start;
  }

  onReadEnd(): void {
    const read = this.#read;
    if (read === undefined) return;
    this.#read = undefined;
    const chunk = Buffer.from(read.subarray(this.#readStart, this.#readEnd));
    this.#tell((observer) => observer.received(chunk));
    this.#sink?.data(chunk);
  }

  onWhole(): void {
    this.#connection = undefined;
    this.onReadEnd();
    this.#tell((observer) => observer.ended());
    this.#observers = undefined;
    this.#sink?.end();
  }

  onBroken(error: NodeJS.ErrnoException): void {
    const connection = this.#connection;
    this.#connection = undefined;
    this.onReadEnd();
    this.#tell((observer) => observer.failed(error));
    this.#observers = undefined;
    if (this.#sink !== undefined) {
      this.#sink.fail(this.#errorOf(error));
      return;
    }
    if (connection?.isReused === true && !this.#sentAgain && isStale(error) && !this.#options.pool.closed) {
      // The server had closed the kept connection while the request was on its way: nobody has read the request.
      this.#sentAgain = true;
      this.#endpoint?.dropFree();
      this.begin();
      return;
    }
    this.failed(error);
  }

  start(sink: BodySink): void {
    this.#sink = sink;
  }

  pause(): void {
    this.#connection?.pause();
  }

  resume(): void {
    this.#connection?.resume();
  }

  destroy(): void {
    this.#drop();
  }

  /** Gives the connection up, unless the whole response has come: then it is another's already. */
  #drop(): void {
    this.#read = undefined;
    this.#connection?.destroy();
    this.#connection = undefined;
    this.#tell((observer) => observer.cancelled());
    this.#observers = undefined;
  }

  #tell(event: (observer: HttpObserver) => void): void {
    if (this.#observers !== undefined) for (const observer of this.#observers) event(observer);
  }

  #errorOf(cause: unknown): Error {
    if (this.#options.pool.closed) return new CancelledError("The transport was closed.", { cause });
    return connectionError(cause, this.#request.url, this.#body !== undefined);
  }

  /** The watch speaks: an abort, a timeout, or our own failure. */
  #end(error: Error): void {
    this.#over = true;
    if (this.#body !== undefined) {
      this.#body.abort(error);
      return;
    }
    this.#tell((observer) => observer.failed(error));
    this.#observers = undefined;
    this.#drop();
    this.#reject(error);
  }
}

function write(request: HttpRequest, target: Target, acceptEncoding: string | false): Written {
  const { body } = request;
  const method = request.method ?? (body === undefined ? "GET" : "POST");
  const headers = requestHeaders(request, acceptEncoding);
  if (!target.secure && target.proxy?.authorization !== undefined) {
    headers.push("proxy-authorization", target.proxy.authorization);
  }
  const toSend: RequestToSend = { method, path: target.path, headers, body: body ?? "" };
  const length = body === undefined ? (method === "GET" || method === "HEAD" ? undefined : 0) : lengthOf(body);
  return { request: toSend, head: headOf(toSend, target.host, length), length: length ?? 0 };
}

/** Tells of a request that is about to be sent; gives those who want to see what becomes of it. */
function tell(channel: Channel, target: Target, { request }: Written): HttpObserver[] {
  const { method, body } = request;
  const { protocol, host, pathname, search } = target.url;
  const observers: HttpObserver[] = [];
  const payload: HttpRequestPayload = {
    method,
    protocol,
    host,
    path: `${pathname}${search}`,
    body,
    observe: (observer) => void observers.push(observer),
  };
  channel.publish(payload);
  return observers;
}

/** How the end of a kept connection looks that the server had closed. */
function isStale(error: Error): boolean {
  const code = platformCode(error);
  return code === "ECONNRESET" || code === "EPIPE";
}

/** What cannot be written is the caller's mistake. The error names a header and never the value. */
function refused(error: unknown): Error {
  if (error instanceof UnwritableError) {
    return new ValueError(`The request cannot be sent: ${error.message}.`, { cause: error });
  }
  return error instanceof Error ? error : new Error(String(error));
}
