import { RuntimeError, throwIfAborted, ValueError } from "@tesserae/core";
import { builtin, hasSockets } from "./builtin.ts";
import { ConnectionPool } from "./connection-pool.ts";
import { exchangeOverFetch } from "./fetch-exchange.ts";
import { exchangeOverSockets, type SocketExchangeOptions } from "./socket-exchange.ts";
import { proxyForAll, proxyFromEnvironment, type ProxySettings } from "./proxy.ts";
import { TargetReader, parseUrl } from "./target.ts";
import type { FetchFunction, HttpRequest, HttpResponse, HttpTransportOptions, Transport } from "./types.ts";

/** The longest time that timers take: they count in 31 bits. */
const LONGEST_MS = 2 ** 31 - 1;

/**
 * Sends requests over kept sockets of its own, or by an injected `fetch`.
 *
 * It knows no provider and does not retry (see `withRetries`), but for one case: a kept connection that the server
 * had closed before it sent a byte in answer is replaced once. Redirects are followed only for 307 and 308 within the
 * same origin. Nothing is loaded and no connection is made before the first `send`.
 */
export class HttpTransport implements Transport {
  readonly #options: HttpTransportOptions;
  readonly #proxies: ProxySettings | undefined;
  readonly #maxBodyBytes: number;
  #sockets: SocketExchangeOptions | undefined;
  #closed = false;

  constructor(options: HttpTransportOptions = {}) {
    this.#options = options;
    this.#maxBodyBytes = options.maxBodyBytes ?? 64 * 1024 * 1024;
    if (!(this.#maxBodyBytes > 0)) {
      throw new ValueError(`maxBodyBytes is ${this.#maxBodyBytes}: it must be a number of bytes above 0.`);
    }
    checkMilliseconds("connectTimeoutMs", options.connectTimeoutMs);
    checkMilliseconds("freeSocketTimeoutMs", options.freeSocketTimeoutMs);
    this.#proxies = options.fetch === undefined ? readProxies(options.proxy) : undefined;
  }

  /**
   * Sends a request; resolves when the headers of the response are here, whatever the status.
   *
   * Rejects with `CancelledError` (before any I/O when the signal is aborted already), `TransportError` (no
   * connection, no answer in time, an answer that is no HTTP), `ValueError` (a request that cannot be sent).
   */
  async send(request: HttpRequest): Promise<HttpResponse> {
    if (this.#closed) throw new RuntimeError("The transport is closed: make a new one.");
    checkMilliseconds("timeoutMs", request.timeoutMs);
    checkMilliseconds("firstByteTimeoutMs", request.firstByteTimeoutMs);
    checkMilliseconds("idleTimeoutMs", request.idleTimeoutMs);
    throwIfAborted(request.signal);
    if (this.#sockets !== undefined) return exchangeOverSockets(request, this.#sockets);
    const fetch = this.#options.fetch ?? (hasSockets() ? undefined : platformFetch());
    if (fetch !== undefined) {
      parseUrl(request.url);
      return exchangeOverFetch(request, { fetch, maxBodyBytes: this.#maxBodyBytes });
    }
    this.#sockets = {
      pool: new ConnectionPool({
        connectTimeoutMs: this.#options.connectTimeoutMs ?? 10_000,
        freeSocketTimeoutMs: this.#options.freeSocketTimeoutMs ?? 60_000,
        tls: this.#options.tls ?? {},
      }),
      targets: new TargetReader(this.#proxies),
      acceptEncoding: this.#options.acceptEncoding ?? "gzip, deflate, br",
      maxBodyBytes: this.#maxBodyBytes,
      channel: builtin("node:diagnostics_channel").channel("tesserae:http"),
    };
    return exchangeOverSockets(request, this.#sockets);
  }

  /** Closes all connections; calls in flight reject with `CancelledError`. May be called twice. */
  close(): Promise<void> {
    this.#closed = true;
    this.#sockets?.pool.destroy();
    return Promise.resolve();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

function readProxies(proxy: HttpTransportOptions["proxy"] = "env"): ProxySettings | undefined {
  if (proxy === false) return undefined;
  if (proxy !== "env") return proxyForAll(proxy);
  return typeof process === "undefined" ? undefined : proxyFromEnvironment(process.env);
}

function platformFetch(): FetchFunction | undefined {
  return typeof globalThis.fetch === "function" ? globalThis.fetch.bind(globalThis) : undefined;
}

function checkMilliseconds(name: string, value: number | undefined): void {
  if (value === undefined || (value > 0 && value <= LONGEST_MS)) return;
  throw new ValueError(`${name} is ${value}: it must be a number of milliseconds above 0 and at most ${LONGEST_MS}.`);
}
