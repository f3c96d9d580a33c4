import { CancelledError, ValueError } from "@tesserae/core";
import type { ClientRequest, IncomingMessage } from "node:http";
import { CallWatch } from "./call-watch.ts";
import type { ConnectionPool } from "./connection-pool.ts";
import { decoded } from "./decoding-source.ts";
import { joinHeaders, requestHeaders } from "./headers.ts";
import { MessageSource } from "./message-source.ts";
import { ReceivedResponse } from "./received-response.ts";
import { MAX_REDIRECTS, redirected } from "./redirect.ts";
import { ResponseBody } from "./response-body.ts";
import type { TargetReader } from "./target.ts";
import { connectionError, platformCode } from "./transport-error.ts";
import type { HttpRequest, HttpResponse } from "./types.ts";

/** What an exchange needs of its transport. */
export interface NodeExchangeOptions {
  readonly pool: ConnectionPool;
  readonly targets: TargetReader;
  readonly acceptEncoding: string | false;
  readonly maxBodyBytes: number;
}

/** Sends one request by `node:http` and resolves when the headers of its response are here. */
export function exchangeOverNode(request: HttpRequest, options: NodeExchangeOptions): Promise<HttpResponse> {
  return new Promise((resolve, reject) => new NodeExchange(request, options, resolve, reject).begin());
}

/** One request on its way: up to the response's headers, over redirects and over one dead connection. */
class NodeExchange {
  readonly #options: NodeExchangeOptions;
  readonly #resolve: (response: HttpResponse) => void;
  readonly #reject: (error: Error) => void;
  readonly #watch: CallWatch;
  #request: HttpRequest;
  #sent: ClientRequest | undefined;
  #body: ResponseBody | undefined;
  #redirects = 0;
  #sentAgain = false;
  #over = false;

  constructor(
    request: HttpRequest,
    options: NodeExchangeOptions,
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
      this.#send();
    } catch (error) {
      this.#watch.fire(refusedByNode(error));
    }
  }

  #send(): void {
    const request = this.#request;
    const target = this.#options.targets.read(request.url);
    const peer = this.#options.pool.peerOf(target);
    const headers = requestHeaders(request, this.#options.acceptEncoding);
    headers.push("host", target.host);
    if (!target.secure && target.proxy?.authorization !== undefined) {
      headers.push("proxy-authorization", target.proxy.authorization);
    }
    const { body } = request;
    const method = request.method ?? (body === undefined ? "GET" : "POST");
    if (body !== undefined || (method !== "GET" && method !== "HEAD"))
      headers.push("content-length", String(byteLength(body)));
    const sent = peer.request({
      agent: peer.agent,
      method,
      host: peer.hostname,
      port: peer.port,
      path: target.path,
      headers,
      setHost: false,
    });
    this.#sent = sent;
    sent.on("response", (message) => this.#receive(sent, message));
    sent.on("error", (error) => {
      if (this.#over || this.#body !== undefined || sent !== this.#sent) return;
      if (this.#isStale(sent, error)) {
        this.#sentAgain = true;
        this.#options.pool.dropFree(peer);
        this.begin();
        return;
      }
      this.#fail(error);
    });
    // A connection that was switched to another protocol closes without an error.
    sent.on("close", () => {
      if (this.#body === undefined && sent === this.#sent) this.#fail(new Error("the connection was closed"));
    });
    sent.end(body);
  }

  /** A kept connection that the server closed while the request was on its way: nobody has read the request. */
  #isStale(sent: ClientRequest, error: Error): boolean {
    if (!sent.reusedSocket || this.#sentAgain || this.#options.pool.closed) return false;
    const code = platformCode(error);
    return code === "ECONNRESET" || code === "EPIPE";
  }

  #receive(sent: ClientRequest, message: IncomingMessage): void {
    if (this.#over) {
      sent.destroy();
      return;
    }
    const status = message.statusCode ?? 0;
    const again =
      status < 300 || status > 399 ? undefined : redirected(this.#request, status, message.headers.location);
    if (again !== undefined && this.#redirects < MAX_REDIRECTS) {
      this.#redirects += 1;
      this.#request = again;
      // The connection is given up: nobody knows how much would have to be read to use it again.
      this.#sent = undefined;
      sent.destroy();
      this.begin();
      return;
    }
    this.#watch.headersArrived();
    const { url } = this.#request;
    try {
      const source = decoded(
        new MessageSource(sent, message, (cause) => this.#errorOf(cause, true)),
        message.headers["content-encoding"],
        url,
      );
      this.#body = new ResponseBody(source, this.#watch, url, this.#options.maxBodyBytes);
    } catch (error) {
      sent.destroy();
      this.#fail(error);
      return;
    }
    this.#over = true;
    this.#resolve(new ReceivedResponse(status, message.headers, () => joinHeaders(message.headers), this.#body));
  }

  #fail(error: unknown): void {
    this.#watch.fire(this.#errorOf(error, false));
  }

  #errorOf(cause: unknown, answered: boolean): Error {
    if (this.#options.pool.closed) return new CancelledError("The transport was closed.", { cause });
    return connectionError(cause, this.#request.url, answered);
  }

  /** The watch speaks: an abort, a timeout, or our own failure. */
  #end(error: Error): void {
    this.#over = true;
    if (this.#body !== undefined) {
      this.#body.abort(error);
      return;
    }
    this.#sent?.destroy();
    this.#reject(error);
  }
}

/** Node refuses a method, header name or header value with a `TypeError`; it names the header and never the value. */
function refusedByNode(error: unknown): Error {
  if (error instanceof TypeError && platformCode(error).startsWith("ERR_")) {
    return new ValueError(`The request cannot be sent: ${error.message}.`, { cause: error });
  }
  return error instanceof Error ? error : new Error(String(error));
}

function byteLength(body: string | Uint8Array = ""): number {
  return typeof body === "string" ? Buffer.byteLength(body) : body.byteLength;
}
