/** The chat as a route of Next.js: `app/api/chats/[id]/route.ts`. */
import { FileThreadStore } from "@tesserae/ext/threads";
import { getMessages, postMessage } from "../web-shared/chat-handlers.ts";
import { makeDesk } from "../web-shared/refund-desk.ts";

//#region route
const chat = {
  makeTeam: makeDesk,
  store: new FileThreadStore({ directory: process.env["CHATS_DIR"] ?? "chats" }),
};

interface Context {
  readonly params: Promise<{ readonly id: string }>;
}

export async function POST(request: Request, { params }: Context): Promise<Response> {
  return postMessage(chat, (await params).id, request);
}

export async function GET(_request: Request, { params }: Context): Promise<Response> {
  return getMessages(chat, (await params).id);
}
//#endregion
