import { HeadReader } from "@tesserae/wire/http1";
import { Endpoint, type EndpointOptions } from "./endpoint.ts";
import type { Target } from "./target.ts";
import { openTunnel } from "./proxy-tunnel.ts";
import { openSocket } from "./open-socket.ts";
import type { TlsOptions } from "./types.ts";

/** How connections are made. */
export interface PoolOptions {
  readonly connectTimeoutMs: number;
  readonly freeSocketTimeoutMs: number;
  readonly tls: TlsOptions;
}

/** The kept connections of one transport, by where they lead. */
export class ConnectionPool {
  readonly #options: PoolOptions;
  readonly #heads = new HeadReader();
  readonly #endpoints = new Map<string, Endpoint>();
  /** A model client asks the same address again and again. */
  #lastTarget: Target | undefined;
  #lastEndpoint: Endpoint | undefined;
  #closed = false;

  constructor(options: PoolOptions) {
    this.#options = options;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** The connections over which a target is asked: its own, or those of the proxy that takes requests for it. */
  endpointOf(target: Target): Endpoint {
    if (this.#lastEndpoint !== undefined && this.#lastTarget === target) return this.#lastEndpoint;
    const { hostname, port, secure, proxy } = target;
    const key = secure || proxy === undefined ? `${secure} ${hostname}:${port}` : "proxy";
    let endpoint = this.#endpoints.get(key);
    if (endpoint === undefined) {
      endpoint = new Endpoint(this.#optionsOf(target), this.#heads);
      this.#endpoints.set(key, endpoint);
    }
    this.#lastTarget = target;
    this.#lastEndpoint = endpoint;
    return endpoint;
  }

  /** Closes every connection, also those in use. */
  destroy(): void {
    this.#closed = true;
    for (const endpoint of this.#endpoints.values()) endpoint.destroy();
  }

  #optionsOf({ hostname, port, secure, proxy }: Target): EndpointOptions {
    const { connectTimeoutMs, freeSocketTimeoutMs, tls } = this.#options;
    if (secure && proxy !== undefined) {
      const tunnel = { proxy, hostname, port, tls, connectTimeoutMs };
      return { freeSocketTimeoutMs, open: (opening) => openTunnel(tunnel, opening) };
    }
    const peer = { ...(proxy ?? { hostname, port, secure }), tls, connectTimeoutMs };
    return { freeSocketTimeoutMs, open: (opening) => opening.opened(openSocket(peer, opening)) };
  }
}
