import type { TLSSocket } from "node:tls";
import { builtin } from "./builtin.ts";
import { connectTimeout } from "./connect-timeout.ts";
import type { Destroyable, Opening } from "./endpoint.ts";
import { readSecurely } from "./open-socket.ts";
import type { ProxyServer } from "./proxy.ts";
import { TransportError } from "./transport-error.ts";
import type { TlsOptions } from "./types.ts";

/** What {@link openTunnel} needs. */
export interface TunnelOptions {
  readonly proxy: ProxyServer;
  /** Where the tunnel leads. */
  readonly hostname: string;
  readonly port: number;
  readonly tls: TlsOptions;
  readonly connectTimeoutMs: number;
}

/** Asks a proxy for a tunnel (`CONNECT`, RFC 9110 section 9.3.6) and begins TLS with the server behind it. */
export function openTunnel(options: TunnelOptions, opening: Opening): void {
  const { proxy, hostname, port, tls, connectTimeoutMs } = options;
  const { shared } = opening;
  const authority = `${hostname.includes(":") ? `[${hostname}]` : hostname}:${port}`;
  let current: Destroyable | undefined;
  const enter = (next: Destroyable): void => {
    if (current !== undefined) shared.opening.delete(current);
    shared.opening.add(next);
    current = next;
  };
  let finished = false;
  const finish = (outcome: Error | TLSSocket): void => {
    if (finished) return;
    finished = true;
    clearTimeout(timer);
    if (current !== undefined) shared.opening.delete(current);
    if (outcome instanceof Error) {
      opening.failed(outcome);
      return;
    }
    opening.opened(outcome);
    readSecurely(outcome, opening);
  };
  const timer = setTimeout(() => {
    finish(connectTimeout({ host: hostname, port }, connectTimeoutMs));
    current?.destroy();
  }, connectTimeoutMs);

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
    const secured = builtin("node:tls").connect({
      ALPNProtocols: ["http/1.1"],
      ...(builtin("node:net").isIP(hostname) === 0 ? { servername: hostname } : {}),
      ...(shared.session === undefined ? {} : { session: shared.session }),
      ...tls,
      host: hostname,
      socket,
    });
    enter(secured);
    secured.once("secureConnect", () => finish(secured));
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
