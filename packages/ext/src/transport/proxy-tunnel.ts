import type { Duplex } from "node:stream";
import { builtin } from "./builtin.ts";
import { connectTimeout } from "./connect-timeout.ts";
import type { ProxyServer } from "./proxy.ts";
import { TransportError } from "./transport-error.ts";
import type { TlsOptions } from "./types.ts";

/** Node's agent needs no stream beside an error. */
export type ConnectionCallback = (error: Error | null, stream?: Duplex) => void;

/** A request, then a socket: what is torn down when the tunnel is given up. */
export interface Destroyable {
  destroy(error?: Error): unknown;
}

/** What {@link openTunnel} needs. */
export interface TunnelOptions {
  readonly proxy: ProxyServer;
  /** Where the tunnel leads. */
  readonly host: string;
  readonly port: number;
  /** The name that the certificate must bear; empty for an address. */
  readonly servername: string;
  readonly tls: TlsOptions;
  readonly timeoutMs: number;
  /** Holds what can stop the tunnel while it is made; owned by the pool. */
  readonly opening: Set<Destroyable>;
  readonly callback: ConnectionCallback | undefined;
}

/** Asks a proxy for a tunnel (`CONNECT`, RFC 9110 section 9.3.6) and begins TLS with the server behind it. */
export function openTunnel(options: TunnelOptions): void {
  const { proxy, host, servername, tls, timeoutMs, opening, callback } = options;
  const authority = `${host.includes(":") ? `[${host}]` : host}:${options.port}`;
  let current: Destroyable | undefined;
  const enter = (next: Destroyable): void => {
    if (current !== undefined) opening.delete(current);
    opening.add(next);
    current = next;
  };
  let finished = false;
  const finish = (error: Error | null, stream?: Duplex): void => {
    if (finished) return;
    finished = true;
    clearTimeout(timer);
    if (current !== undefined) opening.delete(current);
    callback?.(error, stream);
  };
  const timer = setTimeout(() => {
    finish(connectTimeout(options, timeoutMs));
    current?.destroy();
  }, timeoutMs);

  const send = proxy.secure ? builtin("node:https").request : builtin("node:http").request;
  const request = send({
    method: "CONNECT",
    host: proxy.hostname,
    port: proxy.port,
    path: authority,
    agent: false,
    headers: {
      host: authority,
      ...(proxy.authorization === undefined ? {} : { "proxy-authorization": proxy.authorization }),
    },
  });
  enter(request);
  let answered = false;
  request.once("connect", (response, socket, head) => {
    answered = true;
    if (response.statusCode !== 200) {
      finish(refused(proxy, authority, response.statusCode ?? 0));
      socket.destroy();
      return;
    }
    if (head.byteLength > 0) socket.unshift(head);
    const secured = builtin("node:tls").connect({ servername, ALPNProtocols: ["http/1.1"], ...tls, host, socket });
    enter(secured);
    secured.once("secureConnect", () => finish(null, secured));
    secured.on("error", finish);
    secured.once("close", () => finish(new Error(`The proxy closed the tunnel to ${authority}`)));
  });
  // A proxy that answers a CONNECT as if it were an ordinary request.
  request.once("response", (response) => {
    finish(refused(proxy, authority, response.statusCode ?? 0));
    request.destroy();
  });
  request.on("error", finish);
  request.once("close", () => {
    if (!answered) finish(new Error(`The proxy ${proxy.hostname}:${proxy.port} closed the connection`));
  });
  request.end();
}

function refused(proxy: ProxyServer, authority: string, status: number): TransportError {
  const advice = status === 407 ? "Put user and password into the proxy's URL." : "Check HTTPS_PROXY and NO_PROXY.";
  return new TransportError(
    "ERR_HTTP_CONNECTION",
    `The proxy ${proxy.hostname}:${proxy.port} refused a tunnel to ${authority} with status ${status}. ${advice}`,
    { retryable: status >= 500 },
  );
}
