/** The chat on Hono. */
import { upgradeWebSocket } from "@hono/node-server";
import { Hono } from "hono";
import { getMessages, postMessage, type Chat } from "../web-shared/chat-handlers.ts";
import { ChatSocket, type AttendedChat } from "../web-shared/chat-socket.ts";

//#region app
/** Server-sent events under `/chats/ID`, a web socket under `/attended/ID`. */
export function chatApp(chat: Chat, attended: AttendedChat): Hono {
  const app = new Hono();
  app.post("/chats/:id", (c) => postMessage(chat, c.req.param("id"), c.req.raw));
  app.get("/chats/:id", (c) => getMessages(chat, c.req.param("id")));
  app.get("/attended/:id/messages", (c) => getMessages(attended, c.req.param("id")));
  app.get(
    "/attended/:id",
    upgradeWebSocket((c) => {
      const id = c.req.param("id") ?? "";
      let socket: ChatSocket | undefined;
      return {
        onOpen: (_event, client) => (socket = new ChatSocket(attended, id, (data) => client.send(data))),
        onMessage: ({ data }) => socket?.receive(data),
        onClose: () => socket?.close(),
      };
    }),
  );
  return app;
}
//#endregion
