/** The chat on Express. */
import type { Server } from "node:http";
import express, { type Express } from "express";
import { WebSocketServer } from "ws";
import { getMessages, postMessage, type Chat } from "../web-shared/chat-handlers.ts";
import { ChatSocket, type AttendedChat } from "../web-shared/chat-socket.ts";
import { webHandler } from "./web-handler.ts";

//#region app
/** Server-sent events under `/chats/ID`. */
export function chatApp(chat: Chat, attended: AttendedChat): Express {
  const app = express();
  app.post(
    "/chats/:id",
    webHandler((request, { id }) => postMessage(chat, String(id), request)),
  );
  app.get(
    "/chats/:id",
    webHandler((_request, { id }) => getMessages(chat, String(id))),
  );
  app.get(
    "/attended/:id/messages",
    webHandler((_request, { id }) => getMessages(attended, String(id))),
  );
  return app;
}

/** The web socket under `/attended/ID`, which Express leaves to the server. */
export function attendSockets(server: Server, attended: AttendedChat): void {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: 1_000_000 });
  server.on("upgrade", (request, connection, head) => {
    const id = /^\/attended\/([\w-]+)$/.exec(request.url ?? "")?.[1];
    if (id === undefined) return connection.destroy();
    sockets.handleUpgrade(request, connection, head, (client) => {
      const socket = new ChatSocket(attended, id, (data) => client.send(data));
      client.addEventListener("message", ({ data }) => socket.receive(data));
      client.on("error", () => client.terminate());
      client.on("close", () => socket.close());
    });
  });
}
//#endregion
