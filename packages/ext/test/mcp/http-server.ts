import {
  WebStandardStreamableHTTPServerTransport,
  createMcpHandler,
  type JSONRPCMessage,
  type Transport,
} from "@modelcontextprotocol/server";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server as HttpServer, type ServerResponse } from "node:http";
import { makeServer, type ServerMemory } from "./make-server.ts";

/** A server of the tests on 127.0.0.1. */
export interface RunningServer {
  readonly url: string;
  readonly memory: ServerMemory;
  /** The headers of every request. */
  readonly requests: { readonly method: string; readonly headers: IncomingMessage["headers"] }[];
  /** Forgets every session, as a server does that was started anew. */
  forget(): void;
  /** Answers the next request with 503, whatever it is. */
  refuseNext(): void;
  close(): Promise<void>;
}

/** The test server over streamable HTTP, with a session for each client. */
export async function startHttpServer(): Promise<RunningServer> {
  const memory: ServerMemory = { cancelled: [], calls: [] };
  const sessions = new Map<string, WebStandardStreamableHTTPServerTransport>();
  return listen(
    memory,
    "/mcp",
    () => sessions.clear(),
    async (request, response) => {
      const id = request.headers["mcp-session-id"];
      let transport = typeof id === "string" ? sessions.get(id) : undefined;
      if (transport === undefined && typeof id === "string") return void response.writeHead(404).end();
      if (transport === undefined) {
        const fresh = new WebStandardStreamableHTTPServerTransport({
          sessionIdGenerator: randomUUID,
          onsessioninitialized: (session) => void sessions.set(session, fresh),
          onsessionclosed: (session) => void sessions.delete(session),
        });
        await makeServer(memory).connect(fresh);
        transport = fresh;
      }
      await send(await transport.handleRequest(await received(request)), response);
    },
  );
}

/** The test server over streamable HTTP, in the protocol of 2026 alone: it knows no sessions. */
export async function startNewestHttpServer(): Promise<RunningServer> {
  const memory: ServerMemory = { cancelled: [], calls: [] };
  const handler = createMcpHandler(() => makeServer(memory), { legacy: "reject" });
  return listen(
    memory,
    "/mcp",
    () => undefined,
    async (request, response) => send(await handler.fetch(await received(request)), response),
  );
}

/** The test server over server-sent events, as before March 2025: no SDK of today has it. */
export async function startSseServer(): Promise<RunningServer> {
  const memory: ServerMemory = { cancelled: [], calls: [] };
  const sessions = new Map<string, Transport>();
  return listen(
    memory,
    "/sse",
    () => sessions.clear(),
    async (request, response) => {
      if (request.method === "GET") {
        const id = randomUUID();
        const transport: Transport = {
          start: () => Promise.resolve(),
          send: (message) =>
            Promise.resolve(void response.write(`event: message\ndata: ${JSON.stringify(message)}\n\n`)),
          close: () => Promise.resolve(void response.end()),
        };
        sessions.set(id, transport);
        response
          .writeHead(200, { "content-type": "text/event-stream" })
          .write(`event: endpoint\ndata: /messages?id=${id}\n\n`);
        response.on("close", () => transport.onclose?.());
        await makeServer(memory).connect(transport);
        return;
      }
      const body: Buffer[] = [];
      for await (const chunk of request) body.push(Buffer.from(chunk as Uint8Array));
      const transport = sessions.get(new URL(request.url ?? "", "http://host").searchParams.get("id") ?? "");
      response.writeHead(transport === undefined ? 404 : 202).end();
      transport?.onmessage?.(JSON.parse(Buffer.concat(body).toString()) as JSONRPCMessage);
    },
  );
}

async function listen(
  memory: ServerMemory,
  path: string,
  forget: () => void,
  answer: (request: IncomingMessage, response: ServerResponse) => Promise<void>,
): Promise<RunningServer> {
  const requests: RunningServer["requests"] = [];
  let refusesNext = false;
  const server: HttpServer = createServer((request, response) => {
    requests.push({ method: request.method ?? "", headers: request.headers });
    if (refusesNext) {
      refusesNext = false;
      response.writeHead(503).end("closed for lunch");
      return;
    }
    answer(request, response).catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}${path}`,
    memory,
    requests,
    forget,
    refuseNext: () => void (refusesNext = true),
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

async function received(request: IncomingMessage): Promise<Request> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk as Uint8Array));
  const body = chunks.length === 0 ? {} : { body: Buffer.concat(chunks) };
  const headers = Object.entries(request.headers).map(([name, value]): [string, string] => [name, String(value)]);
  return new Request(`http://${request.headers.host}${request.url}`, {
    method: request.method ?? "GET",
    headers,
    ...body,
  });
}

async function send(answer: Response, response: ServerResponse): Promise<void> {
  response.writeHead(answer.status, Object.fromEntries(answer.headers));
  // The client must see that a stream is open before anything stands in it.
  response.flushHeaders();
  const reader = answer.body?.getReader();
  response.on("close", () => void reader?.cancel().catch(() => undefined));
  for (;;) {
    const next = await reader?.read();
    if (next === undefined || next.done) break;
    response.write(next.value);
  }
  response.end();
}
