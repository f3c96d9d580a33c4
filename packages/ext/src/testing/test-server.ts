import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { SecureContextOptions } from "node:tls";
import { sendReply } from "./send-reply.ts";
import type { TestReply } from "./test-reply.ts";

/** A request that a {@link TestServer} got. */
export interface TestRequest {
  readonly method: string;
  /** The path with the query, as it was sent. */
  readonly path: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** The body parsed as JSON; where it is none its text; `undefined` where it is empty. */
  readonly body: unknown;
  readonly rawBody: Uint8Array;
  /** 0 for the first connection that the server accepted. */
  readonly connection: number;
}

/** Answers a request. */
export type TestHandler = (request: TestRequest) => TestReply | Promise<TestReply>;

/** Options of {@link startTestServer}. */
export interface TestServerOptions {
  /** Serves `https:` with this key and certificate. */
  readonly tls?: SecureContextOptions | undefined;
}

/** A real HTTP server on the loopback interface, for tests of whatever speaks HTTP. */
export interface TestServer {
  /** Without a slash at the end: `http://127.0.0.1:PORT`. */
  readonly url: string;
  readonly port: number;
  /** Every request, in the order in which they were complete. */
  readonly requests: readonly TestRequest[];
  /** Connections accepted since the start, and those open now. */
  readonly connections: number;
  readonly openConnections: number;
  /** Answers the next requests by these, one each, before the handler is asked again: faults on demand. */
  next(...replies: readonly TestReply[]): void;
  /** Resolves when the condition holds; looked at whenever a request or a connection comes or goes. */
  until(condition: () => boolean): Promise<void>;
  /** Closes the connections on which no request is being answered, as servers do with idle ones. */
  closeIdle(): void;
  /** Breaks all connections and frees the port. May be called twice. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Starts a server on a free port of 127.0.0.1. Without a handler, and for what it throws, it answers 500 and says so.
 *
 * @example
 * const server = await startTestServer((request) => json({ echo: request.body as Json }));
 * server.next({ type: "body", status: 429, headers: { "retry-after-ms": "1" }, body: { error: "slow down" } });
 */
export async function startTestServer(handler?: TestHandler, options: TestServerOptions = {}): Promise<TestServer> {
  const server = new LoopbackServer(handler, options);
  await server.listen();
  return server;
}

class LoopbackServer implements TestServer {
  readonly requests: TestRequest[] = [];
  connections = 0;
  port = 0;
  readonly #handler: TestHandler;
  readonly #secure: boolean;
  readonly #server: Server;
  readonly #sockets = new Map<Socket, number>();
  readonly #replies: TestReply[] = [];
  readonly #conditions = new Set<() => void>();

  constructor(handler: TestHandler = noHandler, options: TestServerOptions) {
    this.#handler = handler;
    this.#secure = options.tls !== undefined;
    const listener = (request: IncomingMessage, response: ServerResponse): void => void this.#answer(request, response);
    this.#server =
      options.tls === undefined
        ? process.getBuiltinModule("node:http").createServer(listener)
        : process.getBuiltinModule("node:https").createServer(options.tls, listener);
    // The client under test decides when a connection ends, or the test does.
    this.#server.keepAliveTimeout = 0;
    this.#server.requestTimeout = 0;
    this.#server.headersTimeout = 0;
    this.#server.on(this.#secure ? "secureConnection" : "connection", (socket: Socket) => this.#accept(socket));
  }

  get url(): string {
    return `${this.#secure ? "https" : "http"}://127.0.0.1:${this.port}`;
  }

  get openConnections(): number {
    return this.#sockets.size;
  }

  next(...replies: readonly TestReply[]): void {
    this.#replies.push(...replies);
  }

  until(condition: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        try {
          if (!condition()) return;
          resolve();
        } catch (error) {
          reject(error instanceof Error ? error : new Error(String(error)));
        }
        this.#conditions.delete(look);
      };
      this.#conditions.add(look);
      look();
    });
  }

  closeIdle(): void {
    this.#server.closeIdleConnections();
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen(0, "127.0.0.1", resolve);
    });
    const address = this.#server.address();
    if (address !== null && typeof address === "object") this.port = address.port;
  }

  close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const socket of this.#sockets.keys()) socket.destroy();
    this.#server.closeAllConnections();
    return closed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #accept(socket: Socket): void {
    this.#sockets.set(socket, this.connections);
    this.connections += 1;
    // A client that resets its connection is no failure of the server.
    socket.on("error", () => {});
    socket.once("close", () => {
      this.#sockets.delete(socket);
      this.#changed();
    });
    this.#changed();
  }

  async #answer(message: IncomingMessage, response: ServerResponse): Promise<void> {
    response.on("error", () => {});
    response.once("close", () => this.#changed());
    const request = await readRequest(message, this.#sockets.get(message.socket) ?? -1);
    if (request === undefined) return;
    this.requests.push(request);
    const planned = this.#replies.shift();
    this.#changed();
    try {
      await sendReply(response, planned ?? (await this.#handler(request)));
    } catch (error) {
      if (response.headersSent) response.destroy();
      else await sendReply(response, { type: "body", status: 500, body: `The handler failed: ${String(error)}` });
    }
  }

  #changed(): void {
    for (const look of this.#conditions) look();
  }
}

async function readRequest(message: IncomingMessage, connection: number): Promise<TestRequest | undefined> {
  const chunks: Uint8Array[] = [];
  try {
    for await (const chunk of message) chunks.push(chunk);
  } catch {
    return undefined; // The client has gone before its request was complete.
  }
  const rawBody = Buffer.concat(chunks);
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(message.headers)) {
    if (value !== undefined) headers[name] = typeof value === "string" ? value : value.join(", ");
  }
  return { method: message.method ?? "", path: message.url ?? "", headers, body: parsed(rawBody), rawBody, connection };
}

function parsed(bytes: Buffer): unknown {
  if (bytes.byteLength === 0) return undefined;
  const text = bytes.toString("utf8");
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function noHandler(): TestReply {
  return { type: "body", status: 500, body: "This test server has no handler and no planned reply is left." };
}
