/** A provider of models on this machine, for tests: it answers as it is told, and remembers what it was asked. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A request as the server saw it. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly text: string;
  readonly body: Record<string, unknown>;
}

/** Answers one request. */
export type Respond = (reply: ServerResponse, request: SeenRequest, count: number) => void | Promise<void>;

/** A running server. */
export interface ModelServer {
  readonly url: string;
  readonly host: string;
  readonly seen: readonly SeenRequest[];
  /** Resolves when so many answers were cut by the caller. */
  closedByCaller(): number;
  close(): Promise<void>;
}

/** Starts a server whose answers are all made by one function. */
export async function startModelServer(respond: Respond): Promise<ModelServer> {
  const seen: SeenRequest[] = [];
  let closed = 0;
  const server = createServer((message, reply) => {
    const chunks: Buffer[] = [];
    reply.on("close", () => {
      if (!reply.writableFinished) closed += 1;
    });
    message.on("data", (chunk: Buffer) => chunks.push(chunk));
    message.on("end", () => {
      const text = Buffer.concat(chunks).toString();
      const parsed: unknown = text.startsWith("{") ? JSON.parse(text) : {};
      const request: SeenRequest = {
        method: message.method ?? "",
        path: message.url ?? "",
        headers: message.headers,
        text,
        body: parsed as Record<string, unknown>,
      };
      seen.push(request);
      void respond(reply, request, seen.length);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    host: `127.0.0.1:${port}`,
    seen,
    closedByCaller: () => closed,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A JSON answer. */
export function sendJson(
  reply: ServerResponse,
  body: unknown,
  status = 200,
  headers: Record<string, string> = {},
): void {
  reply.writeHead(status, {
    "content-type": "application/json",
    "x-request-id": "req_1",
    "request-id": "req_1",
    ...headers,
  });
  reply.end(JSON.stringify(body));
}

/** Begins a stream of server-sent events. */
export function startEvents(reply: ServerResponse): void {
  reply.writeHead(200, { "content-type": "text/event-stream", "x-request-id": "req_1", "request-id": "req_1" });
}

/** One server-sent event. */
export function event(data: unknown, name?: string): string {
  const text = typeof data === "string" ? data : JSON.stringify(data);
  return `${name === undefined ? "" : `event: ${name}\n`}data: ${text}\n\n`;
}
