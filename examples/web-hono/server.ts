/** Starts the chat on Hono: `node --conditions=source examples/web-hono/server.ts`. */
import { serve, type WebSocketServerLike } from "@hono/node-server";
import { FileThreadStore } from "@tesserae/ext/threads";
import { WebSocketServer } from "ws";
import { makeAttendedDesk, makeDesk } from "../web-shared/refund-desk.ts";
import { chatApp } from "./app.ts";

//#region server
const store = new FileThreadStore({ directory: process.env["CHATS_DIR"] ?? "chats" });
const app = chatApp({ makeTeam: makeDesk, store }, { makeTeam: makeAttendedDesk, store });

const sockets = new WebSocketServer({ noServer: true, maxPayload: 1_000_000 });

serve(
  {
    fetch: app.fetch,
    // Their types differ with `exactOptionalPropertyTypes`.
    websocket: { server: sockets as WebSocketServerLike },
    hostname: "127.0.0.1",
    port: Number(process.env["PORT"] ?? 3000),
  },
  ({ port }) => console.log(`http://127.0.0.1:${port}`),
);
//#endregion
