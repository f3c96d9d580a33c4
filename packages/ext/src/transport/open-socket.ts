import type { Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import { builtin } from "./builtin.ts";
import { connectTimeout } from "./connect-timeout.ts";
import type { Opening } from "./endpoint.ts";
import type { TlsOptions } from "./types.ts";

/** Where a socket leads, and how it is made. */
export interface SocketOptions {
  readonly hostname: string;
  readonly port: number;
  readonly secure: boolean;
  readonly tls: TlsOptions;
  readonly connectTimeoutMs: number;
}

/** Opens a connection to a server. Its errors come as events of the socket. */
export function openSocket(options: SocketOptions, opening: Opening): Socket {
  const socket = options.secure ? openSecure(options, opening) : openPlain(options, opening);
  socket.setNoDelay(true);
  socket.setKeepAlive(true, 1000);
  limitConnecting(socket, options);
  return socket;
}

function openPlain({ hostname, port }: SocketOptions, opening: Opening): Socket {
  const { connect } = builtin("node:net");
  if (!readsIntoGivenBytes()) {
    return connect({ host: hostname, port }).on("data", (bytes) => opening.read(bytes, bytes.byteLength));
  }
  const { bytes } = opening.shared;
  const callback = (size: number): boolean => {
    opening.read(bytes, size);
    return true;
  };
  return connect({ host: hostname, port, onread: { buffer: bytes, callback } });
}

/** Only Node's own sockets do so for certain. */
function readsIntoGivenBytes(): boolean {
  return !("Bun" in globalThis || "Deno" in globalThis);
}

function openSecure({ hostname, port, tls }: SocketOptions, opening: Opening): Socket {
  const { session } = opening.shared;
  const socket = builtin("node:tls").connect({
    ALPNProtocols: ["http/1.1"],
    ...(builtin("node:net").isIP(hostname) === 0 ? { servername: hostname } : {}),
    ...(session === undefined ? {} : { session }),
    ...tls,
    host: hostname,
    port,
  });
  readSecurely(socket, opening);
  return socket;
}

/** Hands on what a secure socket reads, and keeps the session by which the next one goes on. */
export function readSecurely(socket: TLSSocket, opening: Opening): void {
  socket.on("session", (session) => (opening.shared.session = session));
  socket.on("data", (bytes) => opening.read(bytes, bytes.byteLength));
}

/** One timer a connection: a request on a kept one pays nothing for it. */
function limitConnecting(socket: Socket, { hostname, port, secure, connectTimeoutMs }: SocketOptions): void {
  const timer = setTimeout(
    () => socket.destroy(connectTimeout({ host: hostname, port }, connectTimeoutMs)),
    connectTimeoutMs,
  );
  const stop = (): void => clearTimeout(timer);
  socket.once(secure ? "secureConnect" : "connect", stop);
  socket.once("close", stop);
}
