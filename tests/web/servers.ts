import { once } from "node:events";
import type { AddressInfo, Socket } from "node:net";
import { serve, type ServerType, type WebSocketServerLike } from "@hono/node-server";
import { vi } from "vitest";
import { WebSocketServer } from "ws";
import { chatApp as expressApp, attendSockets } from "../../examples/web-express/app.ts";
import { chatApp as honoApp } from "../../examples/web-hono/app.ts";
import type { Chat } from "../../examples/web-shared/chat-handlers.ts";
import type { AttendedChat } from "../../examples/web-shared/chat-socket.ts";

/** A server of the examples on a free port of 127.0.0.1. */
export interface Running {
  /** Without a slash at the end. */
  readonly url: string;
  close(): Promise<void>;
}

/** Starts a chat on a framework. */
export type Start = (chat: Chat, attended?: AttendedChat) => Promise<Running>;

const NOBODY: AttendedChat = {
  makeTeam: () => {
    throw new Error("Nobody is attended.");
  },
  store: { load: () => undefined, save: () => undefined, delete: () => undefined, list: () => [] },
};

/** Starts the chat on Hono. */
export const startHono: Start = async (chat, attended = NOBODY) => {
  const sockets = new WebSocketServer({ noServer: true }) as WebSocketServerLike;
  return running(
    serve({
      fetch: honoApp(chat, attended).fetch,
      websocket: { server: sockets },
      hostname: "127.0.0.1",
      port: 0,
    }),
  );
};

/** Starts the chat on Express. */
export const startExpress: Start = async (chat, attended = NOBODY) => {
  const server = expressApp(chat, attended).listen(0, "127.0.0.1");
  attendSockets(server, attended);
  return running(server);
};

/** Starts a server that does what Next.js does with the route. The conversations lie in files. */
export const startNext: Start = async ({ makeTeam, store }) => {
  vi.resetModules();
  vi.doMock("../../examples/web-shared/refund-desk.ts", () => ({ makeDesk: makeTeam }));
  vi.doMock("@tesserae/ext/threads", () => ({
    FileThreadStore: function FileThreadStore() {
      return store;
    },
  }));
  const { GET, POST } = await import("../../examples/web-next/route.ts");
  return running(
    serve({
      fetch: (request) => {
        const params = Promise.resolve({ id: new URL(request.url).pathname.split("/").at(-1) ?? "" });
        return request.method === "POST" ? POST(request, { params }) : GET(request, { params });
      },
      hostname: "127.0.0.1",
      port: 0,
      overrideGlobalObjects: false,
    }),
  );
};

async function running(server: ServerType): Promise<Running> {
  if (!server.listening) await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const connections = new Set<Socket>();
  server.on("connection", (connection: Socket) => {
    connections.add(connection);
    connection.once("close", () => connections.delete(connection));
  });
  return {
    url: `http://127.0.0.1:${port}`,
    close: async () => {
      const closed = once(server, "close");
      server.close();
      // Those of web sockets are no longer the server's.
      for (const connection of connections) connection.destroy();
      await closed;
    },
  };
}
