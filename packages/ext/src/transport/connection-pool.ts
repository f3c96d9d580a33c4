import type * as Http from "node:http";
import type * as Https from "node:https";
import { builtin } from "./builtin.ts";
import { connectTimeout } from "./connect-timeout.ts";
import { type ConnectionCallback, type Destroyable, openTunnel } from "./proxy-tunnel.ts";
import type { ProxyServer } from "./proxy.ts";
import type { Target } from "./target.ts";
import type { TlsOptions } from "./types.ts";

/** How connections are made. */
export interface PoolOptions {
  readonly connectTimeoutMs: number;
  readonly freeSocketTimeoutMs: number;
  readonly tls: TlsOptions;
}

/** A server that is asked: the target itself, or the proxy that takes requests for it. */
interface Peer {
  readonly agent: Http.Agent;
  readonly request: typeof Http.request;
  readonly hostname: string;
  readonly port: number;
}

/**
 * The kept connections of one transport.
 *
 * As many sockets as there are calls; the one used last is used first (LIFO), so that the others can grow old and be
 * closed; a free one does not keep the process alive (Node's agent sees to that).
 */
export class ConnectionPool {
  readonly #options: PoolOptions;
  readonly #agentOptions: Http.AgentOptions;
  #http: Http.Agent | undefined;
  #https: Https.Agent | undefined;
  readonly #tunnels = new Map<ProxyServer, Https.Agent>();
  readonly #opening = new Set<Destroyable>();
  #closed = false;

  constructor(options: PoolOptions) {
    this.#options = options;
    this.#agentOptions = {
      keepAlive: true,
      scheduling: "lifo",
      maxSockets: Number.POSITIVE_INFINITY,
      maxFreeSockets: 1024,
      // Of an agent this is the limit for free sockets only; a request has its own timeouts.
      timeout: options.freeSocketTimeoutMs,
    };
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Who is to be asked for the target, and through which agent. */
  peerOf(target: Target): Peer {
    const { proxy, secure } = target;
    if (proxy === undefined) {
      if (!secure) return { agent: this.#httpAgent(), request: builtin("node:http").request, ...endOf(target) };
      return { agent: this.#httpsAgent(), request: builtin("node:https").request, ...endOf(target) };
    }
    if (secure) return { agent: this.#tunnelAgent(proxy), request: builtin("node:https").request, ...endOf(target) };
    if (!proxy.secure) return { agent: this.#httpAgent(), request: builtin("node:http").request, ...endOf(proxy) };
    return { agent: this.#httpsAgent(), request: builtin("node:https").request, ...endOf(proxy) };
  }

  /** Closes the free connections to a peer: when one was found dead, the others are older still. */
  dropFree(peer: Peer): void {
    for (const [name, sockets] of Object.entries(peer.agent.freeSockets)) {
      if (!name.startsWith(`${peer.hostname}:${peer.port}:`)) continue;
      for (const socket of sockets ?? []) socket.destroy();
    }
  }

  /** Closes every connection, also those in use. */
  destroy(): void {
    this.#closed = true;
    this.#http?.destroy();
    this.#https?.destroy();
    for (const agent of this.#tunnels.values()) agent.destroy();
    for (const socket of this.#opening) socket.destroy();
  }

  #httpAgent(): Http.Agent {
    if (this.#http === undefined) {
      this.#http = new (builtin("node:http").Agent)(this.#agentOptions);
      this.#limitConnecting(this.#http, "connect");
    }
    return this.#http;
  }

  #httpsAgent(): Https.Agent {
    if (this.#https === undefined) {
      this.#https = new (builtin("node:https").Agent)({ ...this.#agentOptions, ...this.#options.tls });
      this.#limitConnecting(this.#https, "secureConnect");
    }
    return this.#https;
  }

  /** The limit is set where a connection is made: a request on a kept connection pays nothing for it. */
  #limitConnecting(agent: Http.Agent, event: "connect" | "secureConnect"): void {
    const connect = agent.createConnection.bind(agent);
    agent.createConnection = (options, callback) => {
      const socket = connect(options, callback);
      if (socket === null || socket === undefined) return socket;
      const { connectTimeoutMs } = this.#options;
      const timer = setTimeout(() => socket.destroy(connectTimeout(options, connectTimeoutMs)), connectTimeoutMs);
      const stop = (): void => clearTimeout(timer);
      socket.once(event, stop);
      socket.once("close", stop);
      return socket;
    };
  }

  #tunnelAgent(proxy: ProxyServer): Https.Agent {
    const known = this.#tunnels.get(proxy);
    if (known !== undefined) return known;
    const agent = new (builtin("node:https").Agent)({ ...this.#agentOptions, ...this.#options.tls });
    agent.createConnection = (options, callback) => {
      openTunnel({
        proxy,
        host: options.host ?? "",
        port: Number(options.port),
        servername: options.servername ?? "",
        tls: this.#options.tls,
        opening: this.#opening,
        timeoutMs: this.#options.connectTimeoutMs,
        // Node's types want a stream beside an error too; its agent looks at the error first.
        callback: callback as ConnectionCallback | undefined,
      });
      return undefined;
    };
    this.#tunnels.set(proxy, agent);
    return agent;
  }
}

function endOf(end: { readonly hostname: string; readonly port: number }): { hostname: string; port: number } {
  return { hostname: end.hostname, port: end.port };
}
