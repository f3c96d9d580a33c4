/** Starts the chat on Express: `node --conditions=source examples/web-express/server.ts`. */
import { FileThreadStore } from "@tesserae/ext/threads";
import { makeAttendedDesk, makeDesk } from "../web-shared/refund-desk.ts";
import { attendSockets, chatApp } from "./app.ts";

const store = new FileThreadStore({ directory: process.env["CHATS_DIR"] ?? "chats" });
const attended = { makeTeam: makeAttendedDesk, store };
const app = chatApp({ makeTeam: makeDesk, store }, attended);

const server = app.listen(Number(process.env["PORT"] ?? 3000), "127.0.0.1", () => {
  const address = server.address();
  if (typeof address === "object") console.log(`http://127.0.0.1:${address?.port}`);
});
attendSockets(server, attended);
