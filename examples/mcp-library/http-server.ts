/** The library over HTTP: at `/mcp` as the protocol is today, at `/sse` as it was before March 2025. */
import { createMcpHandler, type JSONRPCMessage, type Transport } from "@modelcontextprotocol/server";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { makeLibrary } from "./make-library.ts";

export interface HttpLibrary {
  readonly url: string;
  close(): Promise<void>;
}

export async function serveLibrary(): Promise<HttpLibrary> {
  const loans: string[] = [];
  const streamable = createMcpHandler(() => makeLibrary(loans));
  const sessions = new Map<string, Transport>();

  const server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "", "http://library");
    if (pathname === "/mcp") {
      await reply(response, await streamable.fetch(await received(request)));
    } else if (pathname === "/sse") {
      const id = randomUUID();
      const transport = sseTransport(response, `/messages?id=${id}`);
      sessions.set(id, transport);
      response.once("close", () => sessions.delete(id));
      await makeLibrary(loans).connect(transport);
    } else {
      const body = await buffer(request);
      const transport = sessions.get(searchParams.get("id") ?? "");
      response.writeHead(transport === undefined ? 404 : 202).end();
      transport?.onmessage?.(JSON.parse(body.toString()) as JSONRPCMessage);
    }
  });
  await once(server.listen(0, "127.0.0.1"), "listening");

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections();
      await once(server.close(), "close");
    },
  };
}

/** What is sent goes out as events; what comes in comes by other requests. */
function sseTransport(response: ServerResponse, messages: string): Transport {
  response.writeHead(200, { "content-type": "text/event-stream" }).write(`event: endpoint\ndata: ${messages}\n\n`);
  return {
    start: () => Promise.resolve(),
    send: async (message) => void response.write(`event: message\ndata: ${JSON.stringify(message)}\n\n`),
    close: async () => void response.end(),
  };
}

async function received(request: IncomingMessage): Promise<Request> {
  const headers = Object.entries(request.headers).map(([name, value]): [string, string] => [name, String(value)]);
  const body = request.method === "POST" ? await buffer(request) : null;
  return new Request(`http://library${request.url}`, { method: request.method ?? "GET", headers, body });
}

async function reply(response: ServerResponse, { status, headers, body }: Response): Promise<void> {
  response.writeHead(status, Object.fromEntries(headers));
  for await (const chunk of body ?? []) response.write(chunk);
  response.end();
}
