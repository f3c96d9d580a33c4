import { once } from "node:events";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { connect, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { AddressFence } from "./address-fence.ts";

/** Of a hop, not of a message (RFC 9110, 7.6.1). */
const HOP_HEADERS = new Set(["connection", "keep-alive", "proxy-authorization", "proxy-connection", "te", "upgrade"]);

/**
 * A proxy on this machine through which a browser reaches the network. It asks the fence about every connection, of pages,
 * frames, workers and sockets alike, and connects to the very address that was looked at: a name that means another address
 * a moment later gains nothing.
 */
export class FenceProxy {
  readonly #fence: AddressFence;
  readonly #server: Server;
  readonly #sockets = new Set<Duplex>();
  #port = 0;

  private constructor(fence: AddressFence) {
    const { createServer } = process.getBuiltinModule("node:http");
    this.#fence = fence;
    this.#server = createServer((request, response) => void this.#forward(request, response));
    this.#server.on("connect", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      void this.#tunnel(request, socket, head);
    });
    this.#server.on("connection", (socket: Socket) => this.#keep(socket));
  }

  /** Starts it on a free port of the loopback interface. */
  static async start(fence: AddressFence): Promise<FenceProxy> {
    const proxy = new FenceProxy(fence);
    proxy.#server.listen(0, "127.0.0.1");
    await once(proxy.#server, "listening");
    const address = proxy.#server.address();
    proxy.#port = typeof address === "object" && address !== null ? address.port : 0;
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  async close(): Promise<void> {
    const closed = once(this.#server, "close");
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #keep(socket: Duplex): void {
    this.#sockets.add(socket);
    socket.on("close", () => this.#sockets.delete(socket));
    // What breaks is told by what is read from it.
    socket.on("error", () => socket.destroy());
  }

  /** `https` and web sockets: bytes are passed on both ways. */
  async #tunnel(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const [, host = "", port = "443"] = /^(.*):(\d+)$/.exec(request.url ?? "") ?? [];
    const admission = await this.#fence.admit(host, Number(port));
    if (socket.destroyed) return;
    if ("refused" in admission) {
      socket.end(`HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
      return;
    }
    const upstream = connect(Number(port), admission.address);
    this.#keep(upstream);
    upstream.once("connect", () => {
      socket.write("HTTP/1.1 200 Connection Established\r\n\r\n");
      if (head.length > 0) upstream.write(head);
      upstream.pipe(socket);
      socket.pipe(upstream);
    });
    upstream.on("close", () => socket.destroy());
    socket.on("close", () => upstream.destroy());
  }

  /** Plain `http`. */
  async #forward(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = URL.parse(request.url ?? "");
    if (url?.protocol !== "http:") {
      refuse(response, 400, "This is a proxy.");
      return;
    }
    const port = Number(url.port === "" ? "80" : url.port);
    const admission = await this.#fence.admit(url.hostname, port);
    if ("refused" in admission) {
      refuse(response, 403, admission.refused);
      return;
    }
    const headers = Object.fromEntries(Object.entries(request.headers).filter(([name]) => !HOP_HEADERS.has(name)));
    const http = process.getBuiltinModule("node:http");
    const upstream = http.request({
      host: admission.address,
      port,
      method: request.method,
      path: `${url.pathname}${url.search}`,
      headers: { ...headers, host: url.host },
      agent: false,
    });
    upstream.on("response", (answer) => {
      const kept = Object.entries(answer.headers).filter(([name]) => !HOP_HEADERS.has(name));
      response.writeHead(answer.statusCode ?? 502, Object.fromEntries(kept));
      answer.pipe(response);
      answer.on("error", () => response.destroy());
    });
    upstream.on("error", () => refuse(response, 502, "The server cannot be reached."));
    response.on("close", () => upstream.destroy());
    request.pipe(upstream);
  }
}

function refuse(response: ServerResponse, status: number, reason: string): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response.writeHead(status, { "content-type": "text/plain; charset=utf-8", connection: "close" });
  response.end(reason);
}
