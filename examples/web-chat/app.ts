/** A page with one message box, and the chat behind it. */
import { readFileSync } from "node:fs";
import { Hono } from "hono";
import { getMessages, postMessage, type Chat } from "../web-shared/chat-handlers.ts";

//#region app
/** Serves the page, and the chats that its tabs hold. */
export function pageApp(chat: Chat): Hono {
  const page = readFileSync(new URL("page.html", import.meta.url), "utf8");
  const app = new Hono();
  app.get("/", (c) => c.html(page));
  app.post("/chats/:id", (c) => postMessage(chat, c.req.param("id"), c.req.raw));
  app.get("/chats/:id", (c) => getMessages(chat, c.req.param("id")));
  return app;
}
//#endregion
